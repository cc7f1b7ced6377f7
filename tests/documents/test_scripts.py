"""Any script prints or is said to be unprintable; a paper never fails for a name; long words stay on the page."""

import unicodedata
from io import BytesIO

import pikepdf
import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from documents.render import _fonts, pdf
from domain.printing import PRINTED, printable, unprintable
from tests.documents.paper_samples import contract, every_paper
from tests.documents.samples import PERSON, invoice


def text_of(data: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages).split())


@pytest.mark.parametrize(
    "title",
    [
        "Zażółć gęślą jaźń", "Вечер романса", "Βραδιά ρεμπέτικου", "東京の夜 ライブ", "한국 영화의 밤",
        "คอนเสิร์ตกลางแจ้ง", "L’été indien — « reprise »", "ß æ œ ø đ Đ ş ğ ı Č ž",
    ],
)  # fmt: skip
def test_a_title_in_any_script_we_have_letters_for_prints(title: str) -> None:
    assert unprintable(title) == ""
    # Thai vowels may be drawn apart from their consonants: letters are compared, not their order.
    wanted = {one for one in title if unicodedata.category(one)[0] == "L"}
    assert wanted <= set(unicodedata.normalize("NFKC", text_of(pdf(invoice(title=title)))))


def test_arabic_and_hebrew_print() -> None:
    for title in ("حفل موسيقي في بروكسل", "ערב שירה"):
        assert unprintable(title) == ""
        assert pdf(invoice(title=title)).startswith(b"%PDF")


def test_what_no_font_holds_is_named_and_a_box_stands_for_it() -> None:
    assert unprintable("Fête 🎉 de quartier 👩‍👩‍👧 🎉") == "🎉👩👧"
    assert printable("Fête 🎉!") == "Fête □!"
    assert "□" in text_of(pdf(invoice(title="Fête 🎉 de quartier 👩‍👩‍👧")))
    assert printable("a\u202eb\x07c\u00a0d") == "ab c\u00a0d"


@pytest.mark.parametrize("first_and_last", PRINTED, ids=lambda pair: f"{pair[0]:04X}")
def test_every_character_said_to_print_has_a_shape_in_our_fonts(first_and_last: tuple[int, int]) -> None:
    first, last = first_and_last
    told = [chr(code) for code in range(first, last + 1) if unicodedata.category(chr(code)) != "Cn"]
    source = '#set document(title: "t")\n#set text(font: "Libertinus Serif")\n#text(sys.inputs.told)'
    typst.compile(
        source.encode(), font_paths=_fonts(), sys_inputs={"told": " ".join(told)}, pdf_standards=["a-3a", "ua-1"]
    )


LETTERS = [chr(code) for first, last in PRINTED for code in range(first, last + 1) if last - first < 300]


@settings(max_examples=40, deadline=None)
@given(st.text(min_size=1, max_size=60) | st.text(st.sampled_from(LETTERS), min_size=1, max_size=40))
def test_whatever_is_written_a_contract_and_an_invoice_print(text: str) -> None:
    person = PERSON.model_copy(update={"name": text})
    assert pdf(contract(person=person, job_title=text)).startswith(b"%PDF")
    assert pdf(invoice(title=text, note=text)).startswith(b"%PDF")


LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmützenverleihveranstaltungsgesellschaftsvertragsentwurf"


@pytest.mark.parametrize("name", tuple(every_paper("fr")))
def test_a_long_word_stays_on_the_page(name: str) -> None:
    paper = every_paper("fr")[name]
    fields = [
        one
        for one in ("title", "job_title", "description", "function")
        if isinstance(getattr(paper, one, None), str)
    ]
    printed = pdf(paper.model_copy(update=dict.fromkeys(fields, LONG)))
    with pikepdf.open(BytesIO(printed)) as opened:
        width = float(opened.pages[0].mediabox[2])
    reader = PdfReader(BytesIO(printed))
    edges: list[float] = []
    for page in reader.pages:
        page.extract_text(visitor_text=lambda text, cm, tm, font, size: edges.append(_right(text, cm, tm, size)))
    assert max(edges) <= width, f"{max(edges):.0f} of {width:.0f} points"


def _right(text: str, cm: list[float], tm: list[float], size: float) -> float:
    """Where a run of text ends, by a cautious half of its size for each letter."""
    return (tm[4] + cm[4]) + 0.42 * (size or 0) * len(text.strip()) if text.strip() else 0.0
