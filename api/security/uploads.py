"""What somebody uploads: known by its content and never by its name, and given back so that no browser runs it."""

from pathlib import PurePath
from typing import Final, Literal

from fastapi import Response

from api.errors import Wrong

LARGEST_UPLOAD: Final = 8_000_000
"""Bytes; a phone's photo has three to five million."""
UPLOADED: Final = frozenset({"evidence", "receipt"})
"""The kinds of papers whose content somebody else brought."""
PHOTO_BRANDS: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
"""Source: ISO/IEC 23008-12 annex B: the brands of a file that holds HEVC pictures."""
FIRST_BYTES: Final = {
    b"\xff\xd8\xff": ("image/jpeg", "jpg"),
    b"\x89PNG\r\n\x1a\n": ("image/png", "png"),
    b"%PDF-": ("application/pdf", "pdf"),
}
SANDBOX: Final = "sandbox; default-src 'none'; frame-ancestors 'none'"
"""A file that is opened all the same has no origin, no script, no form and no picture from anywhere."""
UNKNOWN: Final = "application/octet-stream"


def what_it_is(content: bytes) -> tuple[str, str] | None:
    """The media type and the ending of a PDF, PNG, JPEG or HEIC file; None for anything else."""
    if content[4:8] == b"ftyp" and content[8:12] in PHOTO_BRANDS:
        return "image/heic", "heic"
    return next((known for first, known in FIRST_BYTES.items() if content.startswith(first)), None)


def accepted(content: bytes, name: str) -> tuple[str, str]:
    """The media type of an upload, and a name whose ending fits it; too-large or unreadable-file otherwise."""
    if len(content) > LARGEST_UPLOAD:
        raise Wrong("too-large", f"at most {LARGEST_UPLOAD:,} bytes")
    known, stem = what_it_is(content), PurePath(name.replace("\\", "/")).stem.strip(". ")
    if known is None or not stem:
        raise Wrong("unreadable-file", f"{name}: give a PDF, a PNG, a JPEG or a HEIC picture, and not an empty one")
    media_type, ending = known
    return media_type, f"{stem}.{ending}"


def file(content: bytes, name: str, media_type: str, how: Literal["inline", "attachment"]) -> Response:
    """A file as an answer; its name is quoted so that no header can be broken with it.

    Source: RFC 6266 section 4.3 and RFC 8187; Content Security Policy Level 3 section 6.3.2 (sandbox).
    """
    plain = "".join(sign for sign in name if sign.isascii() and (sign.isalnum() or sign in "-_.")) or "file"
    headers = {"content-disposition": f'{how}; filename="{plain}"', "x-content-type-options": "nosniff"}
    if how == "attachment":
        headers["content-security-policy"] = SANDBOX
    return Response(content, media_type=media_type, headers=headers)


def paper_file(content: bytes, name: str, kind: str, media_type: str) -> Response:
    """A paper of a job: shown in the browser when we made it and it is a PDF, else only to be kept.

    What somebody brought has the type of its content, whatever was written down when it came.
    """
    if kind in UPLOADED:
        known = what_it_is(content)
        return file(content, name, known[0] if known else UNKNOWN, "attachment")
    return file(content, name, media_type, "inline" if media_type == "application/pdf" else "attachment")
