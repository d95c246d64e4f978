"""What a model refuses is said in the house's words, as what follows the name of the value."""

from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from pydantic import AwareDatetime, Field, ValidationError

from domain.frozen import Frozen
from domain.malformed import in_plain_words


class Way(StrEnum):
    """Two ways."""

    HERE = "here"
    THERE = "there"


class Here(Frozen):
    """One form of two."""

    form: Literal["here"]


class There(Frozen):
    """The other form."""

    form: Literal["there"]


class Whole(Frozen):
    """A value of each kind that files have."""

    day: date = date(2026, 9, 1)
    at: time = time(8)
    said_at: AwareDatetime | None = None
    seen_at: datetime | None = None
    id: UUID | None = None
    share: Annotated[Decimal, Field(ge=0, lt=1, decimal_places=2)] = Decimal(0)
    places: Annotated[int, Field(gt=0, le=9)] = 1
    yes: bool = True
    text: Annotated[str, Field(min_length=2, max_length=4, pattern="^[a-z]+$")] = "word"
    several: Annotated[tuple[int, ...], Field(min_length=1, max_length=2)] = (1,)
    table: dict[str, int] | None = None
    within: Here | None = None
    way: Way = Way.HERE
    word: Literal["one", "two"] = "one"
    either: Annotated[Here | There, Field(discriminator="form")] = Here(form="here")


@pytest.mark.promise(13)
@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"wealth": 3}, "wealth is a name that nothing reads"),
        ({"within": {}}, "within.form is missing"),
        ({"within": 3}, "within is not a table of names"),
        ({"table": 3}, "table is not a table of names"),
        ({"day": "1 May"}, "day is not a day"),
        ({"day": True}, "day is not a day"),
        ({"at": "noon"}, "at is not a time of day"),
        ({"said_at": "2026-09-01T08:00:00"}, "said_at is not a day with a time and a zone"),
        ({"id": "me"}, "id is not an id"),
        ({"share": "some"}, "share is not a number"),
        ({"share": "0.125"}, "share has more than 2 decimal places"),
        ({"share": "-1"}, "share is less than 0"),
        ({"share": "1"}, "share is not less than 1"),
        ({"places": "some"}, "places is not a whole number"),
        ({"places": 1.5}, "places is not a whole number"),
        ({"places": 0}, "places is not more than 0"),
        ({"places": 10}, "places is more than 9"),
        ({"yes": "perhaps"}, "yes is neither true nor false"),
        ({"text": 3}, "text is not a text"),
        ({"text": "x"}, "text has fewer characters than 2"),
        ({"text": "words"}, "text has more than 4 characters"),
        ({"text": "A1"}, "text is not written as ^[a-z]+$"),
        ({"several": 3}, "several is not a list"),
        ({"several": []}, "several has fewer entries than 1"),
        ({"several": [1, 2, 3]}, "several has more than 2 entries"),
        ({"way": "up"}, "way is not one of these: here or there"),
        ({"word": "three"}, "word is not one of these: one or two"),
        ({"either": {"form": "up"}}, "either is not one of these: here, there"),
        ({"either": {}}, "either does not say its form"),
    ],
)
def test_what_is_wrong_with_a_value_is_said_plainly(given: dict[str, Any], says: str) -> None:
    """Promise 13: whoever wrote the file reads no word of the checker's own."""
    with pytest.raises(ValidationError) as refused:
        Whole.model_validate(given, strict=False)
    (fault,) = refused.value.errors(include_url=False, include_input=False)
    where = ".".join(map(str, fault["loc"]))
    assert f"{where} {in_plain_words(fault)}" == says
