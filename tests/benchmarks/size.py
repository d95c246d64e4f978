"""How much is measured: enough to trust, or with `--quick` enough to see that it works."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """Rounds, and how much each round does."""

    rounds: int = 3
    at_once: int = 20
    cases: int = 40
    cases_alone: int = 8
    votes_alone: int = 200
    votes_at_once: int = 480
    loads: int = 9
    seconds: float = 8.0
    """How long each round of postings lasts."""
    entries: int = 1_000_000
    """In the ledger that is sealed and proved."""
    redecided: int = 500_000
    redecided_singly: int = 5_000
    agreed: int = 1_000_000
    """Cases of each pack that both twins decide."""
    modelled: int = 10_000
    """Cases of a county's year."""
    clusters: int = 53
    """Clusters of the county whose year of panels is played."""
    meetings: int = 320
    requests: int = 10_000
    stretch: int = 1_000
    """The first requests of the year and its last, that are held against each other."""
    played: int = 60
    """Requests that are played, to be copied into many."""
    looks: int = 40
    """How often a page is asked for alone, and by each of a crowd."""
    looks_each: int = 4


QUICK = Size(
    rounds=1,
    at_once=6,
    cases=6,
    cases_alone=2,
    votes_alone=20,
    votes_at_once=24,
    loads=3,
    seconds=2.0,
    entries=50_000,
    redecided=20_000,
    redecided_singly=500,
    agreed=2_000,
    modelled=1_000,
    clusters=3,
    meetings=7,
    requests=70,
    stretch=12,
    played=6,
    looks=5,
    looks_each=1,
)
