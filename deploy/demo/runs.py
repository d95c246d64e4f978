"""A payment run in the play: prepared by one, approved by another, sent, answered, settled."""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from deploy.demo.asked import NotAsPlayed
from deploy.demo.finance import says_refused
from deploy.demo.printing import count, money
from deploy.demo.theatre import Play
from deploy.demo.voice import Json, Refused
from domain.closing import month_name
from domain.periods import financial_year, period

_WRITTEN_SECONDS = 60.0
_LOOK_SECONDS = 0.1
_WRITTEN = ("sent", "closed")
_HEADINGS = "reference,amount,status"
_FOUND = {
    "status_unknown": "the bank says neither paid nor rejected",
    "not_sent": "it was never sent in this run",
}
"""What the lines of the play's answers turn out to be."""


class PaymentRun:
    """One run: what finance does with it, and what it says of itself."""

    def __init__(self, play: Play, run_id: str) -> None:
        self._play = play
        self._path = f"/api/payment-runs/{run_id}"

    @classmethod
    async def prepared(cls, play: Play, of: date, until: date, *, step: str = "") -> "PaymentRun":
        """Finance gathers what is due by a day into a run of a month."""
        year, month = financial_year(of), period(of)
        choices = {"financial_year": year, "period": month, "due_until_on": until.isoformat()}
        asked = await play.voice("finance.1").does("/api/payment-runs", choices, step=step)
        run = cls(play, asked["act_id"])
        found = await run.reads()
        what = f"prepares a payment run of {month_name(year, month)}"
        came = f"{found['reference']}, due until {until:%d %b}: {_size(found)}; nothing is paid yet"
        play.step("finance.1", what, came)
        return run

    async def reads(self) -> Json:
        """Read the run as it stands."""
        found: Json = await self._play.voice("finance.1").reads(self._path)
        return found

    async def payments(self) -> list[Json]:
        """List what each payee gets."""
        found: list[Json] = await self._play.voice("finance.1").reads(f"{self._path}/remittances")
        return found

    async def abandoned(self, reason: str) -> None:
        """Finance gives a run up that nobody has approved."""
        await self._play.voice("finance.1").does(f"{self._path}/abandon", {"reason": reason})
        came = f"{(await self.reads())['reference']} abandoned: what was due stays due"
        self._play.step("finance.1", "gives the run up: a slip in its day", came)

    async def is_not_approved_by(self, subject: str) -> None:
        """Whoever prepared a run tries to approve it."""
        try:
            await self._approved(subject)
        except Refused as refused:
            what = "tries to approve what they prepared"
            says_refused(self._play, subject, what, refused, "barred")
        else:
            raise NotAsPlayed("a run was approved by the person who prepared it")

    async def approved_by(self, subject: str) -> None:
        """Another person approves exactly what was prepared; it is posted and written."""
        await self._approved(subject)
        found = await self._until_written()
        into = month_name(found["books_year"], found["books_period"])
        own = month_name(found["financial_year"], found["period"])
        late = "" if into == own else f", for {own} is closed: a late item, marked as {own}'s"
        came = f"{found['reference']} posted in one batch, in the books of {into}{late}"
        self._play.step(subject, f"approves {_size(found)}", came)

    async def files_are_read(self) -> None:
        """Finance downloads what the run wrote for the bank and the general ledger."""
        for each in (await self.reads())["files"]:
            text = await self._play.voice("finance.2").downloads(
                f"{self._path}/files/{each['kind']}"
            )
            headings, *lines = text.removeprefix("\ufeff").splitlines()
            what = f"downloads {each['name']}"
            self._play.step("finance.2", what, f"{len(lines)} lines under {headings}")

    async def answered(
        self, otherwise: Mapping[str, str] | None = None, more: Iterable[str] = ()
    ) -> None:
        """The bank answers: paid, or otherwise for the payees named; and lines nobody sent."""
        said = otherwise or {}
        rows = [
            f"{each['reference']},{_amount(each['pay_pence'])},{said.get(each['payee'], 'paid')}"
            for each in await self.payments()
            if each["pay_pence"]
        ]
        text = "\r\n".join((_HEADINGS, *rows, *more, ""))
        voice = self._play.voice("finance.1")
        kept = await voice.hands_in("answer", text)
        done = await voice.does(f"{self._path}/read-answer", {"file_id": kept["id"]})
        found = await self.reads()
        answer = next(each for each in found["answers"] if each["act_id"] == done["act_id"])
        came = f"{answer['paid']} paid, {answer['rejected']} rejected"
        listed = answer["listed"]
        came += f", {len(listed)} listed for a person" if listed else "; every payment is answered"
        self._play.step("finance.1", f"reads the bank's answer to {found['reference']}", came)
        for each in listed:
            came = f"{_FOUND[each['finding']]}: it is listed and moves nothing"
            self._play.step("finance.1", f"looks at {each['reference']}", came)

    async def settled(self, payee: str, as_what: str, reason: str) -> None:
        """A person closes a payment that the answer left open, and says why."""
        line = next(each for each in await self.payments() if each["payee"] == payee)
        choices = {"line_id": line["id"], "settled_as": as_what, "reason": reason}
        await self._play.voice("finance.2").does(f"{self._path}/settle-difference", choices)
        what = f"settles {line['reference']} as {as_what}, with a reason"
        self._play.step("finance.2", what, f"the run is {(await self.reads())['stage']}")

    async def comes_again(self, school: str) -> None:
        """What the bank had sent back is due again in this run, as a further attempt."""
        lines = await self._play.voice("finance.1").reads(f"{self._path}/lines", limit=500)
        for each in lines:
            if each["school"] == school and (each["attempt"] or 0) > 1:
                came = f"{money(each['pence'])} again, attempt {each['attempt']}"
                what = f"finds the payment that {school.title()} never got"
                self._play.step("finance.1", what, came)
                return
        raise NotAsPlayed(f"what was rejected for {school} is not due again")

    async def _approved(self, subject: str) -> None:
        found = await self.reads()
        said = {"lines": found["lines"], "total_pence": found["total_pence"]}
        await self._play.voice(subject).does(f"{self._path}/approve", said)

    async def _until_written(self) -> Json:
        """Wait for the workflow to write what goes to payees, bank and general ledger."""
        async with asyncio.timeout(_WRITTEN_SECONDS):
            while True:
                found = await self.reads()
                if found["stage"] in _WRITTEN:
                    return found
                await asyncio.sleep(_LOOK_SECONDS)


def _size(run: Mapping[str, Any]) -> str:
    said = f"{count(run['lines'], 'line')}, {money(run['total_pence'])}"
    back = run["invoice_back_pence"]
    return f"{said}, {money(back)} to be invoiced back" if back else said


def _amount(pence: int) -> str:
    """Write pence as a file has them: 1234.50."""
    return f"{pence // 100}.{pence % 100:02}"
