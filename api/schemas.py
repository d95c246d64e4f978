"""What may be sent: the domain's own shapes, read strictly as JSON, and the few that are the web's.

A strict model refuses dates and ids as text unless it reads JSON itself, so each body is handed to
its model as JSON: exact types, every fault at once, and nothing that only looks like a number.
"""

from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice
from typing import Annotated, Any, LiteralString
from uuid import UUID

from pydantic import BaseModel, Field, GetCoreSchemaHandler, JsonValue, ValidationError
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError, core_schema, to_json

from activities.store.reading import ActView
from domain.acts import CHOICES
from domain.agenda import DeferredBecause
from domain.calibration_paper import CalibrationPaper
from domain.frozen import Frozen
from domain.moderation import Recommendation
from domain.needs import AreaOfNeed
from domain.people import Interest, Role
from domain.request import Code, RequestContent
from domain.stages import ActKind

_FIRST_YEAR, _LAST_YEAR = 2000, 2099
_DEEPEST = 20
_MOST_VALUES = 10_000
"""Far more than the largest request that anybody could mean."""
_MOST_FAULTS = 100
"""As many as a person mends at a sitting; the rest are counted."""

Place = tuple[str | int, ...]


class StrictJson:
    """Marks a body that its model reads as JSON."""

    def __get_pydantic_core_schema__(
        self, source: type[BaseModel], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Put the strict reading around the model's own."""
        return _read_as_json(source, handler(source))


class ChosenFor(StrictJson):
    """Marks the body of an act: the choices that its kind asks for."""

    def __init__(self, kind: ActKind) -> None:
        self._model = CHOICES[kind]

    def __get_pydantic_core_schema__(
        self, source: type[BaseModel], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Use the shape of the kind's choices, here and in the documentation."""
        del source
        return _read_as_json(self._model, handler.generate_schema(self._model))


AS_JSON = StrictJson()


class Beginning(Frozen):
    """A request begun at a school; it may leave out nearly everything."""

    school: Code
    content: RequestContent


class Saving(Frozen):
    """A draft saved over the version that was read."""

    version: Annotated[int, Field(ge=1, le=1_000_000)]
    content: RequestContent


class Confirming(Frozen):
    """The version that the head confirms."""

    version: Annotated[int, Field(ge=1, le=1_000_000)]


class Opening(Frozen):
    """When a ballot closes; left out, the panel's rules say."""

    closes_at: datetime | None = None


class PuttingOff(Frozen):
    """Why an item is put off to the next meeting."""

    reason: Annotated[str, Field(min_length=1, max_length=20_000)]
    because: DeferredBecause = DeferredBecause.OTHER


class Declaring(Frozen):
    """An interest in an item, or none."""

    interest: Interest
    note: Annotated[str, Field(min_length=1, max_length=2_000)] | None = None


class Voting(Frozen):
    """A member's vote: levels, a recommendation and a reason, or an abstention with its reason."""

    levels: Annotated[dict[AreaOfNeed, Annotated[int, Field(ge=0, le=100)]], Field(max_length=4)]
    recommendation: Recommendation | None = None
    reason: Annotated[str, Field(max_length=20_000)] = ""
    descriptors: Annotated[tuple[Code, ...], Field(max_length=200)] = ()
    abstained: bool = False


class WritingCase(Frozen):
    """A made-up case for every panel, and the people who set its levels beforehand."""

    code: Code
    paper: CalibrationPaper
    setters: Annotated[tuple[UUID, ...], Field(max_length=15)]


class ProposingLevels(Frozen):
    """What one of those named makes of a case, and why."""

    levels: Annotated[dict[AreaOfNeed, Annotated[int, Field(ge=0, le=100)]], Field(max_length=4)]
    reason: Annotated[str, Field(max_length=20_000)]


class RoleView(Frozen):
    """A role held today, and where."""

    role: Role
    school: str | None
    cluster: str | None
    trust: str | None
    service: str | None
    grade: str | None


class Me(Frozen):
    """Who the token's bearer is to Locality, with the roles of today."""

    id: UUID
    subject: str
    roles: tuple[RoleView, ...]


class Recorded(ActView):
    """An act that is recorded, and where its outcome will be found."""

    link: str


class Health(BaseModel):
    """Whether the API can reach what it leans on."""

    database: bool


def _read_as_json(model: type[BaseModel], inner: CoreSchema) -> CoreSchema:
    def read(sent: object, _inner: core_schema.ValidatorFunctionWrapHandler) -> BaseModel:
        if _is_endless(sent):
            endless = _fault("too_many", "Holds more values than any request could mean.", ())
            raise ValidationError.from_exception_data(model.__name__, [endless], hide_input=True)
        faults = list(islice(_unspeakable(sent, ()), _MOST_FAULTS))
        if faults:
            raise ValidationError.from_exception_data(model.__name__, faults, hide_input=True)
        made = model.model_validate_json(to_json(sent))
        faults = list(islice(_impossible(made, ()), _MOST_FAULTS))
        if faults:
            raise ValidationError.from_exception_data(model.__name__, faults, hide_input=True)
        return made

    return core_schema.no_info_wrap_validator_function(read, inner)


def _is_endless(sent: object) -> bool:
    """Whether so much was sent that looking at each value would keep everybody else waiting."""
    unseen, count = [sent], 0
    while unseen:
        value = unseen.pop()
        if isinstance(value, dict | list):
            count += len(value)
            if count > _MOST_VALUES:
                return True
            unseen.extend(value.values() if isinstance(value, dict) else value)
    return False


def _unspeakable(sent: JsonValue | object, at: Place) -> Iterator[InitErrorDetails]:
    """Find what cannot be written down: text with no letters in it, numbers that are none."""
    if len(at) > _DEEPEST:
        yield _fault("too_deep", "Nested too deeply.", at)
    elif isinstance(sent, str):
        if "\x00" in sent or any("\ud800" <= letter <= "\udfff" for letter in sent):
            yield _fault("text_unwritable", "Holds characters that cannot be written down.", at)
    elif isinstance(sent, float) and not abs(sent) < float("inf"):
        yield _fault("not_a_number", "Is not a number.", at)
    elif isinstance(sent, dict | list):
        for place, value in _within(sent):
            yield from _unspeakable(value, (*at, place))


def _within(sent: dict[str, Any] | list[Any]) -> Iterator[tuple[str | int, Any]]:
    """Walk over what a list or an object holds, the object's names included."""
    if isinstance(sent, list):
        yield from enumerate(sent)
        return
    for name, value in sent.items():
        yield name, name
        yield name, value


def _impossible(made: object, at: Place) -> Iterator[InitErrorDetails]:
    """Find days that nobody can mean and instants without a zone, anywhere in what was sent."""
    if isinstance(made, date) and not _FIRST_YEAR <= made.year <= _LAST_YEAR:
        yield _fault("day_out_of_reach", "A day lies between the years 2000 and 2099.", at)
    elif isinstance(made, datetime) and made.tzinfo is None:
        yield _fault("zone_missing", "An instant names its zone, such as Z or +01:00.", at)
    elif isinstance(made, BaseModel):
        for name in type(made).model_fields:
            yield from _impossible(getattr(made, name), (*at, name))
    elif isinstance(made, tuple):
        for place, value in enumerate(made):
            yield from _impossible(value, (*at, place))


def _fault(code: LiteralString, says: LiteralString, at: Place) -> InitErrorDetails:
    return InitErrorDetails(type=PydanticCustomError(code, says), loc=at, input=None)
