"""What came back over Peppol, read with distrust: one answer to one document, or a reason why it is none.

Source: UBL 2.1 ApplicationResponse; Peppol BIS 63 Invoice Response 3, BIS 36 Message Level Response 3,
Message Level Status 1.0.
"""

from datetime import date
from typing import get_args

from lxml import etree

from domain.invoice_answers import AnswerCode, AnswerLayer, AnswerUnreadable, InvoiceAnswer
from domain.peppol import peppol_id

ROOT = "urn:oasis:names:specification:ubl:schema:xsd:ApplicationResponse-2"
NAMES = {
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
}
LAYERS: dict[str, AnswerLayer] = {
    "urn:fdc:peppol.eu:poacc:trns:invoice_response:3": "client",
    "urn:fdc:peppol.eu:poacc:trns:mlr:3": "network",
    "urn:peppol:edec:mls:1.0": "network",
}
LARGEST = 1024 * 1024
"""A hundred times a long answer."""
LONGEST_NOTE = 500
RESPONSE = "cac:DocumentResponse/cac:Response"
ISSUE = "cac:DocumentResponse/cac:LineResponse/cac:Response"
"""What was wrong at one place of the document: only the network says so."""


def read_answer(content: bytes, position: int, message_id: str) -> InvoiceAnswer:
    """The answer; AnswerUnreadable says what is wrong with it."""
    root = _parsed(content)
    layer = LAYERS.get(_text(root, "cbc:CustomizationID") or "")
    if layer is None:
        raise AnswerUnreadable(f"{message_id} is no answer to an invoice: {_text(root, 'cbc:CustomizationID')}")
    codes = _each(root, f"{RESPONSE}/cbc:ResponseCode")
    if len(codes) != 1 or codes[0] not in get_args(AnswerCode):
        raise AnswerUnreadable(f"{message_id} has no single status that is known: {codes}")
    code, reasons = codes[0], _reasons(root)
    try:
        return InvoiceAnswer(
            message_id=message_id,
            position=position,
            layer=layer,
            code=code,  # type: ignore[arg-type]  # it is one of them, as checked above
            part_paid=code == "PD" and "PPD" in reasons,
            document=_needed(root, "cac:DocumentResponse/cac:DocumentReference/cbc:ID"),
            sender=_party(root, "cac:SenderParty"),
            receiver=_party(root, "cac:ReceiverParty"),
            said_on=date.fromisoformat(_needed(root, "cbc:IssueDate")[:10]),
            reasons=tuple(reasons),
            note=_note(root),
        )
    except ValueError as error:
        raise AnswerUnreadable(f"{message_id}: {error}") from error


def _parsed(content: bytes) -> etree._Element:
    if len(content) > LARGEST or b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise AnswerUnreadable("it is too large, or declares a document type")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise AnswerUnreadable(f"it is not complete XML ({error})") from error
    if etree.QName(root).namespace != ROOT:
        raise AnswerUnreadable(f"{etree.QName(root).localname} is no answer")
    return root


def _reasons(root: etree._Element) -> list[str]:
    """Why; what the client wishes to be done about it stands in another list."""
    found = [
        code
        for place in (RESPONSE, ISSUE)
        for code in root.findall(f"{place}/cac:Status/cbc:StatusReasonCode", NAMES)
    ]
    named = [one.text.strip() for one in found if one.text and one.get("listID") != "OPStatusAction"]
    return list(dict.fromkeys(named))


def _note(root: etree._Element) -> str:
    """What the client wrote: the note, each reason's words, and what should have stood there."""
    said = [*_each(root, "cbc:Note"), *_each(root, f"{RESPONSE}/cac:Status/cbc:StatusReason")]
    said += [text for place in (RESPONSE, ISSUE) for text in _each(root, f"{place}/cbc:Description")]
    for condition in root.findall(f"{RESPONSE}/cac:Status/cac:Condition", NAMES):
        named = " ".join(filter(None, (_text(condition, "cbc:AttributeID"), _text(condition, "cbc:Description"))))
        said.append(named)
    plain = " · ".join(dict.fromkeys(filter(None, said)))
    return "".join(one for one in plain if one.isprintable())[:LONGEST_NOTE]


def _party(root: etree._Element, path: str) -> str:
    endpoint = root.find(f"{path}/cbc:EndpointID", NAMES)
    scheme = endpoint.get("schemeID", "") if endpoint is not None else ""
    return peppol_id(f"{scheme}:{_needed(root, f'{path}/cbc:EndpointID')}")


def _each(root: etree._Element, path: str) -> list[str]:
    found = root.findall(path, NAMES)
    return [" ".join((one.text or "").split()) for one in found if (one.text or "").strip()]


def _text(root: etree._Element, path: str) -> str | None:
    return " ".join((root.findtext(path, None, NAMES) or "").split()) or None


def _needed(root: etree._Element, path: str) -> str:
    found = _text(root, path)
    if found is None:
        raise ValueError(f"{path} is missing")
    return found
