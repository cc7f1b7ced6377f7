"""Which orders a partner must know: work under another job's contract is declared by that job's order alone."""

import pytest

from allin.operations.reconcile import _expected


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ({"assignment_note": False, "dimona_period": "700000000001"}, True),
        ({"assignment_note": True, "covered_by_job": "J9KBZV5PQQ", "covered_by_dimona": "700000000001"}, None),
        ({"assignment_note": True, "covered_by_job": "J9KBZV5PQQ", "covered_by_dimona": None}, True),
    ],
)
def test_a_note_is_looked_for_only_where_no_declaration_stands_behind_it(
    declared: dict[str, object], expected: bool | None
) -> None:
    assert _expected("employment_contract", {"declare": declared}) is expected
