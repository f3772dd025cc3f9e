"""Minutes written as one table: which column holds the decisions."""

import pytest
from made_minutes import parsed

from indexer.columns import head_columns

TABLE = """Styrelsemöte 3 maj 2023
Närvarande: Anna Berg, Bo Ek
{head}
1 | Mötets öppnande | |
2 | Ekonomi | Lånet binds på tre år. | Bo
3 | Grannar | – | Anna
4 | Nästa möte | Inget beslut | """


@pytest.mark.parametrize(
    ("row", "named"),
    [
        ("Nr | Ärende | Beslut | Ansvarig", True),
        ("Punkt | Anteckningar | Beslut/åtgärd", True),
        ("1 | Ekonomi | Lånet binds | Bo", False),
        ("Beslut", False),
    ],
)
def test_row_that_names_the_columns(row, named):
    assert bool(head_columns(row)) is named


def test_cells_of_the_column_are_the_decisions():
    items = parsed(TABLE.format(head="Nr | Ärende | Beslut | Ansvarig")).items
    assert [[d.text for d in item.decisions] for item in items] == [[], ["Lånet binds på tre år."], [], []]


def test_without_such_a_column_a_cell_is_read_as_text():
    items = parsed(TABLE.format(head="Nr | Ärende | Anteckning | Ansvarig")).items
    assert [len(item.decisions) for item in items] == [0, 0, 0, 0]
