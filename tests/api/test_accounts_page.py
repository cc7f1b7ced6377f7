"""The page of accounts: seen by those whose work it is, and everything done there stands in the audit."""

import pytest

from engine.calendar import wall_clock
from storage.security.accounts import SignInAccount, closed_link
from storage.security.password_requests import PasswordRequests
from tests.api.conftest import Door

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Mobile Safari/604.1"
WHY = "the phone was lost on the train"


async def dan_with_a_password(door: Door) -> None:
    account = await door.house.accounts.account("p-dan")
    kept = {"demo": False, "password_hash": "$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHQ$aGFzaA"}
    await door.house.accounts.save(account.model_copy(update=kept))


async def signed_in(door: Door, person_id: str = "p-dan") -> str:
    now = wall_clock()
    return await door.house.sessions.open(person_id, now, now.replace(year=now.year + 1) - now, device=PHONE)


async def test_everybody_is_listed_with_roles_and_where_they_are_signed_in(door: Door) -> None:
    await signed_in(door)
    otto = await door.asking("otto")
    page = (await otto.get("/accounts?lang=en")).text
    assert "Safari, iPhone" in page
    assert "Watches over every step" in page
    found = (await otto.get("/accounts?text=DAN&lang=en")).text
    assert ('action="/accounts/p-dan"' in found, 'action="/accounts/p-eve"' in found) == (True, False)
    assert 'action="/accounts/p-otto"' not in page  # nobody keeps the own one here


async def test_an_auditor_reads_and_changes_nothing(door: Door) -> None:
    ada = await door.asking("ada")
    page = await ada.get("/accounts")
    assert (page.status_code, "/accounts/p-dan" in page.text) == (200, False)
    assert (await ada.post("/accounts/p-dan", data={"do": "close", "reason": WHY})).status_code == 403
    assert (await door.house.accounts.account("p-dan")).active


@pytest.mark.parametrize("login", ["ann", "dan", "eve", "fay"])
async def test_nobody_else_sees_or_does_any_of_it(door: Door, login: str) -> None:
    person = await door.asking(login)
    assert (await person.get("/accounts")).status_code == 403
    for doing in ("sign_out", "close", "link", "retire", "no_factor", "open"):
        refused = await person.post("/accounts/p-otto", data={"do": doing, "reason": WHY})
        assert refused.status_code == 403, doing
    assert (await door.house.audit.page(what="account.*")) == []


async def test_signed_out_everywhere_each_session_is_over_at_once(door: Door) -> None:
    dan, otto = await door.asking("dan"), await door.asking("otto")
    token = await signed_in(door)
    done = await otto.post("/accounts/p-dan", data={"do": "sign_out", "reason": WHY})
    assert done.status_code in (200, 303)
    assert await door.house.sessions.find(token, wall_clock()) is None
    assert (await dan.get("/api/session")).status_code == 401
    (line,) = await door.house.audit.page(what="account.*")
    assert (line.who, line.what, line.why) == ("p-otto", "account.sign_out", f"p-dan: {WHY}")


async def test_a_closed_account_comes_in_by_no_way_until_it_is_opened_again(door: Door) -> None:
    await dan_with_a_password(door)
    token = await signed_in(door)
    await door.house.accounts.keep_link("p-dan", closed_link("x" * 43), wall_clock().replace(year=2999))
    otto = await door.asking("otto")
    await otto.post("/accounts/p-dan", data={"do": "close", "reason": WHY})
    assert await door.house.sessions.find(token, wall_clock()) is None
    assert await door.house.accounts.link_for(closed_link("x" * 43), wall_clock()) is None
    assert not (await door.house.accounts.account("p-dan")).active
    await otto.post("/accounts/p-dan", data={"do": "open", "reason": WHY})
    assert (await door.house.accounts.account("p-dan")).active
    assert await door.house.sessions.find(token, wall_clock()) is None  # sessions do not come back


async def test_a_link_goes_to_the_person_by_mail_and_the_administrator_never_sees_it(door: Door) -> None:
    await dan_with_a_password(door)
    otto = await door.asking("otto")
    await otto.post("/accounts/p-dan", data={"do": "link", "reason": WHY})
    (asked,) = await PasswordRequests(door.house.database).due()
    assert asked.person_id == "p-dan"
    assert "/password/" not in (await otto.get("/accounts?done=link&about=p-dan")).text
    await otto.post("/accounts/p-dan", data={"do": "retire", "reason": WHY})
    assert await PasswordRequests(door.house.database).due() == []
    assert [one.what for one in await door.house.audit.page(what="account.*")] == ["account.retire", "account.link"]


async def test_what_makes_no_sense_is_refused_and_leaves_no_line(door: Door) -> None:
    otto = await door.asking("otto")
    own = await otto.post("/accounts/p-otto", data={"do": "close", "reason": WHY})
    assert own.status_code == 403
    nobody = await otto.post("/accounts/p-none", data={"do": "close", "reason": WHY})
    assert nobody.status_code == 404
    demo = await otto.post("/accounts/p-dan", data={"do": "link", "reason": WHY})
    assert demo.status_code == 409
    for wrong in ({"do": "own", "reason": WHY}, {"do": "close", "reason": "  "}, {"do": "close"}):
        assert (await otto.post("/accounts/p-dan", data=wrong)).status_code == 422, wrong
    assert await door.house.audit.page(what="account.*") == []
    assert (await door.house.accounts.account("p-otto")).active


async def test_a_hundred_and_more_accounts_are_paged_in_order(door: Door) -> None:
    for n in range(120):
        person = (await door.house.people.person("p-dan")).model_copy(update={"person_id": f"p-{n:03}"})
        await door.house.people.save(person, door.clock.now())
        await door.house.accounts.save(SignInAccount(person_id=f"p-{n:03}", login=f"m{n:03}", roles=("member",)))
    seen: list[str] = []
    while more := await door.house.accounts.page("", seen[-1] if seen else "", 50):
        seen += [one.login for one in more]
    assert (len(seen), seen) == (len(set(seen)), sorted(seen))
    assert len(await door.house.accounts.page("m11", "", 50)) == 10


async def test_signing_out_clears_what_the_browser_might_hold(door: Door) -> None:
    dan = await door.asking("dan")
    left = await dan.post("/sign-out")
    assert left.headers["clear-site-data"] == '"storage"'
    assert "no-store" in left.headers["cache-control"]
    assert (await dan.get("/api/session")).status_code == 401


async def test_who_signs_in_again_leaves_no_session_of_the_same_browser_behind(door: Door) -> None:
    browser, elsewhere = await door.asking(accept="text/html"), await door.asking("dan")
    for _ in range(3):
        assert (await browser.post("/sign-in", data={"person": "dan"})).status_code == 303
    kept = await door.house.sessions.of("p-dan", wall_clock())
    assert len(kept) == 2  # this browser's last one, and the one elsewhere
    assert (await elsewhere.get("/api/session")).status_code == 200
    await browser.post("/sign-in", data={"person": "dan", "password": "wrong"})
    assert len(await door.house.sessions.of("p-dan", wall_clock())) == 2
