"""The command of agreement: the figures of the reports, without asking who looks."""

from tests.activities.by_hand import ByHand
from tests.activities.calibration_world import ALDER, CEDAR, has_levels, is_calibrated, panel_votes
from tests.activities.small_county import profile, request
from tests.api.test_cli import Run, run  # noqa: F401  the fixture

YEAR = ("agreement", "--from", "2026-09-01", "--until", "2027-09-01")
TRUE = (2, 3, 1, 0)


def lines_of(said: str, name: str) -> list[list[str]]:
    """The lines of one list that was printed, in cells."""
    _, _, behind = said.partition(f"{name}:\n")
    return [line.split() for line in behind.split("\n\n")[0].splitlines()]


def test_agreement_and_differences_are_printed(run: Run, hand: ByHand) -> None:  # noqa: F811
    """Within panels from live ballots; between panels from made-up cases, retired or not."""
    is_calibrated(hand.world)
    has_levels(hand.world, "wren", TRUE)
    panel_votes(hand.world, hand, "alder", (3, 4, 2, 1), ALDER)
    hand.recommended(request(profile=profile(*TRUE)), (3, 3, 1, 0))
    status, said, _ = run(*YEAR)
    assert status == 0
    heads, first, *_ = lines_of(said, "agreement")
    assert heads[:3] == ["cluster", "name", "ballots"]
    assert first[:3] == ["alder", "alder", "1"]
    heads, alder = lines_of(said, "panels")
    told = dict(zip(heads, alder, strict=True))
    assert (told["cases"], told["mean_levels"], told["standing"]) == ("1", "1.000", "too_few")
    assert (told["levels_stated"], told["levels_left"], told["left_percent"]) == ("4", "1", "25")
    panel_votes(hand.world, hand, "cedar", TRUE, CEDAR)
    _, said, _ = run(*YEAR, "--cluster", "cedar", "--against", "definitive")
    assert len(lines_of(said, "agreement")) == 1
    assert [line[0] for line in lines_of(said, "panels")] == ["cluster", "cedar"]


def test_without_calibration_the_agreement_within_panels_is_printed_still(
    run: Run,  # noqa: F811
    hand: ByHand,
) -> None:
    """And why nothing is said of differences; days the wrong way round are a fault."""
    hand.recommended(request())
    status, said, _ = run(*YEAR)
    assert status == 0
    assert len(lines_of(said, "agreement")) == 5
    assert "differences between panels: " in said
    assert "no tolerance" in said
    assert run("agreement", "--from", "2026-09-02", "--until", "2026-09-02")[0] == 1
