"""The columnar twin beside the scalar one: every pair of documents there is, and what differs."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from activities.modelling import ModelCase, decide, frames_of
from activities.modelling.one_by_one import Singly, counted_singly, decided_singly
from domain.policy.in_force import in_force
from domain.policy.load import load_pack
from domain.policy.schemes import Continuum, Tariff

TESTS = Path(__file__).resolve().parent.parent.parent
PACKS = TESTS.parent / "domain" / "policy" / "packs"
Schemes = tuple[Continuum, Tariff]

_NOTHING = {"to_a_person": False, "placed_by_a_person": False}


def pairs() -> dict[str, Schemes]:
    """Every shipped pack and every described scheme: each tariff with the continuum of its day."""
    folders = sorted([*PACKS.iterdir(), *(TESTS / "schemes").iterdir()])
    return {name: pair for folder in folders for name, pair in _pairs_of(folder)}


def _pairs_of(folder: Path) -> Iterator[tuple[str, Schemes]]:
    files = [file for kind in ("continuum", "tariff") for file in (folder / kind).glob("*.toml")]
    pack = load_pack({str(file.relative_to(folder)): file.read_text() for file in files})
    for version in pack:
        if isinstance(version.document, Tariff):
            continuum = in_force(pack, "continuum", version.in_force_from).document
            assert isinstance(continuum, Continuum)
            yield f"{folder.name} {version.in_force_from}", (continuum, version.document)


def disagreements(schemes: Schemes, cases: Iterable[ModelCase]) -> list[str]:
    """Where the columns say anything else of these cases than the scalar twin does of each."""
    found = list(cases)
    answers = decide(frames_of(found), *schemes)
    each = [decided_singly(one.number, one.case, schemes) for one in found]
    by_school: dict[int, dict[str, int]] = {}
    for number, school, pence in answers.by_school.iter_rows():
        by_school.setdefault(number, {})[school] = pence
    said = [
        f"{schemes[0].council}: {one.case!r}: columns {row} {by_school.get(one.number, {})},"
        f" scalar {singly.row} {singly.by_school}"
        for one, row, singly in zip(found, answers.cases.iter_rows(named=True), each, strict=True)
        if row != dict.fromkeys(row) | _NOTHING | singly.row
        or by_school.get(one.number, {}) != singly.by_school
    ]
    return said + _uses_apart(answers.uses.rows(), each)


def _uses_apart(uses: Iterable[tuple[str, str, int]], each: Iterable[Singly]) -> list[str]:
    counts = counted_singly(each)
    columns = {(kind, path): cases for kind, path, cases in uses}
    return [
        f"{kind} {path}: used by {columns.get((kind, path))}, scalar says {counts[kind, path]}"
        for kind, path in sorted(columns.keys() | counts.keys())
        if columns.get((kind, path)) != counts[kind, path]
    ]
