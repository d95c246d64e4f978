"""A letter as PDF: everything that may be typed can be printed, and nothing typed is markup."""

import re
from datetime import UTC, datetime

import pytest

from api.letters import pdf
from api.letters.copies import LetterCopy
from domain.change_letter import change_letter
from domain.letter_text import letter_text
from domain.wordings import WORDINGS, Wording
from tests.domain.test_change_letter import told as changed
from tests.domain.test_letter import letter

WRITTEN_AT = datetime(2026, 11, 23, 9, 0, 0, 123_456, tzinfo=UTC)
"""As a real clock tells it: a PDF has no such fine time."""


def copy_of(body: str) -> LetterCopy:
    """A copy of a letter of today."""
    return LetterCopy(
        title="Our decision",
        text=letter_text(body),
        what=Wording.DECISION,
        wording=WORDINGS[Wording.DECISION][-1],
        written_at=WRITTEN_AT,
    )


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Zoë, Łukasz, Ștefan and Siân", "Zoë, Łukasz, Ștefan and Siân"),
        ("Zoe\u0308", "Zoë"),
        ("Well done 🎉🎉, all", "Well done (party popper), all"),
        ("مرحبا she said", "(a word in Arabic letters) she said"),
        ("in\u00advisi\u200bble", "invisible"),
        ("a\U000e0001b \ue000", "ab "),
    ],
)
def test_what_the_font_lacks_is_said_in_words(typed: str, printed: str) -> None:
    """Accents stay, signs are named, a word in other letters is said to be one."""
    assert pdf.in_font(typed) == printed


def test_every_letter_that_is_said_to_be_shown_is_printed() -> None:
    """The compiler refuses a letter that its font lacks: it takes each of these."""
    shown = re.compile(f"[{pdf._SHOWN}]")  # noqa: SLF001
    letters = "".join(filter(shown.match, map(chr, range(0x21, 0xFC00))))
    assert len(letters) > 1500
    body = letter(reason=" ".join(letters[at : at + 50] for at in range(0, len(letters), 50)))
    assert pdf.letter_pdf(copy_of(body)).startswith(b"%PDF")


@pytest.mark.parametrize(
    "typed",
    [
        "#panic() #read(sys) $x$ *bold* _it_ `raw` <label> @ref = Heading",
        "\\u{202e}" + "🏫" * 200 + "<script>alert(1)</script>",
        '"; #import "x" //' + "é" * 5000,
    ],
)
def test_nothing_typed_is_markup(typed: str) -> None:
    """Whatever stands in a reason is text: the letter is made, with as many headings as ever."""
    made, plain = (pdf.letter_pdf(copy_of(letter(reason=each))) for each in (typed, "Plain."))
    assert made.count(b"/S/H2") == plain.count(b"/S/H2") == 7


def test_terms_stand_below_their_year_and_addresses_are_links() -> None:
    """A list within a list, and what can be written to leads there."""
    body = change_letter(changed()).replace(
        "the SEN team", "sen@demo.example or https://d.example/a"
    )
    made = pdf.letter_pdf(copy_of(body))
    assert b"mailto:sen@demo.example" in made
    assert b"https://d.example/a" in made
    assert made.count(b"/S/L/") + made.count(b"/S/L ") >= 2


def test_a_letter_is_set_in_a_face_without_serifs() -> None:
    """A council's accessible letters are; what its font lacks comes from the one behind it."""
    own = pdf.letter_pdf(copy_of(letter(reason="Zoë, Łukasz, Ștefan and Siân.")))
    assert b"AtkinsonHyperlegibleNext-Regular" in own
    assert b"AtkinsonHyperlegibleNext-Bold" in own
    assert b"Libertinus" not in own
    assert b"Libertinus" in pdf.letter_pdf(copy_of(letter(reason="Γαλήνη")))
