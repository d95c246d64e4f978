"""The fields of one thing that a cluster plan funds: what, where, for how much, and for whom."""

from collections.abc import Mapping

from activities.store.reading.planning import Planning
from api.pages.forms import Field, Kind, Option
from api.pages.words import NEEDS

ONE_A_LINE = "Write each on a line of its own."


def item_fields(facts: Planning) -> tuple[Field, ...]:
    """The fields of one thing that a plan funds: what, where and for how much, then for whom."""
    return (*_what(facts), *_for_whom(facts), *_WHAT_FOR)


def _what(facts: Planning) -> tuple[Field, ...]:
    return (
        Field("name", "What it is called", hint="For example: Learning hub."),
        Field(
            "kind",
            "What it is",
            Kind.ONE_OF,
            options=(
                Option("service", "A service", "Support that pupils of several schools get."),
                Option("post", "A post", "Somebody who works for several schools."),
            ),
        ),
        Field(
            "school",
            "School where it is based",
            Kind.LIST,
            hint="This school is paid for it, unless a provider is.",
            options=_options(facts.schools),
        ),
        *_provider(facts),
        Field("annual_pence", "Price a year", Kind.POUNDS),
    )


def _for_whom(facts: Planning) -> tuple[Field, ...]:
    return (
        Field("places", "Places (optional)", Kind.WHOLE, hint="Give places, hours, or both."),
        Field("hours_a_week", "Hours a week (optional)", Kind.DECIMAL),
        Field(
            "area_of_need",
            "Area of need of the pupils it is for (optional)",
            Kind.LIST,
            hint="With an area and a level, pupils are matched to its places.",
            options=tuple(Option(code, says) for code, says in NEEDS.items()),
        ),
        Field(
            "up_to_level",
            "Up to which level of need (optional)",
            Kind.WHOLE,
            hint=f"The highest level is {facts.highest_level}.",
        ),
        Field(
            "schools",
            "Schools whose pupils it is for (optional)",
            Kind.ANY_OF,
            hint="Leave all empty if it is for all of them.",
            options=_options(facts.schools),
        ),
    )


_WHAT_FOR = (
    Field(
        "outcomes",
        "What it is to achieve",
        Kind.LINES,
        hint=ONE_A_LINE,
        missing="Enter what it is to achieve",
        rows=3,
    ),
    Field(
        "from_on",
        "First day (optional)",
        Kind.DAY,
        hint="Without one it begins with the academic year.",
    ),
    Field(
        "until_on",
        "The day after its last (optional)",
        Kind.DAY,
        hint="Without one it lasts until the academic year ends.",
    ),
)


def _options(names: Mapping[str, str]) -> tuple[Option, ...]:
    return tuple(Option(code, name) for code, name in names.items())


def _provider(facts: Planning) -> tuple[Field, ...]:
    if not facts.providers:
        return ()
    label = "Provider that is paid instead (optional)"
    return (Field("provider", label, Kind.LIST, options=_options(facts.providers)),)
