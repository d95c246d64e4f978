"""The source-ordered list of commands of each workflow: a changed order shows before any replay.

A change to it wants a patch in the workflow (TEMPORAL.md, decision 11), and then a new recording.
"""

import ast
from pathlib import Path

from tests.conftest import ROOT

WORKFLOWS = ROOT / "workflows"
COMMANDS = frozenset(
    {
        "ask",
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
    }
)
"""Calls that make a command, or wait for what makes one."""


def fingerprints() -> dict[str, list[str]]:
    """List the commands of every workflow, by its class."""
    return {
        node.name: commands_of(node)
        for path in sorted(WORKFLOWS.glob("*.py"))
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef) and _is_workflow(node)
    }


def commands_of(workflow: ast.ClassDef) -> list[str]:
    """List the commands of a workflow in the order of its source, each with its method."""
    found: list[str] = []
    for method in workflow.body:
        if isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef):
            calls = [node for node in ast.walk(method) if isinstance(node, ast.Call)]
            calls.sort(key=lambda call: (call.lineno, call.col_offset))
            for call in calls:
                name = _name_of(call.func)
                if name in COMMANDS or name == "_carry_out":
                    found.append(f"{method.name}: {name}({_first_word(call)})")
    return found


def source_of(module: str) -> Path:
    """Where a workflow's module is."""
    return WORKFLOWS / f"{module}.py"


def _is_workflow(node: ast.ClassDef) -> bool:
    return any(
        isinstance(each, ast.Call) and ast.unparse(each.func) == "workflow.defn"
        for each in node.decorator_list
    )


def _name_of(called: ast.expr) -> str:
    if isinstance(called, ast.Attribute):
        return called.attr
    return called.id if isinstance(called, ast.Name) else ""


def _first_word(call: ast.Call) -> str:
    """What the command is about: an activity's name, a signal's, nothing for a condition."""
    if call.args and isinstance(call.args[0], ast.Name | ast.Constant):
        return ast.unparse(call.args[0])
    return ""
