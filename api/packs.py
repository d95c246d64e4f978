"""Packs and cases as the command line is given them: by folder, file or name, without a trace."""

from collections.abc import Mapping
from pathlib import Path

from api.commands import Faulty
from domain.checking import MOST_FILES
from domain.policy.load import MOST_CHARACTERS

SHIPPED = Path(__file__).resolve().parents[1] / "domain" / "policy" / "packs"
"""The packs that come with the project, each by its folder's name."""

_MOST_BYTES = 4 * MOST_CHARACTERS
_ENDS = ".toml"


def pack_files(pack: str) -> Mapping[str, str]:
    """Read a policy file, or every file of a pack by its place in it; all faults of reading.

    ``pack`` is a file, a folder or the name of a pack that comes with the project.
    """
    path = Path(pack)
    if not path.exists() and (SHIPPED / pack).is_dir() and path.name == pack:
        path = SHIPPED / pack
    found, other = _files_under(path, pack)
    if len(found) > MOST_FILES:
        raise Faulty(f"{pack} has more than {MOST_FILES} files: publish fewer versions")
    texts = {name: text_of(file) for name, file in found.items()}
    faults = [f"{name} {text[1]}" for name, text in texts.items() if text[0] is None]
    faults += [f"{name} is passed over for its name: end it in .toml" for name in other]
    if faults:
        raise Faulty("\n".join(faults))
    return {name: text for name, (text, _) in texts.items() if text is not None}


def _files_under(path: Path, pack: str) -> tuple[dict[str, Path], list[str]]:
    """The policy files of a pack by their place in it, and what was meant to be one."""
    if path.is_file():
        return {f"{path.parent.name}/{path.name}": path}, []
    try:
        files = {file.relative_to(path).as_posix(): file for file in sorted(path.rglob("*.*"))}
    except OSError as error:
        raise Faulty(f"{pack} cannot be read: {_why(error)}") from None
    found = {name: file for name, file in files.items() if name.endswith(_ENDS)}
    meant = [name for name in files if name.lower().endswith((_ENDS, f"{_ENDS}.txt"))]
    other = [name for name in meant if name not in found]
    if not found and not other:
        shipped = ", ".join(sorted(each.name for each in SHIPPED.iterdir() if each.is_dir()))
        raise Faulty(f"{pack} holds no policy file: name a folder or file, or one of {shipped}")
    return found, other


def text_of(file: Path) -> tuple[str | None, str]:
    """Read a file as far as any may be long, or say why it cannot be read."""
    try:
        with file.open("rb") as opened:
            return opened.read(_MOST_BYTES).decode(), ""
    except UnicodeDecodeError:
        return None, "is not UTF-8: save it as UTF-8"
    except OSError as error:
        return None, f"cannot be read: {_why(error)}"


def _why(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()
