"""The source-ordered list of commands of each workflow: a changed order shows before any replay.

A change to it wants a patch in the workflow (TEMPORAL.md, decision 11), and then a new recording.
"""

import ast

from tests.conftest import ROOT

WORKFLOWS = ROOT / "workflows"
COMMANDS = frozenset(
    {
        "ask",
        "ask_if",
        "ask_now",
        "carry_out",
        "continue_as_new",
        "deprecate_patch",
        "execute_activity",
        "execute_child_workflow",
        "execute_local_activity",
        "patched",
        "signal",
        "sleep",
        "start_activity",
        "start_child_workflow",
        "upsert_search_attributes",
        "wait",
        "wait_condition",
        "wait_until",
    }
)
"""Calls that make a command, or wait for what makes one."""


def fingerprints() -> dict[str, list[str]]:
    """List the commands of every workflow by its class, and of what they share by its module."""
    found: dict[str, list[str]] = {}
    for path in sorted(WORKFLOWS.glob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef):
                found[node.name] = [each for part in node.body for each in commands_of(part)]
            else:
                found.setdefault(path.stem, []).extend(commands_of(node))
    return {name: commands for name, commands in found.items() if commands}


def commands_of(part: ast.stmt) -> list[str]:
    """List the commands of a function in the order of its source."""
    if not isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef):
        return []
    calls = [node for node in ast.walk(part) if isinstance(node, ast.Call)]
    calls.sort(key=lambda call: (call.lineno, call.col_offset))
    named = ((_name_of(call.func), call) for call in calls)
    return [
        f"{part.name}: {name}({_first_word(call)})"
        for name, call in named
        if name in COMMANDS or name == "_carry_out"
    ]


def _name_of(called: ast.expr) -> str:
    if isinstance(called, ast.Attribute):
        return called.attr
    return called.id if isinstance(called, ast.Name) else ""


def _first_word(call: ast.Call) -> str:
    """What the command is about: an activity's name, a signal's, nothing for a condition."""
    if call.args and isinstance(call.args[0], ast.Name | ast.Constant):
        return ast.unparse(call.args[0])
    return ""
