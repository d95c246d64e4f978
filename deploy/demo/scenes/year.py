"""Scenes of the year: months paid and closed, one opened again, a forecast, the year's end."""

import asyncio
from datetime import date

from deploy.demo.closing import say_last_books
from deploy.demo.company import TITLES
from deploy.demo.finance import YEAR, acts, at, is_refused
from deploy.demo.loading import write_pack
from deploy.demo.printing import count, money, words
from deploy.demo.runs import PaymentRun
from deploy.demo.theatre import Play
from domain.closing import month_name, period_begins, period_ends_on

_BEFORE_LOCALITY = range(1, 7)
"""April to September: months that ended before the county had Locality."""
_NOVEMBER, _MARCH = 8, 12
_FORECAST = ("cluster:birch", "cluster:damson", "exceptional")
"""Pots of whose forecast the play tells; the others read alike."""
_RUN_DAY = 11
"""On which day of a month its run is prepared; a working day in every month of the play."""
_NOVEMBER_BEGINS, _NOVEMBER_ENDS = date(2026, 11, 1), date(2026, 11, 30)


async def months_before(play: Play) -> None:
    """Months that ended before the county came to Locality are closed, empty."""
    for period in _BEFORE_LOCALITY:
        await acts(play, "finance.1", "close_period", _month(period))
    came = "they were before Locality: nothing is entered there"
    play.step("finance.1", "closes April to September 2026", came)


async def november_is_paid(play: Play) -> None:
    """A run is prepared, approved by another, posted once, and answered by the bank."""
    await play.until(at(2026, 11, 12, 10))
    slip = await PaymentRun.prepared(play, _NOVEMBER_BEGINS, date(2026, 11, 1))
    await slip.abandoned("It was to reach the end of the month.")
    run = await PaymentRun.prepared(play, _NOVEMBER_BEGINS, _NOVEMBER_ENDS)
    await run.is_not_approved_by("finance.1")
    await run.approved_by("finance.2")
    await run.files_are_read()
    await _school_reads_remittance(play, "cawthrush")
    await play.until(at(2026, 11, 18))
    otherwise = {"ivelbeck": "rejected", "puddlestow": "pending"}
    await run.answered(otherwise, ["PR-2026-08-2/999,250.00,paid"])
    await run.settled("puddlestow", "paid", "The bank confirms it by telephone.")


async def november_is_closed(play: Play) -> None:
    """The month is closed and told: forecast, shortfalls seen coming, a chair's statement."""
    await play.until(at(2026, 12, 1, 12))
    for period in (_NOVEMBER - 1, _NOVEMBER):
        await _closes(play, period)
    await _forecast(play)
    await _statement(play, "head.harebellow", "birch")
    await _school_reads_its_money(play, "cawthrush")
    await _pack(play, _NOVEMBER)


async def late_item(play: Play) -> None:
    """What is paid for a closed month is entered in the next, and says where it belongs."""
    await play.until(at(2026, 12, 2))
    run = await PaymentRun.prepared(play, _NOVEMBER_BEGINS, _NOVEMBER_ENDS, step="late")
    await run.comes_again("ivelbeck")
    await run.approved_by("finance.2")
    await run.answered()


async def opened_again(play: Play) -> None:
    """Only whom the policy names opens a closed month; it leaves a trace, and is closed again."""
    await play.until(at(2026, 12, 3))
    choices = {
        **_month(_NOVEMBER),
        "authority": "26/00071",
        "reason": "The auditor asks for one more look at November.",
    }
    what = "tries to open November again"
    await is_refused(
        play, "finance.2", "reopen_period", choices, what=what, code="authority_too_low"
    )
    await acts(play, "officer.head", "reopen_period", choices)
    play.step("officer.head", "opens November 2026 again", "by 26/00071; the trace stays")
    await _closes(play, _NOVEMBER, step="again")
    months = await play.voice("finance.1").reads("/api/reports/months", year=YEAR)
    times = count(months[_NOVEMBER - 1]["times_reopened"], "time")
    play.step("finance.1", "looks at November's books", f"closed; opened again {times}")


async def overspend_is_covered(play: Play) -> None:
    """A pot is filled from the recorded overspend, with authority: what is owed can be paid."""
    await play.until(at(2026, 12, 9))
    choices = {
        "pot": "cluster:fir",
        "financial_year": YEAR,
        "pence": 2_000_00,
        "authority": "26/00072",
        "reason": "Three newcomers have used the cluster's year up.",
    }
    await acts(play, "finance.1", "cover_overspend", choices)
    came = "on the deficit account, by 26/00072"
    play.step("finance.1", "covers £2,000 for Fir by overspend", came)
    early = "tries to close the year in December"
    closing = {"financial_year": YEAR}
    await is_refused(play, "finance.1", "close_year", closing, what=early, code="not_at_this_stage")


async def panels_end(play: Play) -> None:
    """The term's meetings are over."""
    await play.until(at(2026, 12, 9))
    await play.panels_end()


async def winter(play: Play) -> None:
    """December to March: what falls due is paid, and the month before is closed."""
    for period in range(_NOVEMBER + 1, _MARCH + 1):
        begins = period_begins(YEAR, period)
        await play.until(at(begins.year, begins.month, _RUN_DAY, 10))
        if period - 1 > _NOVEMBER:
            await _closes(play, period - 1)
        run = await PaymentRun.prepared(play, begins, period_ends_on(YEAR, period))
        await run.approved_by("finance.2")
        await run.answered()


async def year_end(play: Play) -> None:
    """The year is closed by the policy's rules, and signed off by those whom it names."""
    await play.until(at(2027, 4, 6))
    await say_last_books(play, YEAR)
    await acts(play, "finance.1", "close_year", {"financial_year": YEAR}, step="in April")
    ended = await play.voice("finance.1").reads("/api/reports/year-end", year=YEAR)
    for source in sorted({pot["source"] for pot in ended["pots"]}):
        pots = [pot for pot in ended["pots"] if pot["source"] == source]
        left = money(sum(pot["available_pence"] for pot in pots))
        way, into = words(pots[0]["way"]), _into(pots)
        what = f"closes 2026-27: {way} {count(len(pots), 'pot')}"
        play.step("finance.1", what, f"{left} {into} ({source})")
    what = "tries to sign the year off, and has closed it"
    signing = {"financial_year": YEAR}
    await is_refused(play, "finance.1", "sign_year_end", signing, what=what, code="barred")
    for signer in ("finance.2", "officer.head", "officer.director"):
        await acts(play, signer, "sign_year_end", signing)
        play.step(signer, "signs the year 2026-27 off", await _signed(play))


async def _closes(play: Play, period: int, *, step: str = "") -> None:
    await acts(play, "finance.1", "close_period", _month(period), step=step)
    what = f"closes {month_name(YEAR, period)}"
    play.step("finance.1", what, "its books are shut; each chair has a statement")


async def _school_reads_remittance(play: Play, school: str) -> None:
    business = f"business.{school}"
    for each in await play.voice(business).reads("/api/remittances"):
        paid, number = sum(line["pence"] for line in each["lines"]), len(each["lines"])
        came = f"{money(paid)} for {count(number, 'instalment')}, by {words(each['way'])}"
        play.step(business, f"reads remittance {each['reference']}", came)


async def _forecast(play: Play) -> None:
    """Finance reads what the year will come to, and is told early of what will not last."""
    finance = play.voice("finance.1")
    seen = await finance.reads("/api/reports/forecast", year=YEAR)
    for each in seen["pots"]:
        if each["pot"] in _FORECAST:
            beside = f"{money(each['forecast_pence'])} beside a budget of"
            variance = f"{money(each['variance_pence'])} {each['direction']}"
            came = f"{beside} {money(each['budget_pence'])}: {variance}"
            play.step("finance.1", f"reads 2026-27's forecast of {each['pot']}", came)
    await _is_warned(play, "finance.1")
    await _is_warned(play, "head.dapplewood", role="panel_chair")


async def _is_warned(play: Play, subject: str, *, role: str | None = None) -> None:
    """Whom it concerns is told early of a pot that will not last, or comes near to its end."""
    for each in await play.voice(subject).reads("/api/reports/shortfalls"):
        made_of = ", ".join(f"{words(what)} {money(pence)}" for what, pence in each["made_of"])
        comes_to, budget = money(each["forecast_pence"]), money(each["budget_pence"])
        came = f"it comes to {comes_to} of {budget}: {made_of}"
        play.step(subject, f"is warned early of {each['pot']}", came, role=role)


async def _statement(play: Play, chair: str, cluster: str) -> None:
    """A cluster's chair reads the month's statement."""
    voice = play.voice(chair)
    listed = await voice.reads("/api/reports/statements", year=YEAR, cluster=cluster)
    of_month = [each for each in listed if each["period"] == _NOVEMBER]
    told = await voice.reads(f"/api/reports/statements/{of_month[-1]['id']}")
    for pot in told["pots"]:
        paid, left = money(pot["paid_pence"]), money(pot["remaining_pence"])
        promised = money(pot["committed_pence"])
        came = f"{money(pot['given_pence'])}: {paid} paid, {promised} promised, {left} left"
        what = f"reads {told['month']}'s statement, {pot['pot']}"
        play.step(chair, what, came, role="panel_chair")


async def _school_reads_its_money(play: Play, school: str) -> None:
    """A head sees side by side what the school is thought to have, says it spends, and is given."""
    beside = await play.voice(f"head.{school}").reads("/api/reports/schools", year=YEAR)
    for each in beside:
        notional, spends = money(each["notional_pence"]), money(each["says_it_spends_pence"])
        given = f"{money(each['promised_pence'])} promised, {money(each['paid_pence'])} paid"
        came = f"notional SEN budget {notional}; says it spends {spends}; {given}"
        play.step(f"head.{school}", "reads the school's money of 2026-27", came)


async def _pack(play: Play, period: int) -> None:
    """The month's finance pack is written once, with the ledger's sealed head in it."""
    month = f"{period_begins(YEAR, period):%Y-%m}"
    head = await asyncio.to_thread(write_pack, month, play.folder)
    came = f"workbook and lists in {play.folder}; sealed head {head[:12]}"
    play.step("finance.1", f"has the finance pack of {month_name(YEAR, period)}", came)


def _office(signed_as: str) -> str:
    """Name an office as people do.

    >>> _office("council_officer:director"), _office("finance_officer")
    ('the director', 'the finance officer')
    """
    role, _, grade = signed_as.partition(":")
    code = grade or role
    return f"the {TITLES.get(code) or words(code)}"


def _into(pots: list[dict[str, object]]) -> str:
    """Say where pots under one rule of the year's end went."""
    into = {pot["into_pot"] for pot in pots}
    if into == {pot["pot"] for pot in pots}:
        return "to the same pots of 2027-28"
    return f"to {', '.join(sorted(map(str, into)))}"


async def _signed(play: Play) -> str:
    ended = await play.voice("finance.1").reads("/api/reports/year-end", year=YEAR)
    left = [each["signed_as"] for each in ended["signatures"] if each["signed_by"] is None]
    if not left:
        return "signed off by everybody whom the policy names"
    return f"waits for {' and '.join(map(_office, left))}"


def _month(period: int) -> dict[str, int]:
    return {"financial_year": YEAR, "period": period}


SCENES = (
    months_before,
    november_is_paid,
    november_is_closed,
    late_item,
    opened_again,
    overspend_is_covered,
    panels_end,
    winter,
    year_end,
)
