"""Models of policy in the play: cases decided again under candidates, and what that comes to."""

import asyncio
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from deploy.demo.asked import NotAsPlayed
from deploy.demo.asks import Content
from deploy.demo.drafts import Draft, is_refused
from deploy.demo.printing import count, money, words
from deploy.demo.theatre import Play
from deploy.demo.voice import Json

_PATH = "/api/policy/modellings"
_MOST_NAMED = 3

Figures = Mapping[str, Any]


def candidates(**drafts: Draft) -> list[Content]:
    """Name drafts as the candidates of a model."""
    return [{"name": name, "publication_id": draft.id} for name, draft in drafts.items()]


async def model_of(play: Play, subject: str, asked: Content) -> Json:
    """Somebody has cases decided again under candidates, and reads what came of it."""
    done = await play.voice(subject).does(_PATH, asked)
    model: Json = await play.voice(subject).reads(f"{_PATH}/{done['act_id']}")
    if model["comparison"] is None:
        raise NotAsPlayed(f"the model of {subject} came to nothing: {model['outcome']}")
    return model


def says_model(play: Play, subject: str, model: Json, *, what: str) -> None:
    """Print how many cases were decided again, and what each candidate comes to."""
    came = f"{model['cases']:,} cases decided as now and as then"
    play.step(subject, what, f"{came}, from {model['comparison']['on']}")
    for compared in model["comparison"]["candidates"]:
        says_total(play, subject, compared)


async def is_not_modelled(play: Play, subject: str, asked: Content, *, what: str) -> None:
    """A model in which a changed value bites nobody is refused, with every such value named."""
    await is_refused(play, subject, _PATH, asked, what=what, code="not_valid")


async def downloads(play: Play, subject: str, model: Json, folder: Path) -> None:
    """Somebody downloads the files of a model, and they are what the model says they are."""
    await asyncio.to_thread(folder.mkdir, exist_ok=True)
    for file in model["files"]:
        content = await play.voice(subject).fetches(f"{_PATH}/{model['id']}/files/{file['name']}")
        if hashlib.sha256(content).hexdigest() != file["sha256"]:
            raise NotAsPlayed(f"{file['name']} is not the file that the model has")
        await asyncio.to_thread((folder / file["name"]).write_bytes, content)
    named = ", ".join(file["name"] for file in model["files"])
    play.step(subject, "downloads its workbook, figures and cases", f"{named}, in {folder}")


def says_total(play: Play, subject: str, compared: Figures) -> None:
    """Print what a candidate comes to for all cases: cost, who gains and loses, who decides."""
    total, name = compared["total"], words(compared["candidate"]["name"])
    play.step(subject, f"reads what the {name} comes to", _came_to(total))
    if total["budget_pence"] is not None:
        budget = money(total["budget_pence"])
        beside = f"{money(total['then_pence'])} then, beside this year's budget of {budget}"
        play.step(subject, f"holds the {name} against the budget", beside)
    play.step(subject, f"reads what the {name} leaves to a person", _to_people(total))


def says_groups(play: Play, subject: str, compared: Figures, group: str) -> None:
    """Print the same for each cluster, phase or another group."""
    for line in compared["by"][group]:
        what = f"reads what it comes to by {words(group)}: {words(line['key']).title()}"
        play.step(subject, what, _came_to(line))


def says_touched(play: Play, subject: str, compared: Figures) -> None:
    """Print each changed value that a case read, and name those that none did."""
    counted = [each for each in compared["touched"] if each["cases_then"] is not None]
    bites = [each for each in counted if each["cases_now"] or each["cases_then"]]
    for each in sorted(bites, key=lambda each: -_cases(each)):
        play.step(subject, f"sees a changed value bite {count(_cases(each), 'case')}", each["says"])
    idle = [each["says"] for each in counted if each not in bites]
    if idle:
        play.step(
            subject, f"sees {count(len(idle), 'changed value')} that no case reads", _few(idle)
        )


def _came_to(line: Figures) -> str:
    now, then = money(line["now_pence"]), money(line["then_pence"])
    people = f"{line['gain']:,} gain, {line['lose']:,} lose, {line['stay']:,} stay"
    return f"{now} a year now, {then} then, {_more(line['difference_pence'])}; {people}"


def _more(pence: int) -> str:
    return f"{money(abs(pence))} {'less' if pence < 0 else 'more'}"


def _to_people(total: Figures) -> str:
    then, newly = total["to_a_person_then"], total["newly_to_a_person"]
    no_longer = total["no_longer_to_a_person"]
    return f"{then:,} of the cases, {newly:,} of them newly; {no_longer:,} no longer"


def _cases(touched: Figures) -> int:
    return max(touched["cases_now"] or 0, touched["cases_then"] or 0)


def _few(says: Iterable[str]) -> str:
    return "; ".join(_shortened(list(says)))


def _shortened(says: list[str]) -> Iterator[str]:
    yield from says[:_MOST_NAMED]
    if len(says) > _MOST_NAMED:
        yield f"and {len(says) - _MOST_NAMED} more"
