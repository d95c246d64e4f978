"""Finance at work in the play: files handed in, acts done and refused, awards looked up."""

from datetime import datetime
from typing import Any

from deploy.demo.asked import NotAsPlayed
from deploy.demo.asks import Content
from deploy.demo.printing import LONDON, count
from deploy.demo.theatre import Play
from deploy.demo.voice import Json, Refused

YEAR = 2026
"""The financial year of the play, by the year of its April."""
SHARED_PENCE = 1_030_000_00
"""What clusters share next year."""

_COUNTS = (
    ("alder", 3120, 610, 402, 178_000_00),
    ("birch", 3480, 555, 431, 188_000_00),
    ("cedar", 2710, 720, 388, 158_000_00),
    ("damson", 3655, 690, 467, 197_000_00),
    ("elder", 2980, 640, 415, 168_000_00),
    ("fir", 2290, 810, 402, 120_000_00),
)
"""Of each cluster: pupils, deprived, of low prior attainment, and its share of last year."""


def at(year: int, month: int, day: int, hour: int = 9) -> datetime:
    """Name an hour of the county's clock."""
    return datetime(year, month, day, hour, tzinfo=LONDON)


def counted_clusters() -> list[Content]:
    """Give what a formula counts of each cluster, with its share of last year."""
    return [
        {
            "cluster": cluster,
            "counts": {"pupils": pupils, "deprivation": deprived, "prior_attainment": low},
            "last_year_pence": last_year,
        }
        for cluster, pupils, deprived, low, last_year in _COUNTS
    ]


async def acts(play: Play, subject: str, kind: str, choices: Content, *, step: str = "") -> Json:
    """Somebody does an act of finance, and waits until it is carried out."""
    path = f"/api/finance/{kind.replace('_', '-')}"
    return await play.voice(subject).does(path, choices, step=step)


async def is_refused(
    play: Play, subject: str, kind: str, choices: Content, *, what: str, code: str
) -> None:
    """Somebody tries what the rules do not allow, and is told why and what would help."""
    try:
        await acts(play, subject, kind, choices, step="refused")
    except Refused as refused:
        says_refused(play, subject, what, refused, code)
    else:
        raise NotAsPlayed(f"{subject} was not refused: {what}")


def says_refused(play: Play, subject: str, what: str, refused: Refused, code: str) -> None:
    """Print a refusal in its own words; one of another code is a fault."""
    if refused.code != code:
        raise refused
    told = refused.problem
    play.step(subject, what, f"refused: {told['in_the_way']}. {told['would_help']}")


async def hands_in(play: Play, kind: str, text: str, *, what: str) -> Json:
    """Finance hands in a whole file, which changes no money yet."""
    kept = await play.voice("finance.1").hands_in(kind, text)
    came = f"kept whole: {kept['rows']} rows, SHA-256 {kept['sha256'][:12]}"
    play.step("finance.1", f"hands in {what}", came)
    return kept


async def is_faulty(play: Play, kind: str, text: str, *, what: str) -> None:
    """Finance hands in a file that cannot be taken: each fault is told by its cell, all at once."""
    try:
        await play.voice("finance.1").hands_in(kind, text)
    except Refused as refused:
        faults = refused.problem["faults"]
        came = f"not taken: {count(len(faults), 'fault')}, and nothing is kept"
        play.step("finance.1", f"hands in {what}", came)
        for fault in faults:
            play.step("finance.1", f"reads a fault in {fault['field']}", _what_is_wrong(fault))
    else:
        raise NotAsPlayed(f"{what} was taken, with its faults")


async def award_at(play: Play, school: str, reference: str | None = None) -> Json:
    """Find an award of a school: by its reference in the old system, or the first."""
    found = await play.voice("officer.director").reads("/api/awards", school=school)
    for each in found:
        if reference in (None, each["reference"]):
            return dict(each)
    raise NotAsPlayed(f"{school} has no award {reference or ''}")


async def award_changed(
    play: Play, subject: str, award: Json, change: Content, reason: str
) -> dict[str, Any]:
    """An officer changes an award from a day; say what the change came to."""
    choices = {"award_id": award["id"], "change": change, "reason": reason}
    await acts(play, subject, "change_award", choices)
    whole = await play.voice(subject).reads(f"/api/awards/{award['id']}")
    made = (each for each in whole["changes"] if each["kind"] == change["kind"])
    return dict(next(made))


def _what_is_wrong(fault: Json) -> str:
    """Say what is wrong in a cell and what would mend it, without naming the row once more."""
    says: str = fault["says"]
    return says.partition(": ")[2] or f"{says}. {fault['would_help']}"
