"""The command line, `python -m api.cli COMMAND`: it loads, checks, looks, and decides nothing."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence

from api.commands import Faulty, NotAtHand, modules_of
from domain.policy.load import PackFaulty
from domain.refusals import Refusal

LIVES_IN = {
    "token": "api.record_cli",
    "county": "api.record_cli",
    "budgets": "api.record_cli",
    "policy": "api.policy_cli",
    "ledger": "api.ledger_cli",
    "finance-pack": "api.finance_cli",
    "notional": "api.finance_cli",
    "schools": "api.roster_cli",
    "people": "api.roster_cli",
    "expertise": "api.roster_cli",
    "agreement": "api.agreement_cli",
    "why": "api.record_cli",
    "events": "api.record_cli",
}
"""Each command by the module that it lives in."""

_FAULTY, _NOT_AT_HAND = 1, 2


def main(arguments: list[str] | None = None) -> int:
    """Read the command line and do it; anything refused is told in a sentence, not a trace."""
    words = sys.argv[1:] if arguments is None else arguments
    asked = _reader(words).parse_args(words)
    do: Callable[[argparse.Namespace], None] = asked.do
    try:
        do(asked)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read it has read enough, such as `head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _FAULTY
    except (Faulty, PackFaulty) as faulty:
        print(faulty, file=sys.stderr)
        return _FAULTY
    except NotAtHand as missing:
        print(missing, file=sys.stderr)
        return _NOT_AT_HAND
    except Refusal as refusal:
        print(f"{refusal.code}: {str(refusal).rstrip('.')}. {refusal.help}", file=sys.stderr)
        return _FAULTY
    return 0


def _reader(words: Sequence[str]) -> argparse.ArgumentParser:
    reader = argparse.ArgumentParser(prog="python -m api.cli", description=__doc__)
    commands = reader.add_subparsers(required=True, metavar="COMMAND")
    command, do = [*words, None, None][:2]
    for module in modules_of(command, LIVES_IN):
        if module.__name__ == LIVES_IN["policy"]:
            module.add(commands, do if command == "policy" else None)
        else:
            module.add(commands)
    return reader


if __name__ == "__main__":
    sys.exit(main())
