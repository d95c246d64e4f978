"""Style and documentation as tests: what a reader may rely on in every file of the tree."""

import ast
import json
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from activities.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("domain", "activities", "workflows", "api", "deploy", "tests")
LONGEST_FUNCTION = 50
LONGEST_FILE = 400
MOST_PARAMETERS = 6
MOST_OPENING_LINES = 5
PROMISES = range(1, 14)
READMES = ("README.md", "deploy/README.md", "api/README.md")

# Each exception is one line with its reason; the list only shrinks.
EXCUSED = {
    "activities/logs.py:handleError": "the standard library calls it by this name",
}

SAY_NOTHING = {"utils", "helpers", "common", "manager", "handle", "process", "info"}
SAY_NOTHING_AS_A_MODULE = SAY_NOTHING | {"service", "data", "base", "misc", "core"}

UNREPEATABLE = re.compile(
    r"(.*\.)?(datetime\.(now|today|utcnow)|date\.today|time\.(time|monotonic)"
    r"|uuid[14]|random\.\w+|secrets\.\w+|os\.(urandom|environ|getenv))|open"
)

type_of_function = (ast.FunctionDef, ast.AsyncFunctionDef)


@cache
def modules() -> dict[str, ast.Module]:
    """Return every Python file of the tree, parsed, by its path."""
    found = [ROOT / "worker.py", *(each for top in SOURCES for each in (ROOT / top).rglob("*.py"))]
    return {
        path.relative_to(ROOT).as_posix(): ast.parse(path.read_text())
        for path in sorted(found)
        if path.exists()
    }


def functions(under: str = "") -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Yield every function below a folder, each with where it stands."""
    for path, module in modules().items():
        for node in ast.walk(module):
            if path.startswith(under) and isinstance(node, type_of_function):
                yield f"{path}:{node.name}", node


def unexcused(faults: list[str]) -> list[str]:
    """Return the faults that nobody excused."""
    return [fault for fault in faults if fault not in EXCUSED]


def decorator_calls(node: ast.AST, name: str) -> Iterator[ast.Call]:
    """Yield the calls of a name anywhere in a piece of code."""
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and ast.unparse(call.func) == name:
            yield call


def test_no_function_is_longer_than_fifty_lines() -> None:
    """A function fits on a screen."""
    long = [
        where
        for where, node in functions()
        if (node.end_lineno or node.lineno) - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert unexcused(long) == []


def test_no_file_is_longer_than_four_hundred_lines() -> None:
    """A file has one subject."""
    long = [
        path for path in modules() if len((ROOT / path).read_text().splitlines()) > LONGEST_FILE
    ]
    assert unexcused(long) == []


def test_no_function_takes_more_than_six_parameters() -> None:
    """What needs more parameters needs a model, counted without self and keyword-only ones too."""
    wide = [
        where
        for where, node in functions()
        if len([*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs])
        - (bool(node.args.args) and node.args.args[0].arg in {"self", "cls"})
        > MOST_PARAMETERS
    ]
    assert unexcused(wide) == []


def test_every_module_begins_by_saying_what_belongs_there() -> None:
    """A module opens with one to five lines; a migration's are its revision's."""
    opening = {
        path: (ast.get_docstring(module) or "").split("\n\n\n")[0]
        for path, module in modules().items()
        if (ROOT / path).read_text().strip() and "/migrations/" not in path
    }
    wrong = [
        path
        for path, said in opening.items()
        if not 1 <= len([line for line in said.splitlines() if line.strip()]) <= MOST_OPENING_LINES
    ]
    assert unexcused(wrong) == []


def test_no_name_says_nothing() -> None:
    """Modules, functions and classes are named by their own verb or noun."""
    empty = [path for path in modules() if words_of(Path(path).stem) & SAY_NOTHING_AS_A_MODULE]
    empty += [
        f"{path}:{node.name}"
        for path, module in modules().items()
        for node in ast.walk(module)
        if not path.startswith("tests/")
        and isinstance(node, (*type_of_function, ast.ClassDef))
        and words_of(node.name) & SAY_NOTHING
    ]
    assert unexcused(empty) == []


def words_of(name: str) -> set[str]:
    """Return the words of a name, however they are joined."""
    return set(re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower().split("_"))


def test_nothing_imports_the_worker() -> None:
    """The composition root of the background half is at the end of every arrow but the tests'."""
    importers = [
        path
        for path, module in modules().items()
        if not path.startswith("tests/")
        for node in ast.walk(module)
        if (isinstance(node, ast.Import) and any(each.name == "worker" for each in node.names))
        or (isinstance(node, ast.ImportFrom) and node.module == "worker")
    ]
    assert importers == []


def test_the_domain_reads_no_clock_and_makes_no_id() -> None:
    """The domain passes through the workflow sandbox, so nothing unrepeatable may run in it."""
    found = [
        f"{path}:{node.lineno} {ast.unparse(node)}"
        for path, module in modules().items()
        for node in ast.walk(module)
        if path.startswith("domain/")
        and isinstance(node, (ast.Attribute, ast.Name))
        and UNREPEATABLE.fullmatch(ast.unparse(node))
    ]
    assert found == []


def test_every_test_says_in_a_sentence_what_it_proves() -> None:
    """A test's docstring states a behaviour, and ends as a sentence does."""
    silent = [
        where
        for where, node in functions("tests/")
        if node.name.startswith("test_")
        and not (ast.get_docstring(node) or "").split("\n\n")[0].rstrip().endswith(".")
    ]
    assert silent == []


def test_every_promise_is_named_by_a_test() -> None:
    """Each promise of the design has at least one test that carries its number."""
    named = {
        call.args[0].value
        for path, module in modules().items()
        for call in decorator_calls(module, "pytest.mark.promise")
        if path.startswith("tests/") and isinstance(call.args[0], ast.Constant)
    }
    assert [number for number in PROMISES if number not in named] == []


def test_the_readme_says_truly_where_each_promise_is_tested() -> None:
    """Every test file it names beside a promise is there and marks that promise."""
    rows = re.findall(r"^\| (\d+) [^|]+\| (.+) \|$", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert [int(number) for number, _ in rows] == list(PROMISES)
    for number, named in rows:
        for path in re.findall(r"`([^`]+)`", named):
            assert f"promise({number})" in (ROOT / path).read_text(), (number, path)


def test_every_setting_is_in_a_readme() -> None:
    """Whoever runs Locality finds every setting in deploy/README.md."""
    text = (ROOT / "deploy/README.md").read_text()
    names = [f"LOCALITY_{name.upper()}" for name in Settings.model_fields]
    assert [name for name in names if f"`{name}`" not in text] == []


def test_every_command_is_in_a_readme() -> None:
    """The front door's commands and those of the command line are each written down once."""
    text = "".join((ROOT / name).read_text() for name in READMES)
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)
    asked = [f"make {target}" for target in targets]
    of_commands = (
        node for path, node in modules().items() if re.fullmatch(r"api/\w*cli\.py", path)
    )
    for node in (each for module in of_commands for each in ast.walk(module)):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".add_parser"):
            assert isinstance(node.args[0], ast.Constant)
            asked.append(str(node.args[0].value))
    assert len(asked) > len(targets) > 0
    assert [command for command in asked if not re.search(rf"\b{command}\b", text)] == []


def test_every_word_of_the_domain_is_in_its_glossary() -> None:
    """Each public class of the domain is named in domain/README.md, in code type."""
    glossary = set(re.findall(r"`([A-Za-z_]+)`", (ROOT / "domain/README.md").read_text()))
    missing = [
        f"{path}:{node.name}"
        for path, module in modules().items()
        for node in module.body
        if path.startswith("domain/")
        and isinstance(node, ast.ClassDef)
        and not node.name.startswith("_")
        and node.name not in glossary
    ]
    assert missing == []


def test_every_workflow_has_a_recorded_history() -> None:
    """Replay can only catch a broken workflow of which a history is kept."""
    defined = {
        word.value.value
        for path, module in modules().items()
        for call in decorator_calls(module, "workflow.defn")
        for word in call.keywords
        if path.startswith("workflows/")
        and word.arg == "name"
        and isinstance(word.value, ast.Constant)
        and isinstance(word.value.value, str)
    }
    recorded = {
        name
        for path in (ROOT / "tests/histories").rglob("*.json")
        for name in workflow_types(json.loads(path.read_text()))
    }
    assert defined
    assert sorted(defined - recorded) == []


def workflow_types(piece: Any) -> Iterator[str]:  # any JSON
    """Yield the workflow types named anywhere in a history."""
    if isinstance(piece, dict):
        if "workflowType" in piece:
            yield piece["workflowType"]["name"]
        for value in piece.values():
            yield from workflow_types(value)
    elif isinstance(piece, list):
        for value in piece:
            yield from workflow_types(value)


def test_every_policy_value_names_its_authority() -> None:
    """Every dated value of a pack says by whose authority, itself or through what holds it."""
    found = sorted((ROOT / "domain/policy/packs").rglob("*.toml"))
    packs = [path for path in found if path.parent.name != "cases"]
    assert packs
    faults = []
    for path in packs:
        dated = list(dated_values(tomllib.loads(path.read_text()), authority=None))
        if not dated:
            faults.append(f"{path.relative_to(ROOT)} dates nothing")
        faults += [f"{path.relative_to(ROOT)} {each}" for each, named in dated if not named]
    assert faults == []


def dated_values(
    piece: Any,  # any TOML
    authority: str | None,
    where: str = "",
) -> Iterator[tuple[str, str | None]]:
    """Yield where each dated value stands and the authority that covers it."""
    if isinstance(piece, dict):
        authority = piece.get("authority", authority)
        if "in_force_from" in piece:
            yield where or "the file", authority
        for key, value in piece.items():
            yield from dated_values(value, authority, f"{where}.{key}")
    elif isinstance(piece, list):
        for number, value in enumerate(piece):
            yield from dated_values(value, authority, f"{where}[{number}]")


def test_the_locks_name_no_address() -> None:
    """A lock holds behind any mirror: it has hashes for every package and no address at all."""
    for lock in sorted((ROOT / "requirements").glob("*.txt")):
        text = lock.read_text()
        assert "://" not in text
        assert "--index-url" not in text
        packages = re.findall(r"^[a-z0-9][^\n]*==", text, flags=re.MULTILINE)
        assert packages
        for entry in re.split(r"\n(?=[a-z0-9])", text.strip()):
            assert "--hash=sha256:" in entry, f"{lock.name}: {entry.splitlines()[0]}"
