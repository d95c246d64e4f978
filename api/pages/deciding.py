"""What officers do with a request from a page: each act a form, offered where it fits.

What an officer decides by stands above the form; where a pause is due, it is asked once more.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from sqlmodel import Session

from activities.store import reading
from activities.store.reading import Caller, RequestView
from activities.store.reading.desk import AtDesk, Offer, at_desk
from activities.store.reading.policies import policy
from activities.store.reading.published_names import titles_pinned
from api.pages.acting import back_to
from api.pages.desk_words import INTERESTS, LEVELS, TO_DO, said_before
from api.pages.forms import Field, Form, Kind, Option, typed_of
from api.pages.sending import Ids, act_page
from api.pages.words import NEEDS, RECOMMENDED
from domain.moderation import Recommendation
from domain.pausing import pauses
from domain.places import Level
from domain.policy.schemes import Continuum, Tariff
from domain.refusals import NotAtThisStage, Refusal
from domain.request import RequestKind
from domain.stages import ActKind

router = APIRouter(include_in_schema=False)

_NO_NAMES = "The school and the family may be told this. Write without the child's name."


@dataclass(frozen=True)
class Case:
    """A request and the desk that it is on, with the policies that it is under."""

    request: RequestView
    desk: AtDesk
    continuum: Continuum
    tariff: Tariff
    titles: dict[str, str]


def _reason(label: str, hint: str = _NO_NAMES) -> Field:
    return Field(
        "reason", label, Kind.LONG, hint=hint, missing=f"Enter {label[:1].lower()}{label[1:]}"
    )


_ALTERNATIVES = Field(
    "alternatives",
    "Alternatives considered",
    Kind.LONG,
    hint="What else you looked at, and why it is not what you decide.",
    missing="Enter the alternatives that you considered",
)
_GROUNDS = Field(
    "grounds",
    "Grounds",
    Kind.LINES,
    hint=f"Each on a line of its own. {_NO_NAMES}",
    missing="Enter the grounds",
    rows=4,
)
_INTERESTS = Field(
    "interests",
    "Do you have an interest in this case?",
    Kind.ANY_OF,
    hint="Leave all of them empty if you have none. What the record knows is looked at anyway.",
    options=tuple(Option(code, says) for code, says in INTERESTS.items()),
    legend="Your interests",
)
_DISPENSATION = Field(
    "dispensation",
    "Dispensation (optional)",
    hint="Where one was given, by whom and its number.",
    width="30",
)
_AWARDS = (
    Field(
        "from_on",
        "First day (optional)",
        Kind.DAY,
        hint="Left empty, the day that the school asked for.",
        legend="The award",
    ),
    Field("until_on", "The day after the last day (optional)", Kind.DAY),
    Field(
        "conditions",
        "Conditions (optional)",
        Kind.LINES,
        hint="Each on a line of its own. Left empty, those that the panel advised.",
        rows=3,
    ),
    Field(
        "review_on",
        "Reviewed by (optional)",
        Kind.DAY,
        hint="Left empty, the day that the panel advised.",
    ),
)


def _authorise(_case: Case) -> tuple[Field, ...]:
    return (_GROUNDS, _ALTERNATIVES, *_AWARDS, _INTERESTS, _DISPENSATION)


def _authorise_differently(case: Case) -> tuple[Field, ...]:
    tiers = tuple(Option(each.code, each.title) for each in case.continuum.tiers)
    bands = tuple(Option(each.code, each.title) for each in case.tariff.bands)
    amount = Field("annual_pence", "Amount a year", Kind.POUNDS, missing="Enter the amount a year")
    tier = Field("tier", "Another tier (optional)", Kind.LIST, options=tiers)
    band = Field("band", "Another band (optional)", Kind.LIST, options=bands)
    why = _reason("Why you depart from the rules")
    return (amount, tier, *((band,) if bands else ()), why, *_authorise(case))


def _authorise_overspend(case: Case) -> tuple[Field, ...]:
    authority = Field(
        "authority",
        "Authority for the overspend",
        hint="The decision or minute by its number, like 26/00042.",
        missing="Enter the number of the decision that the overspend rests on",
        width="20",
    )
    amount = Field(
        "annual_pence",
        "Another amount a year (optional)",
        Kind.POUNDS,
        hint="Left empty, what was priced.",
    )
    return (authority, amount, _reason("Why it is paid from the overspend"), *_authorise(case))


def _decline(_case: Case) -> tuple[Field, ...]:
    why = _reason("Why you decline the request")
    return (why, _GROUNDS, _ALTERNATIVES, _INTERESTS, _DISPENSATION)


def _price(_case: Case) -> tuple[Field, ...]:
    amount = Field("annual_pence", "Amount a year", Kind.POUNDS, missing="Enter the amount a year")
    return (amount, _reason("Why it is this amount"))


def _moderate(case: Case) -> tuple[Field, ...]:
    """Levels with the published sentence for each, as the panel has them; no band in sight."""
    levels: tuple[Field, ...] = ()
    if case.request.kind is not RequestKind.PROJECT:
        levels = tuple(
            Field(
                f"profile.levels.{domain.code}",
                NEEDS.get(domain.code, domain.title),  # type: ignore[call-overload]
                Kind.ONE_OF,
                is_number=True,
                options=tuple(
                    Option(str(each.level), f"{each.level}: {each.says}") for each in domain.levels
                ),
            )
            for domain in case.continuum.domains
        )
    advised = Field(
        "recommendation",
        "What you recommend",
        Kind.ONE_OF,
        options=tuple(Option(code.value, RECOMMENDED[code]) for code in Recommendation),
    )
    return (*levels, advised, _reason("Why"))


def _refer_up(_case: Case) -> tuple[Field, ...]:
    divisions = Field(
        "significant_for",
        "Electoral divisions that it is significant for (optional)",
        Kind.LINES,
        hint="The code of each on a line of its own. Two or more make it a key decision.",
        rows=3,
    )
    return (_reason("Why you refer it up"), divisions)


def _escalate(case: Case) -> tuple[Field, ...]:
    climb = tuple(Level)
    now = climb.index(case.request.level or Level.CLUSTER)
    above = tuple(Option(each.value, LEVELS[each]) for each in climb[now + 1 :])
    level = Field("level", "Who decides instead", Kind.ONE_OF, options=above)
    return (level, _GROUNDS, _reason("Why you escalate it"))


def _record_key_decision(_case: Case) -> tuple[Field, ...]:
    return (
        Field(
            "number",
            "Number of the decision",
            hint="Like 26/00123.",
            missing="Enter the number of the Cabinet Member's decision",
            width="10",
        ),
        Field("effective_on", "The day on which it takes effect", Kind.DAY),
        Field(
            "annual_pence",
            "The most that it covers a year (optional)",
            Kind.POUNDS,
            hint="Left empty, what was priced.",
        ),
    )


def _only_why(label: str, hint: str = _NO_NAMES) -> Callable[[Case], tuple[Field, ...]]:
    return lambda _case: (_reason(label, hint),)


_FIELDS: dict[ActKind, Callable[[Case], tuple[Field, ...]]] = {
    ActKind.AUTHORISE: _authorise,
    ActKind.AUTHORISE_DIFFERENTLY: _authorise_differently,
    ActKind.AUTHORISE_OVERSPEND: _authorise_overspend,
    ActKind.DECLINE: _decline,
    ActKind.PRICE: _price,
    ActKind.MODERATE: _moderate,
    ActKind.SEND_TO_PANEL: _only_why("Why the panel hears it after all"),
    ActKind.REFER_UP: _refer_up,
    ActKind.ESCALATE: _escalate,
    ActKind.RECORD_KEY_DECISION: _record_key_decision,
    ActKind.RETURN_TO_PANEL: _only_why("What the panel is to look at again"),
    ActKind.RETURN_TO_SCHOOL: _only_why(
        "What the school is to mend", "The school reads this. Say everything that is missing."
    ),
}
_WARNS = {
    ActKind.DECLINE: "The school and the family are told. They can challenge the decision.",
    ActKind.RETURN_TO_PANEL: "Money that is held for it is given back.",
    ActKind.RETURN_TO_SCHOOL: "Money that is held for it is given back.",
}
_CHECKED = frozenset(
    {
        ActKind.AUTHORISE,
        ActKind.AUTHORISE_DIFFERENTLY,
        ActKind.AUTHORISE_OVERSPEND,
        ActKind.DECLINE,
        ActKind.PRICE,
        ActKind.MODERATE,
    }
)
"""Acts whose answers are looked at once more."""
_BEFORE_PLACING = frozenset({ActKind.MODERATE, ActKind.SEND_TO_PANEL})
"""Acts above whose forms there is no figure: needs come first."""


def read_case(session: Session, caller: Caller, ids: Ids) -> Case:
    """Read a request as it stands on an officer's desk; refused to everybody else."""
    found = reading.request(session, caller, ids["request_id"])
    pins = {each.kind: str(each.id) for each in found.policies}
    return Case(
        request=found,
        desk=at_desk(session, caller, found.id),
        continuum=policy(session, pins["continuum"], Continuum),
        tariff=policy(session, pins["tariff"], Tariff),
        titles=titles_pinned(session, pins),
    )


def not_now(case: Case, kind: ActKind) -> Refusal | None:
    """Say why an officer's act is not offered to this person now, if it is not."""
    offer = next((each for each in case.desk.offers if each.kind is kind), None)
    if offer is None:
        why = "it does not fit where the request stands now"
        return NotAtThisStage(f"to {TO_DO[kind].lower()}", why)
    return _kept_from(kind, offer)


def _kept_from(kind: ActKind, offer: Offer) -> Refusal | None:
    if offer.not_now is None:
        return None
    return NotAtThisStage(f"to {TO_DO[kind].lower()}", offer.not_now, offer.would_help)


def _form_of(kind: ActKind) -> Callable[[Session, Caller, Ids], Form]:
    def form_of(session: Session, caller: Caller, ids: Ids) -> Form:
        case = read_case(session, caller, ids)
        return Form(
            title=TO_DO[kind],
            button=TO_DO[kind],
            fields=_FIELDS[kind](case),
            back=back_to(case.request),
            caption=case.request.reference,
            warning=_WARNS.get(kind, ""),
            values=_values(kind, case),
            is_checked=kind in _CHECKED,
            pause=_pause_of(kind, case),
            template="form_page.html" if kind in _BEFORE_PLACING else "desk_form.html",
            told={"desk": case.desk, "titles": case.titles},
            not_now=not_now(case, kind),
        )

    return form_of


def _pause_of(kind: ActKind, case: Case) -> Callable[[Any], Sequence[str]]:
    desk = case.desk.on_desk
    return lambda made: [said_before(why, kind, made, desk) for why in pauses(kind, made, desk)]


def _values(kind: ActKind, case: Case) -> dict[str, str]:
    """What a form begins with: what another officer proposed, where it waits for a second."""
    proposed = case.desk.overspend
    if kind is ActKind.AUTHORISE_OVERSPEND and proposed is not None and not proposed.by_you:
        amount = typed_of(Kind.POUNDS, "annual_pence", proposed.annual_pence)
        return {**amount, "authority": proposed.authority}
    return {}


for _each in _FIELDS:
    _path = f"/requests/{{request_id:uuid}}/{_each.value.replace('_', '-')}"
    act_page(router, _path, _each, "request", _form_of(_each))
