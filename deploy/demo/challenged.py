"""A decision of the play that is challenged: who does what with it, and whose turn it is."""

from __future__ import annotations

from datetime import datetime

from deploy.demo.asked import Asked, NotAsPlayed
from deploy.demo.asks import Content
from deploy.demo.company import Company
from deploy.demo.printing import LONDON, words
from deploy.demo.voice import Json, Refused

_DOES = {
    "take_challenge": "gives it to people who had no part",
    "reconsider": "answers the challenge",
    "withdraw_challenge": "takes the challenge back",
}
_OVER = frozenset({"too_late", "not_at_this_stage"})
"""What a refusal turns into when the play is played again and the challenge is over."""


class Challenge:
    """A challenge to the decision on a request."""

    def __init__(self, play: Company, asked: Asked, challenge_id: str) -> None:
        self.play = play
        self.asked = asked
        self.path = f"/api/reconsiderations/{challenge_id}"

    @classmethod
    async def made(
        cls, play: Company, asked: Asked, subject: str, said: Content, *, what: str
    ) -> Challenge:
        """Somebody challenges the decision, for the school or for the family."""
        told = await play.voice(subject).does("/api/reconsiderations", _with(asked, said))
        made = cls(play, asked, told["act_id"])
        play.step(subject, what, await made.stands(subject))
        return made

    async def does(self, subject: str, kind: str, choices: Content, *, what: str = "") -> None:
        """Somebody acts on the challenge; then it says whose turn it is."""
        await self.play.voice(subject).does(self._address(kind), choices)
        self.play.step(subject, what or _DOES[kind], await self.stands(subject))

    async def is_refused(
        self, subject: str, kind: str, choices: Content, code: str, *, what: str
    ) -> None:
        """Somebody tries what the rules do not allow, and is told so."""
        try:
            await self.play.voice(subject).does(self._address(kind), choices, step=what)
        except Refused as refused:
            if refused.code not in {code, *_OVER}:
                raise
            came = f"refused: {refused.problem['in_the_way']}"
            self.play.step(subject, what, f"{self.asked.reference} {came}")
        else:
            raise NotAsPlayed(f"{self.asked.reference}: {kind} was not refused with {code}")

    async def stands(self, subject: str) -> str:
        """Say where the challenge stands, whose turn it is and by when, as this person reads it."""
        seen: Json = await self.play.voice(subject).reads(self.path)
        where = f"{self.asked.reference} {words(seen['answer'] or seen['stage'])}"
        if seen["waits_for"] is None:
            return where
        turn = f"{where}, waits for {words(seen['waits_for'])}"
        by = seen["answer_by_at"]
        if by is None:
            return turn
        return f"{turn}, answered before {datetime.fromisoformat(by).astimezone(LONDON):%d %b %Y}"

    async def letter_is_read(self, subject: str) -> None:
        """The school reads the answer's letter: its first words, and what is left to do."""
        seen: Json = await self.play.voice(subject).reads(self.path)
        body = seen["letter"]
        if body is None:
            path = f"/api/requests/{self.asked.id}/letter"
            body = (await self.play.voice(subject).reads(path))["body"]
        for heading in ("Our answer", "What we decided"):
            if f"\n{heading}\n" in body:
                said = body.split(f"\n{heading}\n", 1)[1].split("\n")[1]
                self.play.step(subject, "reads the letter", said)

    def _address(self, kind: str) -> str:
        return f"{self.path}/{kind.removesuffix('_challenge').replace('_', '-')}"


async def is_no_challenge(
    play: Company, asked: Asked, subject: str, said: Content, code: str, *, what: str
) -> None:
    """Somebody challenges what cannot be challenged, and is told why."""
    try:
        await play.voice(subject).does("/api/reconsiderations", _with(asked, said), step=what)
    except Refused as refused:
        if refused.code not in {code, *_OVER}:
            raise
        play.step(subject, what, f"{asked.reference} refused: {refused.problem['in_the_way']}")
    else:
        raise NotAsPlayed(f"{asked.reference}: a challenge was not refused with {code}")


def _with(asked: Asked, said: Content) -> Content:
    return {"request_id": asked.id, **said}
