"""Scenes of awards that change: a late start, a leaver, moves to another council and school."""

from deploy.demo.finance import YEAR, acts, at, award_at, award_changed
from deploy.demo.printing import money
from deploy.demo.theatre import Play

_RIVERSIDE = "riverside"


async def late_start(play: Play) -> None:
    """Support had begun before the award did: it is paid back to the earlier day."""
    await play.until(at(2026, 11, 12))
    award = await award_at(play, "thistlemarch")
    change = {"kind": "late_start", "from_on": "2026-10-05"}
    reason = "The adult began four weeks before the panel's paper work was through."
    made = await award_changed(play, "officer.locality-2", award, change, reason)
    before, after = money(made["worth_before_pence"]), money(made["worth_after_pence"])
    what = f"pays {award['reference']} back to 5 October"
    play.step("officer.locality-2", what, f"worth {after} now, {before} before; the rest is due")


async def leaver(play: Play) -> None:
    """A pupil leaves: what is not due any more is cancelled, what was overpaid is taken back."""
    await play.until(at(2026, 12, 1))
    award = await award_at(play, "puddlestow", "OLD-0117")
    change = {"kind": "leaver", "last_on": "2026-11-06"}
    reason = "The family moved at the end of the half term."
    made = await award_changed(play, "officer.locality-1", award, change, reason)
    what = "ends OLD-0117: the pupil left on 6 November"
    came = f"{len(made['cancelled'])} instalments cancelled, {_back(made)} taken back"
    play.step("officer.locality-1", what, came)


async def to_another_council(play: Play) -> None:
    """A pupil moves to another council, which owes what was paid for days that are its own."""
    await play.until(at(2026, 12, 1))
    award = await award_at(play, "harebellow", "OLD-0152")
    change = {"kind": "transfer", "from_on": "2026-11-09", "to_council": _RIVERSIDE}
    reason = "The family now lives across the river."
    made = await award_changed(play, "officer.locality-2", award, change, reason)
    claimed = made["claimed_pence"]
    what = "ends OLD-0152: the pupil lives in Riverside"
    came = f"{money(claimed)} claimed from Riverside, for days that are its own"
    play.step("officer.locality-2", what, came)
    recouping = {
        "council": _RIVERSIDE,
        "pot": "cluster:birch",
        "financial_year": YEAR,
        "pence": claimed,
        "reference": "RIV-2026-118",
    }
    await acts(play, "finance.1", "recoup_from_council", recouping)
    came = "in cluster:birch again, as RIV-2026-118"
    play.step("finance.1", f"takes in {money(claimed)} from Riverside", came)


async def to_another_school(play: Play) -> None:
    """A pupil moves school and cluster: the award ends here and goes on there, to the day."""
    await play.until(at(2026, 12, 9))
    award = await award_at(play, "emberthwaite", "OLD-0171")
    change = {"kind": "transfer", "from_on": "2027-01-04", "to_school": "jackdawley"}
    reason = "The pupil changes school after the holidays."
    await award_changed(play, "officer.locality-1", award, change, reason)
    then = await award_at(play, "jackdawley")
    came = f"goes on at Jackdawley with {money(then['worth_pence'])}, from cluster:elder"
    play.step("officer.locality-1", "moves OLD-0171 to another school", came)


def _back(made: dict[str, int]) -> str:
    return money(made["take_back_pence"])


SCENES = (late_start, leaver, to_another_council, to_another_school)
