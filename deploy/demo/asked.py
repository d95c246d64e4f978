"""A request of the play, from draft to ending: what its school and the officers do with it."""

from collections.abc import Iterable
from typing import Any

from deploy.demo.asks import Content
from deploy.demo.company import Company
from deploy.demo.printing import money, words
from deploy.demo.voice import Refused

_DOES = {
    "moderate": "states the need",
    "return_to_school": "returns it to the school",
    "send_to_panel": "lists it for the panel",
    "return_to_panel": "returns it to the panel",
    "withdraw": "withdraws the request",
}
WENT_ON = frozenset({"too_late", "not_at_this_stage", "ballot_closed"})
"""What a refusal turns into when the play is played again and the request has long gone on."""


class NotAsPlayed(Exception):
    """Something was answered otherwise than written: a fault of Locality or of the play."""


class Asked:
    """A request and how much of its story its scene has seen."""

    def __init__(self, play: Company, school: str, draft_id: str, version: int) -> None:
        self.play = play
        self.school = school
        self.id = draft_id
        self.reference = ""
        self.content: Content = {}
        self._seen = 0
        self._version = version

    @property
    def kind(self) -> str:
        """Which of the four kinds of request it is."""
        return str(self.content["kind"])

    async def is_written(self, content: Content) -> None:
        """The SENCO saves the draft and the head confirms that very version."""
        senco, head = (
            self.play.voice(f"senco.{self.school}"),
            self.play.voice(f"head.{self.school}"),
        )
        self.content = content
        saved = await senco.says(
            "PUT", f"/api/drafts/{self.id}", {"version": self._version, "content": content}
        )
        self._version = saved["version"]
        confirmed = {"version": self._version}
        await head.says("POST", f"/api/drafts/{self.id}/confirm", confirmed)

    async def is_submitted(self, *stages: str) -> dict[str, Any]:
        """The SENCO submits what the head confirmed; say where screening takes it."""
        senco = self.play.voice(f"senco.{self.school}")
        await senco.does(f"/api/requests/{self.id}/submit", {"draft_version": self._version})
        facts = await self.reaches(*stages)
        self.reference = facts["reference"]
        self.play.step(senco.subject, f"submits a request: {words(self.kind)}", self.stands(facts))
        return facts

    async def reaches(self, *stages: str) -> dict[str, Any]:
        """Wait until the request next comes to one of the stages; say what the event says."""
        event, self._seen = await self.play.watch.moved(self.id, set(stages), self._seen)
        facts: dict[str, Any] = event["facts"]
        return facts

    async def act(
        self,
        subject: str,
        kind: str,
        choices: Content,
        stage: str,
        *,
        what: str = "",
        step: str = "",
    ) -> dict[str, Any]:
        """Somebody acts on the request, which then comes to the stage."""
        path = f"/api/requests/{self.id}/{kind.replace('_', '-')}"
        await self.play.voice(subject).does(path, choices, step=step)
        facts = await self.reaches(stage)
        came = self.stands(facts)
        if stage == "decided":
            self.play.is_decided()
            came = f"{came}: {await self._what_it_gives()}"
        self.play.step(subject, what or _DOES[kind], came)
        return facts

    async def is_refused(
        self, subject: str, kind: str, choices: Content, code: str, *, what: str
    ) -> None:
        """Somebody tries what the rules do not allow, and is told so."""
        path = f"/api/requests/{self.id}/{kind.replace('_', '-')}"
        try:
            await self.play.voice(subject).does(path, choices, step="refused")
        except Refused as refused:
            if refused.code not in {code, *WENT_ON}:
                raise
            self.play.step(subject, what, f"{self.reference} refused: {words(refused.code)}")
        else:
            raise NotAsPlayed(f"{self.reference}: {kind} was not refused with {code}")

    def stands(self, facts: dict[str, Any]) -> str:
        """Say where the request stands, as its last event has it."""
        reference = self.reference or facts["reference"]
        where = facts.get("ending") or facts["to"]
        turn = facts.get("waits_for")
        return f"{reference} {words(where)}" + (f", waits for {words(turn)}" if turn else "")

    async def _what_it_gives(self) -> str:
        """Say what the decision gives, from which tier or band, and which pot pays."""
        decision = await self.play.voice("officer.director").reads(
            f"/api/requests/{self.id}/decision"
        )
        placed = decision["band"] or decision["tier"]
        if decision["result"].get("provision_id"):
            return f"{placed}, a place in the cluster's plan"
        if not decision["awards"]:
            return f"{placed}, no money"
        pot = decision["awards"][0]["pot"]
        return f"{placed}, {money(decision['annual_pence'])} a year from {pot}"

    async def signed_by(self, subject: str, **changes: object) -> dict[str, Any]:
        """An officer authorises what was recommended and priced."""
        return await self.act(
            subject, "authorise", {**GROUNDS, **changes}, "decided", what="authorises"
        )


GROUNDS: Content = {
    "grounds": ["The reports and the reviews show this need."],
    "alternatives": "Support from the school's own resources alone, and advice alone.",
}
"""What every ending says: its grounds and the alternatives considered."""


def because(reason: str, grounds: Iterable[str] = ()) -> Content:
    """Give grounds, alternatives and the reason of a departure."""
    chosen = list(grounds) or GROUNDS["grounds"]
    return {**GROUNDS, "grounds": chosen, "reason": reason}
