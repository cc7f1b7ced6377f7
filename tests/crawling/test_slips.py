"""A reader who is planted a slip notices it, and lets what people write themselves pass."""

import pytest

from allin.crawling.languages import foreign, spoken_in
from allin.crawling.reading import Block, lines, read
from allin.crawling.slips import Given, alike, slips
from domain.people import Language

ROOM = "<html lang=fr><body><h1>Votre job</h1><p>Rien à faire pour vous.</p>{}</body></html>"


def kinds(text: str, lang: Language = "fr", role: str = "member") -> list[str]:
    return [one.kind for one in slips(read(ROOM.format(text)).blocks, lang, "/jobs/1", role)]


def test_a_page_in_order_has_no_slip() -> None:
    assert kinds("<p>Le client paie 1 200,00 € pour 1 jour, avant le 3 mars 2026.</p>") == []


@pytest.mark.parametrize(
    ("planted", "kind"),
    [
        ("<p>Raison : short_notice</p>", "code name"),
        ("<td>employment_contract:bob</td>", "code name"),
        ("<p>Payé le None.</p>", "none"),
        ("<p>Bonjour {member_name},</p>", "placeholder"),
        ("<p>wachten op de klant: 13 duration-day</p>", "unit"),
        ("<p>RPM RPM Liège</p>", "doubled"),
        ("<p>garantis pour 1 jobs</p>", "plural"),
        ("<p>1 jour(s)</p>", "plural"),
        ("<p>De klant heeft uw bestelbon nog niet aanvaard.</p>", "language"),
        ("<p>The client has not accepted the order yet.</p>", "language"),
        ("<button>Sign out</button>", "language"),
        ("<p>Le job commence le 2026-03-14.</p>", "iso date"),
        ("<p>8,25 EUR heures</p>", "currency"),
        ("<p>Le client a refusé ().</p>", "empty"),
        ("<p>Payé &amp;amp; clos</p>", "machine"),
        ('<img alt="the picture of the van that you have asked for">', "language"),
        ("<p class=technical>PartnerDown</p>", "technical"),
    ],
)
def test_a_planted_slip_is_noticed(planted: str, kind: str) -> None:
    assert kind in kinds(planted)


def test_operations_may_see_what_is_behind() -> None:
    assert kinds("<details><pre>PartnerDown: status_503 None</pre></details>", role="ops") == []


def test_what_people_wrote_themselves_may_be_in_any_words() -> None:
    block = Block("Bestelbon voor “De nacht van het witte licht”, door my_band", None)
    given = Given({"title": "De nacht van het witte licht", "crew": [{"name": "my_band"}]})
    assert slips([block], "nl", "/", "member", given) == []
    assert [one.kind for one in slips([block], "nl", "/", "member")] == ["code name"]


def test_a_person_called_by_a_slug_and_a_function_called_by_its_code_are_noticed() -> None:
    given = Given({"crew": [{"item": "chloe", "name": "Chloé Janssens", "function": "lighting-technician"}]})
    told = "Salaire · Chloe et Chloé Janssens, lighting-technician"
    assert [one.kind for one in slips([Block(told, None)], "fr", "/", "member", given)] == [
        "trade code",
        "person by slug",
    ]
    well = "Salaire · Chloé Janssens, technicienne lumière, chloe.janssens@crew.example"
    assert slips([Block(well, None)], "fr", "/", "member", given) == []


def test_a_part_in_another_language_that_says_so_is_read_in_it() -> None:
    assert kinds('<p lang="nl">De klant heeft uw bestelbon nog niet aanvaard.</p>') == []
    assert kinds('<p lang="nl">The client has not accepted the order yet.</p>') == ["language"]


def test_words_that_only_look_apart_are_read_apart() -> None:
    blocks = [
        one.text for one in read("<body><p><b class=x>Van</b><i class=y>held</i></p><td>1</td><td>jobs</td>").blocks
    ]
    assert blocks == ["Van held", "1", "jobs"]


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Le client a accepté la commande, et vous êtes payés.", "fr"),
        ("De klant heeft de bestelling aanvaard en u wordt betaald.", "nl"),
        ("The client has accepted the order and you will be paid.", "en"),
    ],
)
def test_a_sentence_is_known_by_its_small_words(text: str, lang: Language) -> None:
    assert spoken_in(text) == lang
    assert [one for one in ("fr", "nl", "en") if foreign(text, one)] == [
        one for one in ("fr", "nl", "en") if one != lang
    ]  # type: ignore[arg-type]  # the three


def test_a_mail_is_read_paragraph_by_paragraph() -> None:
    assert [one.text for one in lines("Bonjour,\n\nvoici\nle contrat.")] == ["Bonjour,", "voici le contrat."]


def test_the_same_slip_on_many_pages_is_told_once_with_its_count() -> None:
    found = [slip for where in ("/a", "/b") for slip in slips([Block("paid None", None)], "en", where, "ops")]
    assert [(one.where, times) for one, times in alike(found)] == [("/a", 2)]
