"""The shared metadata, and the column types in which money, instants and personal data are kept."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from weakref import WeakKeyDictionary

from pydantic_core import to_jsonable_python
from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    DateTime,
    Dialect,
    Label,
    LargeBinary,
    MetaData,
    Table,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
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

BETWEEN, BEFORE_SEALED = b"\xff", b"\xfe"
"""Between the parts of a primary key, and behind it: bytes that are in no UTF-8 text."""
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


@dataclass(frozen=True)
class InRow:
    """A value on its way into an encrypted column, with the row it belongs to."""

    value: Any
    row: bytes


def in_row(table: Table, values: Mapping[str, Any], *, of: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The values of one row as they may be written: those to be encrypted carry the row's primary key.

    `of` names the primary key of a row that is changed; a new row carries its own. KeyError where it is missing.
    """
    identity = None
    bound = dict(values)
    for name, value in values.items():
        if value is not None and isinstance(table.c[name].type, EncryptedColumn):
            identity = identity or _identity(table, values if of is None else of)
            bound[name] = InRow(value, identity)
    return bound


def _identity(table: Table, values: Mapping[str, Any]) -> bytes:
    return BETWEEN.join(str(values[column.name]).encode() for column in table.primary_key.columns)


class _WithItsRow(FunctionElement[bytes]):
    """A sealed value behind the primary key of the row it is read from, in one value."""

    inherit_cache = True

    def __init__(self, sealed: ColumnElement[Any], opened_by: "EncryptedColumn") -> None:
        row = list((sealed.element if isinstance(sealed, Label) else sealed).table.primary_key)
        if not row:
            raise TypeError(f"{opened_by.purpose} is read together with the primary key of its row")
        super().__init__(*row, type_coerce(sealed, LargeBinary))
        self.type = opened_by


@compiles(_WithItsRow, "sqlite")
def _with_its_row_in_sqlite(element: _WithItsRow, compiler: SQLCompiler, **kw: Any) -> str:
    *identity, sealed = (compiler.process(part, **kw) for part in element.clauses)
    row = " || x'ff' || ".join(f"CAST({part} AS TEXT)" for part in identity)
    return f"CAST({row} || x'fe' || {sealed} AS BLOB)"  # joined bytes are called text, and stay as they are


@compiles(_WithItsRow, "postgresql")
def _with_its_row_in_postgresql(element: _WithItsRow, compiler: SQLCompiler, **kw: Any) -> str:
    *identity, sealed = (compiler.process(part, **kw) for part in element.clauses)
    row = r" || '\xff'::bytea || ".join(f"convert_to(CAST({part} AS TEXT), 'UTF8')" for part in identity)
    return rf"({row} || '\xfe'::bytea || {sealed})"


class EncryptedColumn(TypeDecorator[Any]):
    """What all encrypted columns share.

    The same value sealed twice looks different, so nobody compares two persons by their stored values. The
    purpose (`table.column`) and the primary key of the row are bound in: a value copied to another column or
    another row does not open. It is written through `in_row`, and read with its row by any select.
    """

    impl = LargeBinary
    cache_ok = True

    def __init__(self, purpose: str) -> None:
        super().__init__()
        self.purpose = purpose

    def process_bind_param(self, value: InRow | None, dialect: Dialect) -> bytes | None:
        """Sealed with the current key for its row; TypeError when nobody says which row that is."""
        if value is None:
            return None
        if not isinstance(value, InRow):
            raise TypeError(f"{self.purpose} is encrypted: write it through storage.core.tables.in_row")
        return _keys_of(dialect).seal_in_row(self.packed(value.value), self.purpose.encode(), value.row)

    def column_expression(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """Read together with the primary key of its row."""
        return _WithItsRow(column, self)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Opened with the key it was sealed with; WrongKey when it was sealed for another row or column."""
        if value is None:
            return None
        row, _, sealed = bytes(value).partition(BEFORE_SEALED)
        return self.unpacked(_keys_of(dialect).open_in_row(sealed, self.purpose.encode(), row))

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
