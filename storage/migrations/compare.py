"""Whether a column in the database still is what the code says."""

from typing import Any

from sqlalchemy import BigInteger, DateTime, LargeBinary

from storage.core.tables import EncryptedColumn, MoneyCents, UtcDateTime


def differs(_: Any, __: Any, inspected: Any, ours: Any, ___: Any) -> bool | None:
    """Whether a column's type differs; what both databases call by different names is compared here."""
    if isinstance(ours, EncryptedColumn):
        return not isinstance(inspected, LargeBinary)
    if isinstance(ours, MoneyCents):
        return not isinstance(inspected, BigInteger)
    if isinstance(ours, UtcDateTime):
        return not isinstance(inspected, DateTime)
    return None
