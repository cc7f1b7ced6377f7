"""Whoever forgot their password gets one link by mail, good once; nobody learns who has an account."""

from datetime import timedelta
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import func, select

from domain.errors import PartnerDown
from engine.calendar import Calendar
from engine.settings import Settings
from sandbox.app import create_app as create_sandbox
from sandbox.settings import SandboxSettings
from storage.security.password_requests import password_requests
from tests.api.conftest import Door
from tests.api.test_sign_in import with_password
from workers.forgotten_passwords import send_links, token_of
from workers.site import OnSite

NEW = "quite another sentence of nobody"
ADDRESS = "otto@coop.example"


class Post:
    """The sender of mails, with the simulated mail server behind it."""

    def __init__(self, door: Door, folder: Path) -> None:
        self.app = create_sandbox(folder / "mail.sqlite", SandboxSettings())
        self.transport = httpx2.ASGITransport(app=self.app)
        settings = Settings(data=folder, sandbox_url="http://sandbox", public_url="http://allin", _env_file=None)
        self.site = OnSite(settings, door.house.database, Calendar(), transport=self.transport)

    async def ask(self, method: str, path: str, **more: object) -> httpx2.Response:
        async with httpx2.AsyncClient(transport=self.transport, base_url="http://sandbox") as http:
            return await http.request(method, path, **more)  # type: ignore[arg-type]

    async def links(self) -> list[str]:
        """The ways to a new password that were mailed to Otto."""
        mails = (await self.ask("GET", f"/mail/mailboxes/{ADDRESS}")).json()["messages"]
        return [
            word.partition("http://allin")[2]
            for one in mails
            for word in one["text"].split()
            if "/password/" in word
        ]


@pytest.fixture
async def post(door: Door, tmp_path: Path) -> Post:
    """Otto has a password and a mail address."""
    await with_password(door)
    otto = await door.house.people.person("p-otto")
    await door.house.people.save(otto.model_copy(update={"email": ADDRESS}), door.clock.now())
    return Post(door, tmp_path)


async def test_nobody_fills_a_mailbox_of_somebody_else(door: Door, post: Post) -> None:
    for _ in range(12):
        await forgot(door, "otto")
        await send_links(post.site)
        door.clock.at += timedelta(minutes=30)
    assert len(await post.links()) == 5


async def forgot(door: Door, who: str) -> httpx2.Response:
    return await (await door.asking()).post("/forgotten", data={"person": who})


async def test_a_link_comes_by_mail_and_sets_a_password_once(door: Door, post: Post) -> None:
    await forgot(door, " Otto ")
    assert await send_links(post.site) == 1
    assert await send_links(post.site) == 0
    (link,) = await post.links()
    browser = await door.asking()
    assert (await browser.get(link)).status_code == 200
    assert (await browser.post(link, data={"new": NEW})).status_code == 303
    assert (await browser.post(link, data={"new": NEW})).status_code == 410
    signed_in = await browser.post("/api/session", json={"person": "otto", "password": NEW})
    assert signed_in.status_code == 200
    told = [(one.what, one.who) for one in await door.house.audit.page()]
    assert ("account.link", "p-otto") in told
    assert ("account.password", "p-otto") in told


@pytest.mark.parametrize("who", ["otto", "nobody", "fay", "x" * 200])
async def test_the_answer_is_the_same_for_everybody(door: Door, post: Post, who: str) -> None:
    """Fay is a person of the demonstration, without a password."""
    answer = await forgot(door, who)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?asked=yes#sign-in")
    async with door.house.database.reading() as connection:
        assert await connection.scalar(select(func.count()).select_from(password_requests)) == 1
    await send_links(post.site)
    assert len(await post.links()) == (1 if who == "otto" else 0)
    page = (await (await door.asking()).get("/sign-in?asked=yes&lang=en")).text
    assert "If somebody signs in under this name, a link is on its way" in page


async def test_whoever_asks_ten_times_fills_no_mailbox(door: Door, post: Post) -> None:
    for _ in range(10):
        await forgot(door, "otto")
    assert await send_links(post.site) == 1
    assert len(await post.links()) == 1


async def test_a_mail_whose_answer_got_lost_brings_one_link_that_works(door: Door, post: Post) -> None:
    await forgot(door, "otto")
    fault = {"partner": "mail", "operation": "send_message", "fault": "execute_then_fail", "times": 1}
    await post.ask("POST", "/admin/faults", json=fault)
    with pytest.raises(PartnerDown):
        await send_links(post.site)
    assert await send_links(post.site) == 1
    (link,) = await post.links()
    assert (await (await door.asking()).get(link)).status_code == 200


async def test_an_account_that_is_closed_gets_none(door: Door, post: Post) -> None:
    account = await door.house.accounts.account("p-otto")
    await door.house.accounts.save(account.model_copy(update={"active": False}))
    await forgot(door, "otto")
    assert await send_links(post.site) == 0


def test_a_token_is_ours_alone_and_another_for_each_wish() -> None:
    assert token_of(b"a" * 32, "r1") == token_of(b"a" * 32, "r1")
    assert len({token_of(b"a" * 32, "r1"), token_of(b"b" * 32, "r1"), token_of(b"a" * 32, "r2")}) == 3
    assert len(token_of(b"a" * 32, "r1")) == 43
