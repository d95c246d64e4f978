"""Small packs as text for tests: the input stands inside the test, as an officer would write it."""

from domain.checking import faults_of
from domain.policy.load import PolicyVersion, load_version
from domain.policy.schemes import Continuum, Tariff

CONTINUUM, TARIFF = "continuum/2026-09-01.toml", "tariff/2026-09-01.toml"

HEAD = """
council = "test"
in_force_from = 2026-09-01
authority = "Decision 1"
source = "A test"
"""

AREAS = """
[[domains]]
code = "speech"
title = "Speech"
levels = [{ level = 0, says = "None" }, { level = 1, says = "Some" }, { level = 2, says = "Much" }]

[[domains]]
code = "learning"
title = "Learning"
levels = [{ level = 0, says = "None" }, { level = 1, says = "Some" }, { level = 2, says = "Much" }]
"""

TIERS = """
[[tiers]]
code = "low"
title = "Low"
says = "Little need."
route = "below"

[[tiers]]
code = "high"
title = "High"
says = "Great need."
route = "exceptional"
"""

DESCRIPTORS = """
descriptors = [
  { code = "d1", domain = "speech", level = 1, says = "One" },
  { code = "d2", domain = "learning", level = 2, says = "Two" },
]
"""

POINTS = """
[[steps]]
id = "points"
form = "weighted_sum"
says = "Levels are summed."
weights = { speech = { weight = 2 }, learning = { weight = 1 } }
"""

BY_POINTS = """
[[steps]]
id = "tier"
form = "thresholds"
says = "Points give the tier."
of = "points"
gives = "tier"
steps = [{ at_least = 0, means = "low" }, { at_least = 3, means = "high" }]
"""

ALL_LOW = """
[[steps]]
id = "low"
form = "assigned"
says = "Everything is low."
gives = "tier"
value = "low"
"""

NIL = """
[[steps]]
id = "nil"
form = "amounts"
says = "Nothing is paid."
rows = [{ amount_pounds = 0 }]
"""


def continuum_text(steps: str = POINTS + BY_POINTS, *, top: str = DESCRIPTORS) -> str:
    """A continuum of two domains and two tiers, with the given steps."""
    return f'kind = "continuum"\n{HEAD}{top}{TIERS}{AREAS}{steps}'


def tariff_text(steps: str = NIL, *, top: str = "") -> str:
    """A tariff with the given steps."""
    return f'kind = "tariff"\n{HEAD}{top}{steps}'


def version(text: str) -> PolicyVersion:
    """The text as a loaded version."""
    return load_version("test.toml", text)


def continuum(steps: str = POINTS + BY_POINTS, *, top: str = DESCRIPTORS) -> Continuum:
    """The continuum as its model."""
    document = version(continuum_text(steps, top=top)).document
    assert isinstance(document, Continuum)
    return document


def tariff(steps: str = NIL, *, top: str = "") -> Tariff:
    """The tariff as its model."""
    document = version(tariff_text(steps, top=top)).document
    assert isinstance(document, Tariff)
    return document


def said(*, continuum: str | None = None, tariff: str | None = None) -> list[str]:
    """What the check says about a pack of the two, each sound unless it is given."""
    pack = {CONTINUUM: continuum or continuum_text(), TARIFF: tariff or tariff_text()}
    faults = faults_of(pack)
    assert all(fault.would_help and fault.where and fault.file for fault in faults)
    return [f"{fault.where}: {fault.says}" for fault in faults]


def table(rows: str, more: str = "") -> str:
    """A table of amounts."""
    step = f'[[steps]]\nid = "table"\nform = "amounts"\nsays = "A table."\n{more}\nrows = [{rows}]'
    return f"\n{step}\n"
