"""Valid HTML is told from HTML that a browser has to guess at."""

import pytest

from tests.pages.validating import faults_of

PAGE = '<!doctype html><html lang="en"><head><title>A page</title></head><body>{}</body></html>'


def test_a_valid_page_has_no_fault() -> None:
    """What the field's templates write by design is no fault."""
    body = "<h2>There is a problem</h2><h1>A page</h1><p>Words</p>"
    assert faults_of(PAGE.format(body)) == []


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ("<h1>A</h1><p><div>B</div></p>", "no-implicit-close"),
        ('<h1 id="a">A</h1><p id="a">B</p>', "no-dup-id"),
        ("<h1>A</h1><ul><p>B</p></ul>", "element-permitted-content"),
        ("<h1>A</h1><h3>B</h3>", "heading-level"),
        ("<h1>A</h1><p>B & <b>C</p>", "close-order"),
        ('<h1>A</h1><p style="color:red">B</p>', "no-inline-style"),
        ("<h1>A</h1><button>B</button>", "no-implicit-button-type"),
    ],
)
def test_a_faulty_one_is_told_its_rule(body: str, rule: str) -> None:
    """A block in a paragraph, an id twice, a level left out: each by the name of its rule."""
    assert rule in {each.partition(":")[0] for each in faults_of(PAGE.format(body))}
