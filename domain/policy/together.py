"""Which versions of different kinds govern a day together: a pack is right when each pair is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from domain.policy.load import PolicyVersion


@dataclass(frozen=True)
class Governing:
    """A version of a pack, its file, and the days on which it governs."""

    file: str
    version: PolicyVersion
    first: date
    end: date
    """The first day on which it no longer governs: its own last, or its successor's first."""

    def shares(self, other: "Governing") -> date | None:
        """Give the first day on which both govern; nothing where there is none."""
        first = max(self.first, other.first)
        return first if first < min(self.end, other.end) else None


def governing(versions: Mapping[str, PolicyVersion], kind: str) -> tuple[Governing, ...]:
    """Give the versions of a kind in their order, each with its days."""
    dated = [(file, each) for file, each in versions.items() if each.kind == kind]
    dated.sort(key=lambda each: each[1].in_force_from)
    follows = [*(each.in_force_from for _, each in dated), date.max][1:]
    return tuple(
        Governing(file, each, each.in_force_from, min(each.in_force_until or date.max, next_one))
        for (file, each), next_one in zip(dated, follows, strict=True)
    )


def together(
    versions: Mapping[str, PolicyVersion], one: str, other: str
) -> Iterator[tuple[Governing, Governing, date]]:
    """Give every two versions of two kinds that share a day, with the first day that they share."""
    others = governing(versions, other)
    for each in governing(versions, one):
        for beside in others:
            day = each.shares(beside)
            if day is not None:
                yield each, beside, day
