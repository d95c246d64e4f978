"""Take over other people's styles and scripts: `python -m deploy.vendoring.vendor`, by hand.

Needs npm. The packages are locked by hash in `package-lock.json`; what comes out is committed with
its hashes, so that nobody else needs npm, and a test says when a file is not what came out.
"""

import hashlib
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from shutil import copy, which

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PAGES = ROOT / "api/static/vendored"
TESTS = ROOT / "tests/pages/vendored"
LETTERS = ROOT / "api/letters/fonts"
_COPIED = ("package.json", "package-lock.json", ".npmrc")
_VALIDATES = "html_validate.mjs"
"""What is made into one file with html-validate and everything that it needs."""
_REQUIRES = "import{createRequire}from'node:module';const require=createRequire(import.meta.url);"
_OF_PACKAGE = re.compile(r"node_modules/((?:@[^/]+/)?[^/]+)/")

_FONT_FACE = re.compile(r"@font-face\{[^}]*\}")
_THEIR_FONT = "GDS Transport,"
_THEIR_PICTURES = re.compile(r"url\(/assets/[^)]*\)")
_MAP = re.compile(r"(/\*|//)# sourceMappingURL=.*?(\*/|$)", re.MULTILINE)

_LICENCE = """govuk-frontend {version}

MIT License. Copyright (C) 2011 Crown Copyright (Government Digital Service)

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and
associated documentation files (the "Software"), to deal in the Software without restriction,
including without limitation the rights to use, copy, modify, merge, publish, distribute,
sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or
substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT
NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND
NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM,
DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT
OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.

Changed here: the rules for the font GDS Transport, its name, and the pictures of the crown are
taken out of the styles, since a council's pages are not on GOV.UK.
"""


def main() -> int:
    """Fetch what the lock names, take out what a council may not use, and write the hashes."""
    npm = which("npm")
    if npm is None:
        sys.exit("npm is not to be found; it is needed to take a new version over.")
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        for name in _COPIED:
            if (HERE / name).exists():
                copy(HERE / name, folder / name)
        what = "ci" if (folder / "package-lock.json").exists() else "install"
        subprocess.run([npm, what, "--silent"], cwd=folder, check=True)  # noqa: S603
        copy(folder / "package-lock.json", HERE / "package-lock.json")
        _take(folder / "node_modules")
        _bundle(folder)
        for each in (PAGES, TESTS, LETTERS):
            _write(each / "hashes.json", json.dumps(hashes_of(each), indent=2))
    print(f"Vendored into {PAGES}, {TESTS} and {LETTERS}.")
    return 0


def without_theirs(css: str) -> str:
    """Take the font, its name and the crown out of styles.

    >>> without_theirs("@font-face{src:url(/assets/f)}a{font:GDS Transport,arial;x:url(/assets/c)}")
    'a{font:arial;x:none}'
    """
    return _THEIR_PICTURES.sub("none", _FONT_FACE.sub("", css).replace(_THEIR_FONT, ""))


def hashes_of(folder: Path) -> dict[str, str]:
    """Give the SHA-256 of each file in a folder but the list itself."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
        if path.name != "hashes.json"
    }


def _take(packages: Path) -> None:
    """Write what pages use, and what tests use, each with its licence."""
    govuk = packages / "govuk-frontend"
    built = govuk / "dist/govuk"
    css = without_theirs((built / "govuk-frontend.min.css").read_text(encoding="utf-8"))
    _write(PAGES / "govuk-frontend.min.css", _MAP.sub("", css))
    script = (built / "govuk-frontend.min.js").read_text(encoding="utf-8")
    _write(PAGES / "govuk-frontend.min.js", _MAP.sub("", script))
    version = json.loads((govuk / "package.json").read_text(encoding="utf-8"))["version"]
    _write(PAGES / "LICENCE.txt", _LICENCE.format(version=version))
    axe = packages / "axe-core"
    _write(TESTS / "axe.min.js", (axe / "axe.min.js").read_text(encoding="utf-8"))
    _write(TESTS / "LICENCE.txt", (axe / "LICENSE").read_text(encoding="utf-8"))
    _take_font(packages / "@expo-google-fonts/atkinson-hyperlegible-next")


def _take_font(font: Path) -> None:
    """Copy the letters' font in the two weights that they are set in, with its licence."""
    _write(LETTERS / "LICENCE.txt", (font / "LICENSE_FONT").read_text(encoding="utf-8"))
    for weight in ("400Regular", "700Bold"):
        name = f"AtkinsonHyperlegibleNext_{weight}.ttf"
        copy(font / weight / name, LETTERS / name)


def _bundle(folder: Path) -> None:
    """Make one file of html-validate and what it needs, with the licence of each package in it."""
    copy(HERE / _VALIDATES, folder / _VALIDATES)
    made, told = folder / "made.mjs", folder / "made.json"
    subprocess.run(  # noqa: S603
        [
            *("npx", "--no-install", "esbuild", _VALIDATES, "--bundle", "--platform=node"),
            *("--format=esm", "--target=node22", "--minify", "--legal-comments=none"),
            *(f"--banner:js={_REQUIRES}", f"--outfile={made}", f"--metafile={told}"),
        ],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    _write(TESTS / "html-validate.mjs", made.read_text(encoding="utf-8"))
    read = json.loads(told.read_text(encoding="utf-8"))["inputs"]
    names = sorted({name for path in read for name in _OF_PACKAGE.findall(path)})
    licences = (f"{name}\n\n{_licence_of(folder / 'node_modules' / name)}" for name in names)
    _write(TESTS / "html-validate.LICENCES.txt", "\n\n".join(licences))


def _licence_of(package: Path) -> str:
    """Read a package's licence, or what it says of it where it has no file of its own."""
    found = sorted(each for each in package.iterdir() if "licen" in each.name.lower())
    if found:
        return found[0].read_text(encoding="utf-8").strip()
    told = json.loads((package / "package.json").read_text(encoding="utf-8"))
    return f"{told['license']}. {told.get('author', '')}"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.rstrip("\n") + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
