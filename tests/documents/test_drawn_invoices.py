"""A few drawn declarations under the official rules; `make invoices` looks at hundreds."""

import pytest

from tests.documents.drawn_invoices import looked_at

# The compiled rules take 260 MB: one worker holds them for all these tests.
pytestmark = pytest.mark.xdist_group("ubl")


def test_the_invoices_of_drawn_declarations_pass_the_official_rules_and_are_exact_to_the_cent() -> None:
    found = looked_at(2, range(40))
    assert found.findings == []
    assert found.declarable >= 5
    assert sum(found.documents.values()) >= 20
