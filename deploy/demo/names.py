"""Invented names: plain ones for adults, and for children names found nowhere else.

A child's name is planted: a test that finds one outside the register has found a leak.
"""

from itertools import product

_ADULT_GIVEN = (
    *("Anna", "Brian", "Carol", "David", "Elena", "Farah", "Gareth", "Helen", "Imran", "Joan"),
    *("Karim", "Linda", "Martin", "Nadia", "Owen", "Priya", "Robert", "Sally", "Tomasz", "Una"),
)
_ADULT_FAMILY = (
    *("Ashby", "Bakare", "Coles", "Dunmore", "Ellery", "Farrow", "Gill", "Hussain", "Ibbot"),
    *("Jessop", "Kaur", "Lowther", "Mistry", "Norcross", "Okoro", "Pettifer", "Quick", "Rahman"),
    *("Selby", "Tennant", "Upjohn", "Varley", "Wicks"),
)
_CHILD_GIVEN = (
    *("Zephyrine", "Quillon", "Isolwen", "Thaddeon", "Peregra", "Orlanthe", "Jessamund"),
    *("Fiorenz", "Ambrosel", "Wilhelmet", "Caspiane", "Xantheus", "Marigolde"),
)
_FAMILY_BEGINS = (
    *("Ostro", "Bramble", "Fenwhi", "Quorna", "Zebber", "Wythel", "Vardo", "Pelling"),
    *("Krumble", "Yaxo", "Umbral", "Drosco", "Jarvel", "Hobble", "Snicket"),
)
_FAMILY_ENDS = (
    *("wickle", "quist", "mantel", "zandry", "plover", "drake", "sparrow"),
    *("nettleby", "whistle", "bottomley", "fothering", "grange", "tassel", "vixley"),
)
_FAMILIES = tuple(begins + ends for ends, begins in product(_FAMILY_ENDS, _FAMILY_BEGINS))


def adult_name(number: int) -> str:
    """Name an adult; two adults may share a name, as people do."""
    given = _ADULT_GIVEN[number % len(_ADULT_GIVEN)]
    return f"{given} {_ADULT_FAMILY[number % len(_ADULT_FAMILY)]}"


def child_name(number: int) -> tuple[str, str]:
    """Give a child's given and family name; no two children of the demo share a family name.

    >>> child_name(0)
    ('Zephyrine', 'Ostrowickle')
    """
    return _CHILD_GIVEN[number % len(_CHILD_GIVEN)], _FAMILIES[number]
