"""How partners write things: camelCase messages, money as text, small PDF papers."""

import base64
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from .store import Json

Cents = Annotated[Decimal, Field(max_digits=14, decimal_places=2, allow_inf_nan=False)]


class Message(BaseModel):
    """A message in the words of our own small interfaces; what a partner does not know it passes by."""

    model_config = ConfigDict(extra="ignore")


class CamelMessage(BaseModel):
    """A message in a published standard's camelCase; what a partner does not know it keeps."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="allow")

    def as_json(self) -> Json:
        """The message as it was sent."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


def cents(amount: Decimal) -> Decimal:
    """An amount in whole cents, half-up."""
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def eur(amount: Decimal) -> str:
    """An amount as text."""
    return str(cents(amount))


def paper(name: str, *lines: str) -> Json:
    """A printed paper: a one-page PDF with these lines."""
    return {
        "name": name,
        "content_type": "application/pdf",
        "content": base64.b64encode(_pdf(lines)).decode(),
    }


def _pdf(lines: tuple[str, ...]) -> bytes:
    """A minimal PDF. Source: ISO 32000-1, sections 7.5 (file structure) and 9.4 (text)."""
    shown = b"".join(b"(" + _shown(line) + b") Tj T* " for line in lines)
    stream = b"BT /F1 12 Tf 16 TL 60 780 Td " + shown + b"ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    written, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    tail = b"xref\n0 6\n0000000000 65535 f \n%strailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    return written + tail % (table, len(written))


def _shown(line: str) -> bytes:
    plain = line.encode("cp1252", "replace")
    return plain.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
