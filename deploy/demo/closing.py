"""What the play says at its end: the ledger by pot and year, and why one award is what it is."""

from collections.abc import Iterator, Mapping
from typing import Any

from deploy.demo.asked import NotAsPlayed
from deploy.demo.printing import money, say, say_table, say_title, words
from deploy.demo.theatre import Play
from deploy.demo.voice import Voice

_STAGES = ("allocated", "available", "held", "committed", "paid")
_PAGE = 500

Facts = Mapping[str, Any]


async def say_ledger(play: Play) -> None:
    """Print every pot by year: what it was given and how far the money has gone."""
    balances = await play.voice("finance.1").reads("/api/ledger/balances")
    say_title("The ledger, by pot and financial year")
    say_table(("pot", "year", *_STAGES), [_row(each) for each in balances])


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


def _row(balance: Facts) -> list[str]:
    year = balance["financial_year"]
    amounts = (money(balance[f"{stage}_pence"]) for stage in _STAGES)
    return [balance["pot"], f"{year}-{(year + 1) % 100}", *amounts]


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
