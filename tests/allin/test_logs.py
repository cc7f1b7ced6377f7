"""What somebody else's error quotes does not carry a secret into the log."""

import pytest

from engine.logs import masked


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("GET /accounts/BE71096123456769/statements", "GET /accounts/***/statements"),
        ("paid to BE71 0961 2345 6769 today", "paid to *** today"),
        ("declared 85.07.30-033.61 late", "declared *** late"),
        ("sent Bearer abc.def-ghi= to dimona", "sent Bearer *** to dimona"),
        ("postgresql://allin:s3cret@db/allin is away", "postgresql://***@db/allin is away"),
        ("job FW3S0NXBC6, travel:ann, rs_2ec6e13d6fbb", "job FW3S0NXBC6, travel:ann, rs_2ec6e13d6fbb"),
    ],
)
def test_accounts_numbers_of_people_and_secrets_are_struck_out(said: str, kept: str) -> None:
    assert masked(None, "warning", {"event": "x", "why": said, "n": 3}) == {"event": "x", "why": kept, "n": 3}
