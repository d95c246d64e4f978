"""Drafts of policy: written, their faults and impact read, revised, approved by two, given up."""

import re
from dataclasses import replace
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import Field as Limit
from pydantic import field_validator, model_validator
from sqlmodel import Session

from activities.store import reading
from activities.store.reading import Caller, PublicationView
from activities.store.reading.policy_versions import published_versions
from api.pages import policy_words
from api.pages.comparisons import told_of, value_called
from api.pages.doing import JustDone, doing
from api.pages.forms import Field, Form, Kind
from api.pages.frame import page
from api.pages.policy_files import as_typed
from api.pages.policy_words import versions_in_words
from api.pages.sending import Ids, act_page, acted, form_page, gone_on, of_act, saying_by
from api.pages.several import Several
from api.pages.visitor import Looking, Posted
from api.pages.words import POLICIES, day
from api.parts import WithParts, do_act, subject_ref
from api.schemas import AS_JSON, ChosenFor
from domain.frozen import Frozen
from domain.policy_acts import MOST_DRAFT_FILES, DraftingPolicy, RevisingPolicy
from domain.publication import PUBLICATION_ALLOWED_AT
from domain.refusals import NotAtThisStage, Refusal, RoleNeeded, Unknown
from domain.request import Words
from domain.stages import ALLOWED_TO, ActKind

router = APIRouter(include_in_schema=False)

LIST = "/policy/publications"
_MOST_FAULTS, _MOST_CHANGES = 100, 60
_MOST_SHOWN = 25_000
"""So many letters of documents are on a page."""
_NAMED = r"[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*"


class Document(Frozen):
    """One document of a draft, as it was pasted."""

    name: Annotated[str, Limit(max_length=160)]
    text: Annotated[str, Limit(max_length=500_000)]

    @field_validator("name")
    @classmethod
    def _is_a_place(cls, name: str) -> str:
        if not _is_named(name):
            raise ValueError(
                "Name the document as its place in the pack, like tariff/2027-04-01.toml"
            )
        return name


class Drafted(Frozen):
    """A draft as its form has it: documents in their order, where the act has them by name."""

    note: Words
    documents: Annotated[tuple[Document, ...], Limit(min_length=1, max_length=MOST_DRAFT_FILES)]

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        if len(self.files) < len(self.documents):
            raise ValueError("Give each document a name of its own: two have the same")
        return self

    @property
    def files(self) -> dict[str, str]:
        """The documents by name, each ending its last line."""
        return {each.name: f"{each.text}\n" for each in self.documents}


@router.get(LIST)
def publications(request: Request, visitor: Looking, parts: WithParts, asked: JustDone) -> Response:
    """List drafts of policy, the last first."""
    caller = visitor.caller

    def read(session: Session) -> dict[str, Any]:
        lines = reading.publications(session, caller)
        return {"lines": lines, "doing": doing(session, caller, asked)}

    told = parts.read(read)
    told["drafts"] = caller.holds(*ALLOWED_TO[ActKind.DRAFT_POLICY])
    return page(
        request.scope, "publications.html", w=policy_words, titled=versions_in_words, **told
    )


@router.get(LIST + "/{publication_id:uuid}")
def publication(
    request: Request, publication_id: UUID, visitor: Looking, parts: WithParts, asked: JustDone
) -> Response:
    """Show a draft: its faults, what it changes, its impact, and who approved it."""
    caller = visitor.caller
    by = request.query_params.get("by", "cluster")

    def read(session: Session) -> dict[str, Any]:
        found = reading.publication(session, caller, publication_id)
        return {
            "found": found,
            "impact": told_of(session, _comparison(found), by),
            "doing": doing(session, caller, asked),
        }

    told = parts.read(read)
    found = told["found"]
    told["may"] = {kind: not_now(caller, found, kind) is None for kind in _ON_DRAFT}
    return page(
        request.scope,
        "publication.html",
        w=policy_words,
        called=value_called,
        most_faults=_MOST_FAULTS,
        most_changes=_MOST_CHANGES,
        title=versions_in_words(found.versions),
        **_documents_shown(found),
        **told,
    )


def _documents_shown(found: PublicationView) -> dict[str, Any]:
    """A draft's documents as far as a page can hold them; a pack may be a megabyte."""
    left, shown = _MOST_SHOWN, []
    for name, text in sorted(found.files.items(), key=lambda each: len(each[1])):
        left -= len(text)
        if left >= 0:
            shown.append((name, text))
    return {"files": sorted(shown), "left_out": len(found.files) - len(shown)}


def not_now(caller: Caller, found: PublicationView, kind: ActKind) -> Refusal | None:
    """Say why an act on a draft is not offered to this person now, if it is not."""
    asked = f"to {kind.value.replace('_', ' ')}"
    if not caller.holds(*ALLOWED_TO[kind]):
        return RoleNeeded(asked, "it is not among your roles today")
    is_barred = kind is ActKind.APPROVE_POLICY and not found.may_be_approved_by_you
    if is_barred or found.stage not in PUBLICATION_ALLOWED_AT[kind]:
        return NotAtThisStage(
            asked, "the draft does not wait for this by you now", "Read the draft."
        )
    return None


def _comparison(found: PublicationView) -> dict[str, Any] | None:
    """The comparison that an impact holds for this person: every line, or as shown outside."""
    impact = found.impact or {}
    shown: dict[str, Any] | None = impact.get("comparison") or impact.get("outside")
    return shown


_ON_DRAFT = (ActKind.REVISE_POLICY, ActKind.APPROVE_POLICY, ActKind.GIVE_UP_POLICY)
_WHAT_BECOMES_OF_IT = (
    "A draft changes nothing. It is checked, tried on the year's cases, and read by two people who"
    " have written none of it. Only what both approve is published."
)
_NOTE = Field(
    "note",
    "What it is for",
    Kind.LONG,
    hint="Whoever approves it reads this: what changes, why, and by which decision.",
    missing="Enter what the draft is for",
    rows=4,
)
_DOCUMENTS = Several(
    name="documents",
    called="Document",
    fields=(
        Field(
            "file",
            "Its file, if you have one",
            Kind.FILE,
            hint="A text file in TOML. It takes the place of what stands below.",
        ),
        Field(
            "name",
            "Its place in the pack",
            hint="For example, tariff/2027-04-01.toml. Worked cases that prove it go in cases/.",
            missing="Enter the document's place in the pack",
        ),
        Field(
            "text",
            "What it says",
            Kind.LONG,
            hint="In TOML, as the pack's other documents are. Every fault is told by line.",
            missing="Paste what the document says",
            rows=16,
        ),
    ),
    more="Add another document",
    most=MOST_DRAFT_FILES,
)


def _drafting(session: Session, caller: Caller, _ids: Ids) -> Form:
    reading.publications(session, caller)
    not_yours = None
    if not caller.holds(*ALLOWED_TO[ActKind.DRAFT_POLICY]):
        not_yours = RoleNeeded("to draft policy", "it is not among your roles today")
    return Form(
        title="Draft a policy",
        button="Save the draft and have it checked",
        fields=(_NOTE,),
        several=_DOCUMENTS,
        back=("Drafts of policy", LIST),
        lead=(_WHAT_BECOMES_OF_IT,),
        template="drafting.html",
        made=LIST + "/{id}",
        not_now=not_yours,
    )


def _revising(session: Session, caller: Caller, ids: Ids) -> Form:
    found = reading.publication(session, caller, ids["publication_id"])
    return replace(
        _drafting(session, caller, ids),
        title="Revise the draft",
        button="Save and have it checked",
        back=("Back to the draft", f"{LIST}/{found.id}"),
        lead=("This takes the place of the whole draft. Whoever approved it has to look again.",),
        made="",
        values=_as_documents(found),
        not_now=not_now(caller, found, ActKind.REVISE_POLICY),
    )


def _as_documents(found: PublicationView) -> dict[str, str]:
    values: dict[str, str] = {}
    for row, (name, text) in enumerate(sorted(found.files.items())):
        values |= {f"documents.{row}.name": name, f"documents.{row}.text": text}
    return values


async def _drafts(request: Request, posted: Posted, form: Form, body: Drafted, _: Ids) -> Response:
    said = DraftingPolicy(files=body.files, note=body.note)
    saying = saying_by(request, posted.visitor, said)
    subject = subject_ref("publication", saying.id)
    act, outcome = await do_act(request, subject, saying, ActKind.DRAFT_POLICY, said)
    is_there = outcome is not None and outcome.done
    return gone_on(form.made.format(id=act.id) if is_there else form.then, act=act.id)


async def _revises(
    request: Request, posted: Posted, form: Form, body: Drafted, ids: Ids
) -> Response:
    said = RevisingPolicy(files=body.files, note=body.note)
    saying = saying_by(request, posted.visitor, said)
    subject = subject_ref("publication", ids["publication_id"])
    act, _ = await do_act(request, subject, saying, ActKind.REVISE_POLICY, said)
    return gone_on(form.then, act=act.id)


_PUBLISHES = (
    "Yours is the second approval: it publishes the draft. What is published is withdrawn only"
    " while nothing was decided by it."
)


def _approving(session: Session, caller: Caller, ids: Ids) -> Form:
    found = reading.publication(session, caller, ids["publication_id"])
    reason = Field(
        "reason",
        "Why you approve it",
        Kind.LONG,
        hint="For example, the decision that it carries out.",
        missing="Enter why you approve the draft",
    )
    seen = Field("sha256", "What you approve", Kind.CARRIED)
    is_last = found.approvals + 1 >= found.approvals_needed
    return Form(
        title="Approve the draft",
        button="Approve it",
        fields=(reason, seen),
        back=("Back to the draft", f"{LIST}/{found.id}"),
        caption=versions_in_words(found.versions),
        lead=() if is_last else ("Yours is the first approval. With the second it is published.",),
        warning=_PUBLISHES if is_last else "",
        keep="Read the draft again",
        values={"sha256": found.sha256},
        template="approving.html",
        told={"found": found},
        not_now=not_now(caller, found, ActKind.APPROVE_POLICY),
    )


def _giving_up(session: Session, caller: Caller, ids: Ids) -> Form:
    found = reading.publication(session, caller, ids["publication_id"])
    reason = Field("reason", "Why you give it up", Kind.LONG, missing="Enter why you give it up")
    return Form(
        title="Give the draft up",
        button="Give the draft up",
        fields=(reason,),
        back=("Back to the draft", f"{LIST}/{found.id}"),
        caption=versions_in_words(found.versions),
        warning="A draft that is given up stays on record and cannot be taken up again.",
        keep="Keep the draft",
        not_now=not_now(caller, found, ActKind.GIVE_UP_POLICY),
    )


def _withdrawing(session: Session, caller: Caller, ids: Ids) -> Form:
    versions = {each.id: each for each in published_versions(session)}
    found = versions.get(ids["version_id"])
    if found is None:
        raise Unknown("this version of policy", "none of that id is published")
    reason = Field("reason", "Why you withdraw it", Kind.LONG, missing="Enter why you withdraw it")
    not_yours = None
    if not caller.holds(*ALLOWED_TO[ActKind.WITHDRAW_POLICY]):
        not_yours = RoleNeeded("to withdraw policy", "it is not among your roles today")
    return Form(
        title="Withdraw a version",
        button="Withdraw it",
        fields=(reason,),
        back=(f"Back to {POLICIES[found.kind][0].lower()}", f"/policies/{found.kind}"),
        caption=f"{POLICIES[found.kind][0]} from {day(found.in_force_from)}",
        warning="It stays on record as withdrawn. A version that anything was decided by is not"
        " withdrawn: publish one that takes its place.",
        keep="Keep the version",
        adds={"version_id": str(found.id)},
        not_now=not_yours,
    )


async def _withdraws(request: Request, posted: Posted, form: Form, body: Any, _: Ids) -> Response:
    saying = saying_by(request, posted.visitor, body)
    subject = subject_ref("withdrawal", saying.id)
    return await acted(request, form, subject, saying, (ActKind.WITHDRAW_POLICY, body))


def _is_named(name: str) -> bool:
    return re.fullmatch(_NAMED, name) is not None


form_page(router, LIST + "/new", Annotated[Drafted, AS_JSON], _drafting, _drafts, as_typed)
form_page(
    router,
    LIST + "/{publication_id:uuid}/revise",
    Annotated[Drafted, AS_JSON],
    _revising,
    _revises,
    as_typed,
)
act_page(
    router,
    LIST + "/{publication_id:uuid}/approve",
    ActKind.APPROVE_POLICY,
    "publication",
    _approving,
)
act_page(
    router,
    LIST + "/{publication_id:uuid}/give-up",
    ActKind.GIVE_UP_POLICY,
    "publication",
    _giving_up,
)
form_page(
    router,
    "/policy/versions/{version_id:uuid}/withdraw",
    Annotated[Frozen, ChosenFor(ActKind.WITHDRAW_POLICY)],
    of_act(ActKind.WITHDRAW_POLICY, _withdrawing),
    _withdraws,
)
