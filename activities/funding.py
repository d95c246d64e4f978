"""Money for a placing: held in the first pot that covers it, climbing until one does.

An empty pot refuses nobody (promise 10): when none covers it, the request goes to a person.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from activities.desk import Desk
from activities.store import deciding, ledger, plans
from activities.store.closing import books, in_open_years
from domain.award import Award, Instalment, Payee, by_financial_year, schedule_of
from domain.ledger.accounts import PotCode
from domain.ledger.answers import LedgerAnswer
from domain.ledger.journal import Context, Hold, Line, Release, Verb, entry_id
from domain.periods import academic_year, academic_year_begins
from domain.places import Level
from domain.refusals import NotValid, OwedByPlan
from domain.request import RequestKind

Plan = dict[str, tuple[Instalment, ...]]


@dataclass(frozen=True)
class Funding:
    """Where the money is held, and every pot that was tried on the way."""

    tried: tuple[dict[str, Any], ...]
    level: Level
    pot: str | None = None
    hold_id: UUID | None = None
    lines: tuple[Line, ...] = ()


def span(
    desk: Desk, from_on: date | None = None, until_on: date | None = None
) -> tuple[date, date]:
    """The days an award covers: as signed, as asked, or until the academic year ends.

    Signed days that end before they begin are refused; of a plan's, none may be left out.
    """
    content = desk.request.content
    first = from_on or content.starts_on or desk.day
    asked_until = content.ends_on if content.ends_on and content.ends_on > first else None
    last = until_on or asked_until or academic_year_begins(academic_year(first) + 1)
    _check_days(desk, first, last)
    if desk.owes_plan:
        _check_whole_span(desk, first, last)
    return first, last


def _check_days(desk: Desk, first: date, last: date) -> None:
    """Refuse days that no request could ask for: a year that is not open yet has no floor.

    Source: the screening policy's longest support, which binds the officer like the school.
    """
    longest = timedelta(days=desk.policies.screening.longest_support_days)
    earliest = academic_year_begins(academic_year(desk.submitted_on))
    asked = f"to give support from {first} until {last}"
    if last <= first:
        raise NotValid(asked, "it would end before it begins")
    if not earliest <= first <= desk.day + longest:
        raise NotValid(asked, f"it begins from {earliest} to {desk.day + longest}")
    if last - first > longest:
        raise NotValid(asked, f"{longest.days} days are the most that are agreed at once")


def _check_whole_span(desk: Desk, first: date, last: date) -> None:
    """Refuse fewer days than were asked where a plan is owed: less is less, however it is made."""
    asked = desk.request.content.starts_on or desk.day
    until = desk.request.content.ends_on or academic_year_begins(academic_year(asked) + 1)
    if first > max(asked, desk.day) or last < until:
        raise OwedByPlan(
            "to sign for these days", f"the plan's provision was asked from {asked} until {until}"
        )


def plan_of(desk: Desk, by_school: dict[str, int], between: tuple[date, date]) -> Plan:
    """Date an amount for each school that is paid, by the request's own payments policy.

    A school whose part comes to less than a penny in so few days is left out.
    """
    paid = {school: pence for school, pence in by_school.items() if pence}
    if not paid:
        return {}
    payees = tuple(
        Payee(code=school, kind=deciding.payee_kind(desk.session, school), annual_pence=pence)
        for school, pence in sorted(paid.items())
    )
    award = Award(
        request_id=desk.request.id,
        kind=desk.request.kind,
        payees=payees,
        from_on=between[0],
        until_on=between[1],
    )
    planned = schedule_of(award, desk.policies.payments, desk.policies.calendar)
    return {
        school: in_open_years(desk.session, desk.day, instalments)
        for school, instalments in planned.items()
        if instalments
    }


def lines_in(pot: str, plan: Plan) -> tuple[Line, ...]:
    """What a plan comes to in one pot, by financial year of its instalments."""
    years = by_financial_year(each for planned in plan.values() for each in planned)
    return tuple(Line(pot=pot, financial_year=year, pence=pence) for year, pence in years.items())


def context(desk: Desk, act_id: UUID, pot: PotCode, **more: Any) -> Context:
    """What an entry made for this request in a pot says: today's books, or the next open."""
    facts: dict[str, Any] = {
        "recorded_at": desk.now,
        "effective_on": desk.day,
        "academic_year": academic_year(desk.day),
        "request_id": desk.request.id,
        "act_id": act_id,
        "policy_version_ids": tuple(sorted(desk.request.pins.values())),
        "section_251_line": _section_251_line(desk),
        "cost_centre": _cost_centre(desk, pot),
    }
    return Context(**facts | books(desk.session, desk.day).model_dump() | more)


def _section_251_line(desk: Desk) -> str | None:
    """The line of the section 251 return on which the request's money is reported."""
    if desk.request.kind is RequestKind.ADVICE:
        return None
    return desk.policies.payments.rule_for(desk.request.kind, desk.payee).section_251_line


def _cost_centre(desk: Desk, pot: PotCode) -> str | None:
    """The cost centre of a pot; none before the council has published a finance policy."""
    return desk.finance.coding_for(pot, desk.payee).cost_centre if desk.finance else None


def hold_in_first_pot(desk: Desk, cause_id: UUID, fund: str, plan: Plan, level: Level) -> Funding:
    """Hold a plan's money in the first pot, from a level upwards, that covers the whole of it."""
    tried: list[dict[str, Any]] = []
    pots = desk.policies.contingency.pots(fund, level, desk.request.cluster, desk.request.area)
    for each in pots:
        hold_id = entry_id(cause_id, Verb.HOLD, each.pot)
        lines = lines_in(each.pot, plan)
        answer = hold(desk, hold_id, lines, context(desk, cause_id, each.pot))
        tried.append({"pot": each.pot, "level": each.level, "answer": answer.result})
        if answer.is_done:
            return Funding(tuple(tried), each.level, each.pot, hold_id, lines)
    return Funding(tuple(tried), Level.COUNCIL)


def hold(desk: Desk, hold_id: UUID, lines: tuple[Line, ...], said: Context) -> LedgerAnswer:
    """Ask the ledger to reserve money; a refusal is an answer, and stays one under its id."""
    return ledger.hold(desk.session, Hold(id=hold_id, lines=lines, context=said))


def give_everything_back(desk: Desk, cause_id: UUID) -> None:
    """Give back what is held or kept for a request as it stands: money, and places in the plan."""
    if desk.request.placing_id is not None:
        give_back(desk, deciding.placing(desk.session, desk.request.placing_id), cause_id)
    plans.set_kept_places(desk.session, desk.request.id, "returned")


def give_back(desk: Desk, placed: deciding.Placed, cause_id: UUID) -> None:
    """Release what is held for a placing; a hold that has ended already is left as it is."""
    if placed.hold_id is None:
        return
    release = Release(
        id=entry_id(cause_id, Verb.RELEASE, placed.hold_id),
        hold_id=placed.hold_id,
        context=context(desk, cause_id, placed.hold_lines[0].pot),
    )
    ledger.release(desk.session, release)
