"""What the play says at its end: the ledger, why one award is what it is, the proof, and where."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from deploy.demo.asked import NotAsPlayed
from deploy.demo.loading import decide_again, prove_ledger, write_pack
from deploy.demo.printing import money, say, say_table, say_title, words
from deploy.demo.theatre import Play
from deploy.demo.voice import Voice

_STAGES = ("allocated", "available", "held", "committed", "paid")
_PAGE = 500

_WHERE = {
    "/api/ledger/balances": "what every pot has, by year and stage",
    "/api/payment-runs": "payment runs, their lines, remittances, files and answers",
    "/api/awards": "awards as they stand; /api/awards/claims: what other councils owe",
    "/api/finance/budgets?year=2026": "what each budget line gave, and by which file",
    "/api/reports/months?year=2026": "which months are closed",
    "/api/reports/forecast?year=2027": "the year to its end, beside its budget",
    "/api/reports/by/cluster?year=2026": "or by area, school, need, kind; /csv for a spreadsheet",
    "/api/reports/plans?year=2026": "cluster plans: places given and unused, promised and paid",
    "/api/reports/statements?year=2026": "what each cluster's chair was told",
    "/api/reports/year-end?year=2026": "what became of each pot, and who signed",
    "/api/policy/publications": "drafts of policy: faults, impact on the year's cases, approvals",
    "/api/policy/modellings": "policy tried on cases: cost now and then, and the files of it",
}
_COMMANDS = {
    "why ENTRY": "why any entry of the ledger is there",
    "finance-pack 2026-12 --to FOLDER": "a month's workbook and lists",
    "ledger verify --head HEAD": "prove the ledger against a head given out",
    "ledger export --beancount FILE": "the ledger for a tool that we did not write",
    "policy rerun": "decide everything that is stored again",
}

Facts = Mapping[str, Any]


async def say_ledger(play: Play) -> None:
    """Print every pot by year: what it was given and how far the money has gone."""
    balances = await play.voice("finance.1").reads("/api/ledger/balances")
    say_title("The ledger, by pot and financial year")
    _say_balances(balances)


async def say_last_books(play: Play, year: int) -> None:
    """Print a year's pots before the year is closed; once it is, there is no more to print."""
    finance = play.voice("finance.1")
    months = await finance.reads("/api/reports/months", year=year)
    if months[-1]["is_closed"]:
        return
    balances = await finance.reads("/api/ledger/balances")
    say_title(f"The ledger of {_years(year)}, by pot, before the year is closed")
    _say_balances([each for each in balances if each["financial_year"] == year])
    say()


async def say_why(play: Play) -> None:
    """Print the whole chain behind one award, from the entry back to the rules and the votes."""
    if play.to_explain is None:
        return
    officer = play.voice("officer.director")
    commitment = await _commitment(officer, play.to_explain.id)
    why = await officer.reads(f"/api/ledger/entries/{commitment}/why")
    say_title(f"Why the ledger promises this money for {play.to_explain.reference}")
    for line in _chain(why):
        say(line)


async def say_proof(play: Play) -> None:
    """Seal the ledger, and prove it from nothing, through the head in November's pack."""
    say_title("The ledger adds up, and goes through the head of November's finance pack")
    head = await asyncio.to_thread(write_pack, "2026-11", play.folder)
    await asyncio.to_thread(prove_ledger, head)


async def say_rerun() -> None:
    """Run every stored decision again, by the rules that it is pinned to."""
    say_title("Every decision that is stored comes out again, by the rules of its own day")
    await asyncio.to_thread(decide_again)


def say_where(base_url: str) -> None:
    """Say where finance finds what it needs, as `finance.1`; drafts and models of policy too."""
    say_title("Where finance finds things")
    width = max(map(len, _WHERE))
    for path, found in _WHERE.items():
        say(f"{base_url}{path:<{width}}  {found}")
    for command, does in _COMMANDS.items():
        say(f"python -m api.cli {command:<{width}}  {does}")


async def _commitment(officer: Voice, request_id: str) -> str:
    """Find the entry that commits money to a request, page by page through the journal."""
    after = 0
    while page := await officer.reads("/api/ledger/entries", after=after, limit=_PAGE):
        for entry in page:
            if _commits(entry, request_id):
                return str(entry["id"])
        after = page[-1]["number"]
    raise NotAsPlayed(f"the journal has no commitment for {request_id}")


def _commits(entry: Facts, request_id: str) -> bool:
    return (entry["verb"], entry["context"]["request_id"]) == ("commit", request_id)


def _say_balances(balances: Iterable[Facts]) -> None:
    """Print pots in which there is anything, or has been."""
    used = (each for each in balances if any(each[f"{stage}_pence"] for stage in _STAGES))
    say_table(("pot", "year", *_STAGES), [_row(each) for each in used])


def _row(balance: Facts) -> list[str]:
    amounts = (money(balance[f"{stage}_pence"]) for stage in _STAGES)
    return [balance["pot"], _years(balance["financial_year"]), *amounts]


def _years(financial_year: int) -> str:
    return f"{financial_year}-{(financial_year + 1) % 100}"


def _chain(why: Facts) -> Iterator[str]:
    """Tell the chain from the money back to the rules, each link under the one it explains."""
    yield from _of_entry(why["entry"])
    for award in why["awards"]:
        yield from _of_award(award)
    yield from _of_decision(why["decision"])
    yield from _of_placing(why["placing"])
    yield from _of_ballot(why["ballot"])
    yield from _of_request(why["request"])
    for policy in why["policies"]:
        yield f"    {policy['kind']}, since {policy['in_force_from']}: {policy['authority']}"
        yield f"      {policy['source']}  SHA-256 {policy['sha256'][:12]}"


def _of_entry(entry: Facts) -> Iterator[str]:
    yield f"Entry {entry['id']}, {entry['verb']}, recorded {entry['context']['recorded_at']}"
    for posting in entry["postings"]:
        account = posting["account"]
        place = f"{account['pot']} {account['financial_year']} {account['stage']}"
        yield f"    {place:<40} {money(posting['pence']):>14}"


def _of_award(award: Facts) -> Iterator[str]:
    until = f"{award['from_on']} until {award['until_on']}"
    yield f"  for an award of {money(award['annual_pence'])} a year, {until}"
    number, total = len(award["instalments"]), money(award["total_pence"])
    first = award["instalments"][0]
    begins = f"the first {money(first['pence'])} on {first['due_on']}"
    yield f"    {total} in {number} instalments, {begins}"


def _of_decision(decision: Facts) -> Iterator[str]:
    yield f"  by a decision: {words(decision['kind'])}, at {decision['level']} level"
    yield f"    signed by {decision['officer']} at {decision['decided_at']}"
    for ground in decision["grounds"]:
        yield f"    grounds: {ground}"


def _of_placing(placing: Facts) -> Iterator[str]:
    amount = money(placing["annual_pence"])
    band = f", band {placing['band']}" if placing["band"] else ""
    yield f"  because the need was placed as {placing['tier']}{band}: {amount} a year"
    for step in placing["working"]["steps"]:
        source = step["source"]
        yield f"    {step['rule']}: {step['says']}"
        read = ", ".join(f"{words(key)} {value}" for key, value in step["read"].items())
        yield f"      read {read}" if read else "      read nothing"
        since = f"{source['policy']} since {source['in_force_from']}, {source['authority']}"
        yield f"      gave {step['gave']}  [{since}]"


def _of_ballot(ballot: Facts | None) -> Iterator[str]:
    if ballot is None or ballot["result"] is None:
        return
    result = ballot["result"]
    said = f"{result['cast']} of {result['eligible']} voted, quorum {result['quorum']}"
    yield f"  as a panel moderated it in round {ballot['round']}: {said}"
    for area, level in result["moderated"]["levels"].items():
        spread = result["spread"][area]
        yield f"    {words(area)}: level {level}, votes {spread['lowest']} to {spread['highest']}"
    counts = ", ".join(f"{words(key)} {count}" for key, count in result["counts"].items() if count)
    yield f"    recommended: {words(result['recommendation'] or 'nothing')} ({counts})"


def _of_request(request: Facts) -> Iterator[str]:
    place = f"of {request['school']}, version {request['version']}"
    yield f"  on request {request['reference']} {place}, submitted {request['submitted_at']}"
    yield "  under the policies in force on that day:"
