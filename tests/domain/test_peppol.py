"""A Peppol identifier is read however people write it, checked, or refused."""

import pytest

from domain.peppol import peppol_id


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("0208:1000000021", "0208:1000000021"),
        ("0208:BE1000000021", "0208:1000000021"),
        ("0208:1000.000.021", "0208:1000000021"),
        (" 0208 : BE 1000 000 021 ", "0208:1000000021"),
        ("BE 0403.019.261", "0208:0403019261"),
        ("403019261", "0208:0403019261"),
        ("iso6523-actorid-upis::0208:1000000021", "0208:1000000021"),
        ("9925:BE1000000021", "9925:BE1000000021"),
        ("9925:1000000021", "9925:BE1000000021"),
        ("9925:be1000000021", "9925:BE1000000021"),
        ("0088:5412345000013", "0088:5412345000013"),
        ("9957:FR40303265045", "9957:FR40303265045"),
    ],
)
def test_it_is_read_as_people_write_it(written: str, read: str) -> None:
    assert peppol_id(written) == read


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("0208:1000000022", "enterprise number"),  # check digits
        ("9925:BE1000000022", "enterprise number"),
        ("0208:2000000021", "enterprise number"),
        ("0193:1000000021", "no scheme"),  # removed on 7 July 2026
        ("1234:1000000021", "no scheme"),
        ("EM:nora@client.example", "no scheme"),
        ("0088:", "letters, digits"),
        ("0088:54 12<3>", "letters, digits"),
        ("somebody", "enterprise number"),
    ],
)
def test_what_is_none_is_refused(written: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        peppol_id(written)
