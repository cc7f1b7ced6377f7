"""All of a member's jobs together: the activity account, what clients owe, the days; what stands beside a page."""

import re
from datetime import date
from decimal import Decimal as D
from html import unescape

import pytest

from domain.ledger import Account, Entry, Posting
from storage.money.ledger import LedgerStore
from tests.api.conftest import Door
from tests.api.jobs import concert
from tests.api.test_client_place import invoiced


def read(page: str) -> str:
    """What a page says."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


async def moved(door: Door, job_id: str, key: str, on: date, amount: str) -> None:
    """So much more on the member's account, or less."""
    eur = D(amount)
    entry = Entry(
        key=f"{job_id}/{key}", job_id=job_id, on=on, text="What is left of the job",
        postings=(
            Posting(account=Account.RESULT, amount_eur=eur),
            Posting(account=Account.ACTIVITY, amount_eur=-eur),
        ),
    )  # fmt: skip
    await LedgerStore(door.house.database).post(entry)


async def two_jobs(door: Door) -> tuple[str, str]:
    """One concert left 100.25 in January and cost 40.00 in February, the other left 60.00; Dan's is Dan's."""
    one, other = await concert(door.house), await concert(door.house)
    await moved(door, one, "a", date(2026, 1, 20), "100.25")
    await moved(door, one, "b", date(2026, 2, 3), "-40.00")
    await moved(door, other, "a", date(2026, 2, 10), "60.00")
    await moved(door, await concert(door.house, "p-dan"), "a", date(2026, 2, 10), "999.00")
    return one, other


@pytest.mark.parametrize(
    ("lang", "sums", "february", "owed"),
    [
        (
            "fr",
            "Entré 160,25 € Sorti 40,00 € Reste 120,25 €",
            "février 2026 60,00 € 40,00 € 20,00 €",
            "2 178,00 €",
        ),
        (
            "nl",
            "Erbij € 160,25 Eraf € 40,00 Blijft over € 120,25",
            "februari 2026 € 60,00 € 40,00 € 20,00",
            "€ 2.178,00",
        ),
        (
            "en",
            "In €160.25 Out €40.00 Left €120.25",
            "February 2026 €60.00 €40.00 €20.00",
            "€2,178.00",
        ),
    ],
)
async def test_a_member_reads_what_came_in_and_went_out_over_all_jobs_and_what_clients_owe(
    door: Door, lang: str, sums: str, february: str, owed: str
) -> None:
    one, _ = await two_jobs(door)
    await invoiced(door)
    told = read((await (await door.asking("ann")).get(f"/account?lang={lang}")).text).replace("\u202f", " ")
    told = told.replace("\xa0", " ")
    assert sums in told
    assert february in told
    assert f"Zaal Kadans {owed}" in told
    assert "999" not in told
    page = (await (await door.asking("ann")).get("/account")).text
    assert f'href="/jobs/{one}"' in page


async def test_the_file_has_every_line_and_nobody_elses(door: Door) -> None:
    one, other = await two_jobs(door)
    ann = await door.asking("ann")
    lines = (await ann.get("/account.csv?lang=en")).text.splitlines()
    assert [line.split(",")[:2] + line.split(",")[-1:] for line in lines[1:]] == [
        ["2026-02-10", other, "60.00"],
        ["2026-02-03", one, "-40.00"],
        ["2026-01-20", one, "100.25"],
    ]
    assert (await (await door.asking("otto")).get("/account")).status_code == 403


async def test_the_days_of_all_jobs_are_one_calendar(door: Door) -> None:
    await concert(door.house)
    await concert(door.house)
    ann = await door.asking("ann")
    told = read((await ann.get("/account?lang=en")).text)
    assert told.count("Saturday 14 March 2026, 19:00–23:00, Liège") == 2
    book = await ann.get("/calendar.ics")
    assert book.headers["content-type"].startswith("text/calendar")
    uids = re.findall(r"UID:(\S+)", book.text)
    assert len(uids) == len(set(uids)) > 1


@pytest.mark.parametrize("lang", ["fr", "nl", "en"])
async def test_help_privacy_and_terms_stand_beside_every_page_and_the_pages_are_installable(
    door: Door, lang: str
) -> None:
    nobody = await door.asking()
    page = (await nobody.get(f"/declare?lang={lang}", headers={"accept": "text/html"})).text
    for where in ("/help#declare", "/privacy", "/terms"):
        assert f'href="{where}"' in page
        assert (await nobody.get(f"{where}?lang={lang}".replace("#declare?", "?"))).status_code == 200
    assert 'id="declare"' in (await nobody.get("/help")).text
    told = (await nobody.get(f"/app.webmanifest?lang={lang}")).json()
    assert (told["lang"], told["display"], told["start_url"]) == (lang, "standalone", "/")
    for icon in told["icons"]:
        assert (await nobody.get(icon["src"])).headers["content-type"] == icon["type"]
