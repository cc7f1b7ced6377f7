"""The shared metadata, and the column types in which money, instants and personal data are kept."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from weakref import WeakKeyDictionary

from pydantic_core import to_jsonable_python
from sqlalchemy import JSON, BigInteger, DateTime, Dialect, LargeBinary, MetaData
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator

from engine.keys import MasterKeys

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_keys: WeakKeyDictionary[Dialect, MasterKeys] = WeakKeyDictionary()


def bind_keys(dialect: Dialect, keys: MasterKeys) -> None:
    """Let one database's encrypted columns be written and read; each engine has its own dialect."""
    _keys[dialect] = keys


def _keys_of(dialect: Dialect) -> MasterKeys:
    try:
        return _keys[dialect]
    except KeyError:
        raise RuntimeError("this database was opened without keys: encrypted columns stay closed") from None


class MoneyCents(TypeDecorator[Decimal]):
    """Euro with two decimals, kept as whole cents: exact on both databases, also in sums."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        """Cents; a fraction of a cent is a mistake made earlier and is refused."""
        if value is None:
            return None
        exact = value.scaleb(2)
        if exact != exact.to_integral_value():
            raise ValueError(f"more than two decimals: {value}")
        return int(exact)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """Euro."""
        return None if value is None else Decimal(value).scaleb(-2)


class UtcDateTime(TypeDecorator[datetime]):
    """An instant; an aware datetime in UTC on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """A naive datetime is refused: nobody knows which instant it means."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"an instant needs a time zone: {value}")
        instant = value.astimezone(UTC)
        return instant.replace(tzinfo=None) if dialect.name == "sqlite" else instant

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Json(TypeDecorator[Any]):
    """Structured values; models, dates and amounts may be put in as they are. Never personal data."""

    impl = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """Plain JSON."""
        return None if value is None else to_jsonable_python(value)


class EncryptedColumn(TypeDecorator[Any]):
    """What all encrypted columns share.

    The same value sealed twice looks different, so nobody compares two persons by their stored values. The
    purpose (`table.column`) is bound in: a value copied to another column does not open.
    """

    impl = LargeBinary
    cache_ok = True

    def __init__(self, purpose: str) -> None:
        super().__init__()
        self.purpose = purpose

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        """Sealed with the current key."""
        return None if value is None else _keys_of(dialect).seal(self.packed(value), self.purpose.encode())

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Opened with the key it was sealed with."""
        return None if value is None else self.unpacked(_keys_of(dialect).open(bytes(value), self.purpose.encode()))

    def packed(self, value: Any) -> bytes:
        """The bytes to seal."""
        raise NotImplementedError

    def unpacked(self, plain: bytes) -> Any:
        """The value from its opened bytes."""
        raise NotImplementedError


class Encrypted(EncryptedColumn):
    """Encrypted text. `purpose` is `table.column`."""

    cache_ok = True

    def packed(self, value: str) -> bytes:
        """UTF-8."""
        return value.encode()

    def unpacked(self, plain: bytes) -> str:
        """Text."""
        return plain.decode()


class EncryptedJson(EncryptedColumn):
    """Encrypted structured values; pydantic models may be put in as they are."""

    cache_ok = True

    def packed(self, value: Any) -> bytes:
        """Compact JSON."""
        return json.dumps(to_jsonable_python(value), ensure_ascii=False, separators=(",", ":")).encode()

    def unpacked(self, plain: bytes) -> Any:
        """Plain JSON values."""
        return json.loads(plain)


class EncryptedBytes(EncryptedColumn):
    """Encrypted content, for instance a paper."""

    cache_ok = True

    def packed(self, value: bytes) -> bytes:
        """As it is."""
        return value

    def unpacked(self, plain: bytes) -> bytes:
        """As it was."""
        return plain
