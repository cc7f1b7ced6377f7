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
        ("0192:974 760 673", "0192:974760673"),
        ("0184:13585628", "0184:DK13585628"),
        ("0007:556036-0793", "0007:5560360793"),
        ("0211:00743110157", "0211:IT00743110157"),
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
        ("0106:", "letters, digits"),
        ("0106:54 12<3>", "letters, digits"),
        ("0088:5412345000014", "thirteen digits"),
        ("0192:123456789", "nine digits"),
        ("0184:123", "DK and eight digits"),
        ("0007:123", "ten digits"),
        ("0007:5560360794", "ten digits"),
        ("0211:IT123", "IT and eleven digits"),
        ("0151:51824753557", "eleven digits"),
        ("somebody", "enterprise number"),
    ],
)
def test_what_is_none_is_refused(written: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        peppol_id(written)
