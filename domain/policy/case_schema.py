"""The format of cases on file: one that is tried on a pack, and golden cases that lie in one."""

from typing import Any

FACTS = {"$ref": "#/$defs/Case"}
_CODE = {"type": "string", "pattern": "^[a-z0-9][a-z0-9_.:-]{0,63}$"}
_DAY = {"type": "string", "format": "date", "description": "The day whose policy decides."}

BESIDE_FACTS: dict[str, Any] = {
    "on": _DAY,
    "says": {"type": "string", "description": "What the case shows.", "minLength": 1},
    "pack": {**_CODE, "description": "The pack it is for: a reminder, since it lies in it."},
}
"""What stands beside the facts of a case."""


def pounds_of(description: str = "Pounds with at most two places.") -> dict[str, Any]:
    """An amount in pounds. Places of a number are counted by the loader: a schema counts floats."""
    return {
        "description": description,
        "anyOf": [
            {"type": "number", "minimum": 0, "exclusiveMaximum": 10**9},
            {"type": "string", "pattern": r"^[0-9]{1,9}(\.[0-9]{1,2})?$"},
        ],
    }


def _amounts(name: str, description: str) -> dict[str, Any]:
    """An amount that may be written in whole pence or in pounds."""
    pence = {"type": "integer", "minimum": 0, "description": description}
    return {f"{name}_pence": pence, f"{name}_pounds": pounds_of(description)}


EXPECTED: dict[str, Any] = {
    "tier": {**_CODE, "description": "The tier that it has to stand on."},
    "band": {**_CODE, "description": "The band; without it the case has to have none."},
    **_amounts("annual", "The amount a year; without it a person has to price the case."),
    **_amounts("gross", "What the support costs before the school's share."),
    **_amounts("school_share", "What the schools meet of it."),
    "instalments": {
        "type": "integer",
        "minimum": 1,
        "maximum": 53,
        "description": "Into how many parts a year is split to look at the first.",
    },
    **_amounts("instalment", "The first of the instalments; the residue is with the last."),
    "to_a_person": {"type": "boolean", "description": "Whether a person has to price it."},
    "by_school": {
        "type": "array",
        "description": "What each school of a group is to have a year.",
        "items": {
            "type": "object",
            "required": ["school"],
            "properties": {"school": _CODE, **_amounts("annual", "Its part a year.")},
            "additionalProperties": False,
        },
    },
    "refused": {**_CODE, "description": "The code of the refusal, where it cannot be placed."},
}
"""What a golden case expects to come out."""


def of_a_case() -> dict[str, Any]:
    """The facts of a case lie at the top of its file, or under a heading."""
    under = _with_facts({**BESIDE_FACTS, **EXPECTED})
    return {"if": {"required": ["facts"]}, "then": under | {"required": ["facts"]}, "else": FACTS}


def of_golden_cases() -> dict[str, Any]:
    """A list of cases with what they expect; what the head says holds for each that differs not."""
    each = _with_facts({**BESIDE_FACTS, **EXPECTED}) | {"required": ["says"]}
    listed = {"type": "array", "minItems": 1, "items": each, "description": "The cases."}
    head = {**BESIDE_FACTS, **EXPECTED, "case": listed}
    return _with_facts(head) | {"required": ["case"]}


def _with_facts(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {**properties, "facts": FACTS},
        "additionalProperties": False,
    }
