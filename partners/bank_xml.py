"""Bank messages in XML, opened without entities, document types or network."""

from datetime import date
from decimal import Decimal, InvalidOperation

from lxml import etree

from domain.statements import BankFileUnreadable


def parse(content: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
    )
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise BankFileUnreadable(why="it declares a document type, which no bank does")
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BankFileUnreadable(why=f"it is not complete XML ({error})") from error
    if getattr(root.getroottree().docinfo, "doctype", ""):  # in an encoding the bytes above did not show
        raise BankFileUnreadable(why="it declares a document type, which no bank does")
    return root


def namespace(element: etree._Element) -> str:
    """The namespace of the file itself, so that every version of a message reads alike."""
    tag = str(element.tag)
    return tag[: tag.index("}") + 1] if tag.startswith("{") else ""


def find(element: etree._Element | None, *path: str) -> etree._Element | None:
    for name in path:
        if element is None:
            return None
        element = element.find(f"{namespace(element)}{name}")
    return element


def every(element: etree._Element | None, name: str) -> list[etree._Element]:
    return [] if element is None else element.findall(f"{namespace(element)}{name}")


def text_of(element: etree._Element | None, *path: str) -> str | None:
    found = find(element, *path)
    text = (found.text or "").strip() if found is not None else ""
    return text or None


def amount_of(element: etree._Element, *, of: str) -> Decimal:
    amount = find(element, "Amt")
    if amount is None:
        raise BankFileUnreadable(why=f"{of} has no amount")
    if amount.get("Ccy", "EUR") != "EUR":
        raise BankFileUnreadable(why=f"{of} is in {amount.get('Ccy')}: only accounts in euro are kept")
    try:
        value = Decimal((amount.text or "").strip())
        value = value.quantize(Decimal("0.01")) if value == value.quantize(Decimal("0.01")) else value
    except InvalidOperation as error:
        raise BankFileUnreadable(why=f"{of} has an amount that is not a number") from error
    sign = text_of(element, "CdtDbtInd")
    if sign not in ("CRDT", "DBIT"):
        raise BankFileUnreadable(why=f"{of} does not say whether it is credit or debit")
    return value if sign == "CRDT" else -value


def day_of(element: etree._Element | None, name: str) -> date | None:
    found = find(element, name)
    text = text_of(found, "Dt") or text_of(found, "DtTm")
    try:
        return None if text is None else date.fromisoformat(text[:10])
    except ValueError as error:
        raise BankFileUnreadable(why="a date in it is not a date") from error


def inside(element: etree._Element | None, name: str) -> list[str]:
    """Every text below a part, in order: the fields somebody wrote into."""
    part = find(element, name)
    if part is None:
        return []
    return [text for leaf in part.iter() if not len(leaf) and (text := (leaf.text or "").strip())]
