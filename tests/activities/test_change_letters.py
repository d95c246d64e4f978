"""The letter of a changed award: written with the change, once, and for whom it is."""

from datetime import date
from uuid import UUID

import pytest

from activities.store import reading
from domain.money import pounds
from domain.refusals import Barred, Unknown
from domain.stages import ActKind
from tests.activities.behind import run_sql
from tests.activities.by_hand import ByHand
from tests.activities.changed_awards import BEGINS, ENDS, ChangedAwards
from tests.activities.finance_world import FinanceWorld
from tests.activities.handed_in import awards_file
from tests.activities.small_county import PLANTED

NOVEMBER, JANUARY = date(2026, 11, 20), date(2027, 1, 4)


@pytest.fixture
def awards(hand: ByHand) -> ChangedAwards:
    """Awards to change."""
    return ChangedAwards(hand)


def letters(awards: ChangedAwards, award_id: UUID, who: str = "senco.ashdown") -> list[str]:
    """What somebody reads of an award's letters."""
    with awards.world.saying(who, "reads") as (session, saying):
        found = reading.change_letters(session, saying.caller, award_id)
    return [each.body for each in found]


@pytest.mark.promise(2)
@pytest.mark.promise(4)
@pytest.mark.promise(8)
def test_a_family_is_told_of_a_change_in_figures_of_the_record(awards: ChangedAwards) -> None:
    """Promises 2, 4 and 8: the change's own worth, once, without a name or an officer's words."""
    award_id = awards.awarded()
    awards.comes(NOVEMBER)
    said = {"from_on": JANUARY, "annual_pence": 100_000}
    change = {"kind": "changed_amount", **said}
    act = awards.money.records(
        "officer.1", ActKind.CHANGE_AWARD, award_id=award_id, change=change, reason=PLANTED
    )
    for _ in range(2):
        assert awards.money.carries_out(act).done
    (made,) = awards.world.rows("SELECT * FROM award_change")
    (letter,) = letters(awards, award_id)
    assert f"comes to {pounds(made.worth_after_pence)}; before this change, " in letter
    assert pounds(made.worth_before_pence) in letter
    assert "From 4 January 2027 the council adds £1,000 a year." in letter
    assert "for the council by its locality officer." in letter
    assert "Pupil number: ashdown-0" in letter
    assert PLANTED not in letter


def test_a_suspension_is_lifted_early_and_told(awards: ChangedAwards) -> None:
    """Stopped for two months, given again after one: due to the day, with a letter for each."""
    award_id = awards.awarded()
    awards.comes(NOVEMBER)
    whole = awards.paid(award_id) + awards.due(award_id)
    first_on, until_on = date(2026, 12, 1), date(2027, 2, 1)
    awards.changed(award_id, "suspended", from_on=first_on, until_on=until_on)
    less = awards.paid(award_id) + awards.due(award_id)
    row = awards.changed(award_id, "resumed", from_on=JANUARY)
    assert (row.kind, row.worth_before_pence) == ("resumed", less)
    again = awards.paid(award_id) + awards.due(award_id)
    assert again == row.worth_after_pence
    assert whole > again > less
    days, lost = (ENDS - BEGINS).days, (JANUARY - first_on).days
    assert abs((whole - again) - whole * lost / days) < 100
    first, second = letters(awards, award_id)
    assert "the council adds no money" in first
    assert "adds again what it had stopped" in second
    assert awards.is_sound()


@pytest.mark.promise(8)
def test_letters_are_for_the_schools_desk_and_officers(awards: ChangedAwards) -> None:
    """Promise 8: finance follows the money, and another school finds nothing; names at the desk."""
    award_id = awards.awarded(number=1)
    awards.comes(NOVEMBER)
    awards.changed(award_id, "leaver", last_on=date(2026, 12, 18))
    for who in ("senco.ashdown", "head.ashdown", "officer.1"):
        assert len(letters(awards, award_id, who)) == 1
    for who in ("finance.1", "leader.1", "senco.brook", "head.crane"):
        with pytest.raises(Unknown):
            letters(awards, award_id, who)
    with pytest.raises(Barred):
        letters(awards, award_id, "officer.2")
    with awards.world.saying("officer.1", "reads") as (session, saying):
        (seen,) = reading.change_letters(session, saying.caller, award_id)
    assert seen.pupils == ()
    with awards.world.saying("senco.ashdown", "reads") as (session, saying):
        (seen,) = reading.change_letters(session, saying.caller, award_id)
    assert len(seen.pupils) == 1


def test_an_award_of_the_old_system_is_told_by_its_own_reference(awards: ChangedAwards) -> None:
    """No request is behind it: no pupil's number is known, and both ways of a plan are told."""
    desk = FinanceWorld(awards.world)
    assert desk.does("finance.1", ActKind.IMPORT_AWARDS, file_id=awards_file(awards.world)).done
    (row,) = awards.world.rows("SELECT * FROM award ORDER BY opening_reference LIMIT 1")
    awards.changed(row.id, "leaver", last_on=date(2026, 12, 18))
    (letter,) = letters(awards, row.id, "officer.1")
    assert f"Our reference: {row.opening_reference}" in letter
    assert "Pupil number" not in letter
    assert "If your child has such a plan" in letter


@pytest.mark.promise(11)
def test_a_letter_is_not_changed_once_it_is_written(awards: ChangedAwards) -> None:
    """Promise 11: the application may write one, and nothing else."""
    award_id = awards.awarded()
    awards.comes(NOVEMBER)
    awards.changed(award_id, "leaver", last_on=date(2026, 12, 18))
    for sql in ("UPDATE change_letter SET body = ''", "DELETE FROM change_letter"):
        with pytest.raises(Exception, match="InsufficientPrivilege"):
            run_sql(awards.world, sql)
