"""The play that scenes act in: requests that begin in a school, and panels that meet."""

import asyncio
from collections.abc import Iterable
from datetime import datetime, time
from pathlib import Path
from typing import Any

import httpx

from deploy.demo.asked import Asked
from deploy.demo.asks import Content
from deploy.demo.company import Company, Mint
from deploy.demo.conductor import Conductor
from deploy.demo.county import places
from deploy.demo.panel import Panel
from deploy.demo.printing import LONDON, words


class Play(Company):
    """The play: one of it, shared by all scenes; ``folder`` is where finance's pack is written."""

    def __init__(
        self, web: httpx.AsyncClient, mint: Mint, conductor: Conductor, folder: Path
    ) -> None:
        super().__init__(web, mint, conductor)
        self.folder = folder
        self._panels: dict[str, Panel] = {}
        self.to_explain: Asked | None = None

    def panel(self, cluster: str) -> Panel:
        """The panel of a cluster."""
        return self._panels[cluster]

    async def panels_end(self) -> None:
        """Every cluster's administrator closes the meetings that were held."""
        await asyncio.gather(*(panel.ends() for panel in self._panels.values()))

    async def shows_faults(self, asked: Asked) -> None:
        """The school reads everything that screening found, at once; once mended it is gone."""
        senco = f"senco.{asked.school}"
        request = await self.voice(senco).reads(f"/api/requests/{asked.id}")
        for fault in request["why"].get("faults", ()):
            self.step(senco, f"reads a fault: {words(fault['code'])}", fault["would_help"])

    async def begins(self, school: str, content: Content) -> Asked:
        """A SENCO begins a request and writes it; the head confirms it."""
        senco = self.voice(f"senco.{school}")
        begun = await senco.says(
            "POST",
            "/api/drafts",
            {"school": school, "content": {"kind": content["kind"]}},
            step=str(content.get("about")),
        )
        asked = Asked(self, school, begun["id"], begun["version"])
        await asked.is_written(content)
        return asked

    async def asks(self, school: str, content: Content, *stages: str) -> Asked:
        """A school writes, confirms and submits a request, which comes to one of the stages."""
        asked = await self.begins(school, content)
        await asked.is_submitted(*(stages or ("listed",)))
        return asked

    async def panels_are_called(self) -> None:
        """Every cluster's administrator calls its panel, on the days that the calendar names."""
        calendar = (await self.voice("policy.1").reads("/api/policies/calendar"))["document"]
        for cluster in places()["clusters"]:
            days = meeting_days(calendar, cluster["code"])
            self._panels[cluster["code"]] = Panel(self, cluster["code"], list(days))
        await asyncio.gather(*(panel.is_called() for panel in self._panels.values()))


def meeting_days(calendar: dict[str, Any], cluster: str) -> Iterable[datetime]:
    """List the instants at which a cluster's panel meets, by the calendar in force."""
    at = time.fromisoformat(calendar["meetings_at"])
    for meeting in calendar["meetings"]:
        if meeting["cluster"] == cluster:
            day = datetime.fromisoformat(meeting["on"])
            yield datetime.combine(day, at, LONDON)
