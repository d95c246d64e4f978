"""The commands of policy: check a pack, try it on a case, say its format; others stand beside."""

import argparse
import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from api.commands import Faulty, does, modules_of
from api.packs import SHIPPED, pack_files, text_of
from domain.case_file import case_of, day_of, faults_of_needs
from domain.checking import faults_of
from domain.decided_words import in_words
from domain.deciding import Decided, decide, read_by, schemes_on
from domain.explaining import as_table, rows_of
from domain.places import PayeeKind
from domain.policy.load import PackFaulty, load_pack, read_toml, with_lines
from domain.policy.reference import reference
from domain.policy.schema import PARTS, schema_of
from domain.refusals import NotValid, Refusal

LIVES_IN = {
    "check": __name__,
    "decide": __name__,
    "explain": __name__,
    "schema": __name__,
    "publish": "api.publishing_cli",
    "rerun": "api.publishing_cli",
    "compare": "api.modelling_cli",
    "share": "api.modelling_cli",
}
"""Each command of policy by the module that it lives in."""

EXAMPLES = SHIPPED.parent / "examples"
"""An example of each kind and form, for the page of reference."""


def add(commands: Any, asked: str | None = None) -> None:
    """Add these commands to the command line, or the one that is asked."""
    of_policy = commands.add_parser("policy", help="check, try, explain or publish policy")
    policies = of_policy.add_subparsers(required=True, metavar="DO")
    for module in modules_of(asked, LIVES_IN):
        if module.__name__ == __name__:
            _add(policies)
        else:
            module.add(policies)


def _add(policies: Any) -> None:
    checks = does(policies.add_parser("check", help=check.__doc__), check)
    checks.add_argument("pack", help="a file, the folder of a pack, or a shipped pack's name")
    decides = does(policies.add_parser("decide", help=decide_case.__doc__), decide_case)
    explains = does(policies.add_parser("explain", help=explain.__doc__), explain)
    explains.add_argument("--table", action="store_true", help="as a table, for an officer")
    for made in (decides, explains):
        made.add_argument("pack", help="the folder of a pack, or a shipped pack's name")
        made.add_argument("--case", type=Path, required=True, help="TOML: facts of one case")
        made.add_argument("--on", type=_day, help="the day whose policy decides, as 2026-10-05")
        made.add_argument(
            "--payee",
            type=PayeeKind,
            choices=list(PayeeKind),
            default=PayeeKind.MAINTAINED_SCHOOL,
            help="who is paid: instalments may differ by it",
        )
    schemas = does(policies.add_parser("schema", help=schema.__doc__), schema)
    schemas.add_argument("kind", nargs="?", choices=sorted(PARTS), help="of one kind alone")
    schemas.add_argument("--reference", action="store_true", help="as a page to read")


def check(asked: argparse.Namespace) -> None:
    """List every fault of a pack."""
    faults = faults_of(pack_files(asked.pack))
    for fault in faults:
        print(fault)
    if faults:
        raise Faulty("1 fault" if len(faults) == 1 else f"{len(faults)} faults")
    print("no fault found")


def decide_case(asked: argparse.Namespace) -> None:
    """Print what a pack makes of one case, as JSON; a case that it refuses is status 1."""
    try:
        decided = _decided(asked)
    except Refusal as refusal:
        nothing = dict.fromkeys(name for name in Decided.model_fields if name != "titles")
        print(_as_json(nothing | {"refused": refusal.code}))
        raise
    print(_as_json(decided.model_dump(mode="json", exclude={"titles"}) | {"refused": None}))


def explain(asked: argparse.Namespace) -> None:
    """Say in words what a pack makes of one case, and why; with --table each rule in a row."""
    decided = _decided(asked)
    if asked.table:
        print(as_table(rows_of(decided.working, decided.titles)))
    else:
        print("\n".join(in_words(decided)))


def schema(asked: argparse.Namespace) -> None:
    """Print the format of policy files as JSON Schema; with --reference as a page to read."""
    if asked.reference:
        files = sorted(EXAMPLES.rglob("*.toml"))
        texts = {_place(file): file.read_text(encoding="utf-8") for file in files}
        print(reference(texts), end="")
    else:
        print(_as_json(schema_of(asked.kind)))


def _decided(asked: argparse.Namespace) -> Decided:
    """Check the pack, read the case, decide it; every fault of the pack is told before a case."""
    files = pack_files(asked.pack)
    faults = faults_of(files, tries=False)
    if faults:
        raise PackFaulty(faults)
    versions = load_pack(files)
    text, fault = text_of(asked.case)
    if text is None:
        raise Faulty(f"{asked.case} {fault}")
    found, amiss = read_toml(asked.case.name, text)
    day = asked.on or day_of(found)
    if day is None:
        raise Faulty("Say on which day it is decided: --on 2026-10-05, or on = 2026-10-05 in it.")
    schemes = schemes_on(versions, day)
    needs = faults_of_needs(asked.case.name, found, day, schemes)
    try:
        case = case_of(asked.case.name, found, day, read_by(*schemes))
    except PackFaulty as faulty:
        raise PackFaulty(with_lines((*amiss, *faulty.faults, *needs), text)) from None
    if amiss:
        raise PackFaulty(with_lines((*amiss, *needs), text))
    if needs:
        listed = "\n".join(map(str, with_lines(needs, text)))
        says = "it names what the policy does not have"
        raise NotValid("Place this case on the continuum", says, f"Mend it:\n{listed}")
    return decide(versions, case, asked.payee)


def _place(example: Path) -> str:
    return example.relative_to(EXAMPLES).with_suffix("").as_posix()


def _as_json(found: Mapping[str, Any]) -> str:
    return json.dumps(found, indent=2, ensure_ascii=False)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is no day: write it as 2026-10-05") from None
