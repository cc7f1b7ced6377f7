"""Passwords, second factors and sessions, attacked from every side."""

import asyncio
import re
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest
from pwdlib import PasswordHash

from allin.__main__ import run
from api.pages.member.security import known_as
from api.security import passwords
from api.security.second_factor import code, hashed, step_of
from engine.calendar import wall_clock
from engine.keys import MasterKeys
from storage.core.database import Database
from storage.security.accounts import Role, SignInAccount, closed_link
from storage.security.audit import Audit
from tests.api.conftest import REAL, Door

GOOD, BETTER = "violon orage tiroir nuage", "lantern copper wheat bicycle"
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
"""The secret of RFC 6238's appendix B: the ASCII text 12345678901234567890."""


async def with_password(door: Door, login: str = "otto", role: Role = "ops", **more: object) -> SignInAccount:
    account = SignInAccount(person_id=f"p-{login}", login=login, roles=(role,), password_hash=HASH, **more)  # type: ignore[arg-type]
    await door.house.accounts.save(account)
    return account


HASH = passwords.accepted(GOOD)


async def signed_in(door: Door, login: str = "otto", **more: str) -> httpx2.AsyncClient:
    browser = await door.asking(
        accept="text/html", **{"user-agent": "Mozilla/5.0 (Android 16; Mobile) Gecko/150.0 Firefox/150.0"}
    )
    answer = await browser.post("/sign-in", data={"person": login, "password": GOOD, **more})
    assert answer.status_code == 303, answer.text[-1500:]
    return browser


# -- passwords --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "weak",
    ["short", "password1234", "Password1234!", "123456789012", "qwertyuiop[]", "aaaaaaaaaaaaaaaa",
     "allinclusive2026", "iloveyou2026", "otto.peeters", "Otto-Peeters-1", "letmeinletmein"],
)  # fmt: skip
def test_passwords_that_are_tried_first_are_not_taken(weak: str) -> None:
    with pytest.raises(passwords.WeakPassword):
        passwords.accepted(weak, "otto", "Otto", "Peeters", "otto.peeters@coop.example")


def test_words_that_have_nothing_to_do_with_each_other_are_taken_and_a_look_is_short() -> None:
    assert passwords.accepted(BETTER).startswith("$argon2id$")
    assert passwords.accepted((BETTER + " ") * 6).startswith("$argon2id$")


def test_each_guess_costs_64_mebibytes_and_three_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PasswordHash, "recommended", REAL)
    assert passwords.accepted(BETTER).startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    with pytest.raises(passwords.WeakPassword):
        passwords.accepted("x" * 201)


async def test_a_changed_password_ends_every_other_session_and_the_old_one_opens_nothing(door: Door) -> None:
    await with_password(door)
    here, there = await signed_in(door), await signed_in(door)
    wrong = await here.post("/me/security/password", data={"old": "not mine at all", "new": BETTER})
    weak = await here.post("/me/security/password", data={"old": GOOD, "new": "password1234"})
    assert (wrong.status_code, weak.status_code) == (422, 422)
    assert (await there.get("/me")).status_code == 200
    done = await here.post("/me/security/password", data={"old": GOOD, "new": BETTER})
    assert done.headers["location"] == "/me/security?done=password"
    assert (await here.get("/me")).status_code == 200
    assert (await there.get("/me")).headers["location"] == "/sign-in?next=/me"
    again = await (await door.asking()).post("/api/session", json={"person": "otto", "password": GOOD})
    assert again.status_code == 401
    assert [line.what for line in await door.house.audit.page(who="p-otto")] == ["account.password"]


# -- sessions ---------------------------------------------------------------------------------------------------


async def test_everywhere_somebody_is_signed_in_is_listed_and_ended_by_them_alone(door: Door) -> None:
    await with_password(door)
    await with_password(door, "eve", "advisor")
    here, there, eve = await signed_in(door), await signed_in(door), await signed_in(door, "eve")
    page = (await here.get("/me/security?lang=en")).text
    assert page.count("<b>Firefox, Android</b>") == 2
    assert page.count("this one") == 1
    (name,) = re.findall(r'name="which" value="([0-9a-f]{16})"', page)
    await eve.post("/me/security/sessions", data={"which": name})  # not hers
    assert (await there.get("/me")).status_code == 200
    await here.post("/me/security/sessions", data={"which": name})
    assert (await there.get("/me")).status_code == 303
    assert (await here.get("/me")).status_code == 200
    more = await signed_in(door)
    await here.post("/me/security/sessions", data={"which": "others"})
    assert ((await more.get("/me")).status_code, (await here.get("/me")).status_code) == (303, 200)
    assert (await here.post("/me/security/sessions", data={"which": "%"})).status_code == 422


@pytest.mark.parametrize(
    ("told", "known"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/156.0 Safari/537.36 Edg/156.0", "Edge, Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0 Safari/537.36", "Chrome, Linux"),
        ("python-httpx2/2.16", "python-httpx2/2.16"),
        (None, None),
    ],
)
def test_a_device_is_called_what_a_person_calls_it(told: str | None, known: str | None) -> None:
    assert known_as(told) == known


# -- second factor ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "told"), [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")]
)
def test_codes_are_those_of_the_standard(seconds: int, told: str) -> None:
    """The last six figures of RFC 6238's appendix B."""
    assert code(SECRET, seconds // 30) == told


async def enrolled(door: Door, browser: httpx2.AsyncClient) -> list[str]:
    """The recovery codes of somebody who sets a factor up now."""
    now = code(SECRET, int(wall_clock().timestamp()) // 30)
    answer = await browser.post("/me/security/factor", data={"secret": SECRET, "code": now, "old": GOOD})
    assert answer.status_code == 200, answer.text[-1500:]
    return re.findall(r"<code>((?:[a-z2-7]{6}-){3}[a-z2-7]{6})</code>", answer.text)


async def test_with_a_factor_the_password_alone_opens_nothing_and_a_code_is_good_once(door: Door) -> None:
    await with_password(door)
    browser = await signed_in(door)
    recovery = await enrolled(door, browser)
    assert len(set(recovery)) == 10
    assert (await browser.get("/me")).status_code == 200
    anybody = await door.asking()
    alone = await anybody.post("/api/session", json={"person": "otto", "password": GOOD})
    assert (alone.status_code, alone.json()["type"].split("/")[-1]) == (401, "code-needed")
    wrong_password = await anybody.post(
        "/api/session", json={"person": "otto", "password": "x", "code": recovery[0]}
    )
    assert wrong_password.json()["type"].split("/")[-1] == "wrong-sign-in"
    used = code(SECRET, int(wall_clock().timestamp()) // 30)
    replayed = await anybody.post("/api/session", json={"person": "otto", "password": GOOD, "code": used})
    assert replayed.status_code == 401  # it was used to set the factor up
    later = code(SECRET, int(wall_clock().timestamp()) // 30 + 1)
    asked = {"person": "otto", "password": GOOD, "code": later}
    both = await asyncio.gather(*(anybody.post("/api/session", json=asked) for _ in range(2)))
    assert sorted(one.status_code for one in both) == [200, 401]


async def test_a_recovery_code_stands_in_once_and_they_are_not_kept_readable(door: Door) -> None:
    await with_password(door)
    first, second, *_ = await enrolled(door, await signed_in(door))
    assert (await signed_in(door, code=first)).cookies
    anybody = await door.asking()
    again = await anybody.post("/api/session", json={"person": "otto", "password": GOOD, "code": first})
    assert again.status_code == 401
    assert (
        await anybody.post("/api/session", json={"person": "otto", "password": GOOD, "code": second.upper()})
    ).is_success
    kept = await door.house.accounts.account("p-otto")
    assert hashed(first) not in (kept.recovery or ())
    assert second not in str(kept.recovery)


async def test_the_page_asks_for_the_code_and_comes_in_with_it(door: Door) -> None:
    await with_password(door)
    recovery = await enrolled(door, await signed_in(door))
    browser = await door.asking(accept="text/html")
    asked = await browser.post("/sign-in", data={"person": "otto", "password": GOOD, "next": "/ops"})
    assert (asked.status_code, 'name="code"' in asked.text, "set-cookie" in asked.headers) == (401, True, False)
    done = await browser.post(
        "/sign-in", data={"person": "otto", "password": GOOD, "code": recovery[0], "next": "/ops"}
    )
    assert (done.status_code, done.headers["location"]) == (303, "/ops")


async def test_taking_a_factor_off_asks_for_password_and_code(door: Door) -> None:
    await with_password(door)
    browser = await signed_in(door)
    recovery = await enrolled(door, browser)
    other = code("MFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LK", int(wall_clock().timestamp()) // 30)
    instead = {"secret": "MFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LK", "code": other, "old": GOOD}
    assert (await browser.post("/me/security/factor", data=instead)).status_code == 409
    assert (await door.house.accounts.account("p-otto")).totp_secret == SECRET
    for given in ({"code": "000000", "old": GOOD}, {"code": recovery[0], "old": "wrong one here"}):
        assert (await browser.post("/me/security/factor/off", data=given)).status_code == 422
    done = await browser.post("/me/security/factor/off", data={"code": recovery[1], "old": GOOD})
    assert done.status_code == 303
    assert (await door.house.accounts.account("p-otto")).totp_secret is None


async def test_where_offices_need_a_factor_nothing_else_opens_before_it_is_there(door: Door) -> None:
    door.house.settings = door.house.settings.model_copy(update={"second_factor": "offices"})
    await with_password(door)
    await with_password(door, "dan", "member")
    otto, dan = await signed_in(door), await signed_in(door, "dan")
    for path in ("/", "/ops", "/api/jobs", "/me", "/audit"):
        assert (await otto.get(path)).status_code == 403, path
    assert "second factor" in (await otto.get("/me/security?lang=en")).text
    assert (await dan.get("/me")).status_code == 200
    await enrolled(door, otto)
    assert (await otto.get("/ops")).status_code == 200
    demo = await door.asking("eve")  # a person of the demonstration
    assert (await demo.get("/api/jobs")).status_code == 200


def test_a_clock_may_be_half_a_minute_wrong_and_not_more() -> None:
    now = wall_clock()
    step = int(now.timestamp()) // 30
    fits = [step_of(SECRET, code(SECRET, step + n), now) is not None for n in (-2, -1, 0, 1, 2)]
    assert fits == [False, True, True, True, False]
    assert step_of(SECRET, "", now) is None


# -- links and closing ------------------------------------------------------------------------------------------


def test_whoever_runs_the_installation_closes_signs_out_and_makes_a_link_good_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def said(*arguments: str) -> tuple[int, str]:
        exit_code = run([*arguments, "--data", str(tmp_path)])
        told = capsys.readouterr()
        return exit_code, told.out + told.err

    made = ("db", "account", "nadia", "--name", "Nadia Roy", "--email", "n@coop.example", "--role", "ops")
    assert said("db", "upgrade")[0] == 0
    monkeypatch.setenv("ALLIN_PASSWORD", "password1234")
    assert "tried first" in said(*made)[1]
    monkeypatch.setenv("ALLIN_PASSWORD", GOOD)
    assert said(*made)[0] == 0
    assert "nowhere" in said("account", "sessions", "nadia")[1]
    assert said("account", "sign-out", "nadia", "--reason", " ")[0] != 0
    assert "0 sessions" in said("account", "sign-out", "nadia", "--reason", "lost")[1]
    assert "/password/" in said("account", "link", "nadia", "--reason", "forgot")[1]
    assert said("account", "close", "nadia", "--reason", "left")[0] == 0
    assert "nobody signs in as nadia" in said("account", "close", "nadia", "--reason", "left")[1]

    async def lines() -> list[str]:
        database = Database(f"sqlite:///{tmp_path / 'allin.db'}", MasterKeys.in_folder(tmp_path))
        found = [line.what for line in await Audit(database).page()]
        await database.close()
        return found

    assert asyncio.run(lines()) == ["account.close", "account.link", "account.sign_out"]


async def test_a_link_sets_a_password_once_and_only_in_its_time(door: Door) -> None:
    account = await with_password(door)
    inside = await signed_in(door)
    token, now = "t" * 43, wall_clock()
    await door.house.accounts.keep_link(account.person_id, closed_link(token), now + timedelta(hours=1))
    anybody = await door.asking(accept="text/html")
    assert (await anybody.get(f"/password/{token}")).status_code == 200
    assert (await anybody.get(f"/password/{token}")).status_code == 200  # a mail scanner opens it: nothing happens
    assert (await anybody.post(f"/password/{token}", data={"new": "password1234"})).status_code == 422
    done = await anybody.post(f"/password/{token}", data={"new": BETTER})
    assert done.headers["location"] == "/sign-in"
    assert (await inside.get("/me")).status_code == 303
    assert (await anybody.post(f"/password/{token}", data={"new": BETTER})).status_code == 410
    await door.house.accounts.keep_link(account.person_id, closed_link(token), now - timedelta(seconds=1))
    assert (await anybody.get(f"/password/{token}")).status_code == 410


async def test_a_factor_outlives_a_link_for_a_new_password(door: Door) -> None:
    account = await with_password(door)
    await enrolled(door, await signed_in(door))
    await door.house.accounts.keep_link(account.person_id, closed_link("t" * 43), wall_clock() + timedelta(hours=1))
    anybody = await door.asking(accept="text/html")
    assert (await anybody.post(f"/password/{'t' * 43}", data={"new": BETTER})).status_code == 303
    answer = await (await door.asking()).post("/api/session", json={"person": "otto", "password": BETTER})
    assert answer.json()["type"].split("/")[-1] == "code-needed"
