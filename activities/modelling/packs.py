"""Packs tried beside each other: which of their versions decide, and the files of what came out."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import TypeVar

import polars as pl

from activities.modelling.case_files import cases_from
from activities.modelling.comparing import CasesCompared, Scheme, Tell, compare, told_nobody
from activities.modelling.sharing import shares_table, shares_workbook
from activities.modelling.workbook import workbook_of
from domain.checking import faults_of
from domain.formulas import FormulaTried, SharesCompared
from domain.policy.document import PolicyDocument
from domain.policy.finance import Finance
from domain.policy.in_force import in_force
from domain.policy.load import PackFaulty, PolicyVersion, load_pack
from domain.policy.schemes import Continuum, Tariff
from domain.refusals import NotValid

_FEWEST = 2

Kind = TypeVar("Kind", bound=PolicyDocument)


@dataclass(frozen=True)
class Pack:
    """The texts of a pack, the name that a report gives it, and the day of its versions."""

    name: str
    files: Mapping[str, str]
    on: date | None = None
    """Its versions in force on this day decide; where none is named, on the comparison's."""


def compare_packs(
    packs: Sequence[Pack],
    where: str,
    on: date | None,
    *,
    accepts_untouched: bool = False,
    tell: Tell = told_nobody,
) -> CasesCompared:
    """Decide cases under several packs; the first is what is now.

    ``where`` says where the cases come from. ``on`` begins the year in which they are taken to be
    submitted; without it, the first day that the latest version among the packs governs. Raises
    `PackFaulty` with every fault of packs and cases, `NotValid` for a change that touches none.
    """
    names = [pack.name for pack in packs]
    if len(packs) < _FEWEST or len(set(names)) < len(names):
        raise NotValid(
            "to compare packs",
            "there is one only" if len(packs) < _FEWEST else "two have the same name",
            "Name the pack of now and at least one other, each once; PACK@DAY tells the versions"
            " of one pack apart.",
        )
    versions = _sound(packs)
    begins = on or _first_day(packs, versions)
    schemes = [
        Scheme(
            pack.name,
            (
                _document(found, "continuum", pack.on or begins, Continuum),
                _document(found, "tariff", pack.on or begins, Tariff),
            ),
        )
        for pack, found in zip(packs, versions, strict=True)
    ]
    cases = cases_from(where, begins, [scheme.pair for scheme in schemes])
    return compare(
        cases,
        (schemes[0], schemes[1:]),
        begins,
        accepts_untouched=accepts_untouched,
        tell=tell,
    )


def formulas_of(packs: Sequence[Pack], on: date | None) -> list[FormulaTried]:
    """Take the formula of each pack's finance policy in force on a day, or its latest."""
    found = []
    for pack, versions in zip(packs, _sound(packs), strict=True):
        days = [each.in_force_from for each in versions if each.kind == "finance"]
        if not days:
            says = f"{pack.name} has no finance policy"
            raise NotValid("share by formula", says, "Name a pack with a finance file.")
        day = pack.on or on or max(days)
        found.append(FormulaTried.of(pack.name, _document(versions, "finance", day, Finance)))
    return found


def files_of_comparison(compared: CasesCompared) -> dict[str, bytes]:
    """Write a comparison as files: a workbook, the figures as JSON, every case in Parquet.

    One Parquet file for each candidate, with a row for each case: what it is now, what it would be
    and the difference, in pence. No pupil is in any of them.
    """
    found = {
        "comparison.xlsx": workbook_of(compared.comparison),
        "comparison.json": compared.comparison.model_dump_json(indent=1).encode(),
    }
    for place, cases in enumerate(compared.cases.values(), start=1):
        found[f"cases-{place}.parquet"] = _parquet(cases)
    return found


def files_of_shares(shared: SharesCompared) -> dict[str, bytes]:
    """Write shares as files: a workbook, the figures as JSON, and a table in Parquet."""
    return {
        "shares.xlsx": shares_workbook(shared),
        "shares.json": shared.model_dump_json(indent=1).encode(),
        "shares.parquet": _parquet(shares_table(shared)),
    }


def sha256_of(content: bytes) -> str:
    """Know a file by its hash."""
    return hashlib.sha256(content).hexdigest()


def _parquet(frame: pl.DataFrame) -> bytes:
    written = BytesIO()
    frame.write_parquet(written)
    return written.getvalue()


def _sound(packs: Sequence[Pack]) -> list[tuple[PolicyVersion, ...]]:
    """Load packs that have no fault; the faults of all of them are told, each by its pack."""
    faults = [
        fault.model_copy(update={"file": f"{pack.name}: {fault.file}"})
        for pack in packs
        for fault in faults_of(pack.files)
    ]
    if faults:
        raise PackFaulty(faults)
    return [load_pack(pack.files) for pack in packs]


def _first_day(packs: Sequence[Pack], versions: Sequence[Sequence[PolicyVersion]]) -> date:
    """Find the first day on which the latest versions that decide have all begun."""
    return max(
        (
            each.in_force_from
            for pack, found in zip(packs, versions, strict=True)
            for each in found
            if each.kind in {"continuum", "tariff"}
            and (pack.on is None or each.in_force_from <= pack.on)
        ),
        default=date.max,
    )


def _document(versions: Sequence[PolicyVersion], kind: str, day: date, model: type[Kind]) -> Kind:
    document = in_force(versions, kind, day).document
    assert isinstance(document, model)
    return document
