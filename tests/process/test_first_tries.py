"""A partner is asked whether it has something only where it may have it: to repeat, and never for a first try.

Two people by train with insured equipment, engaged and declared at once by social security.
"""

from collections import Counter

from tests.process.small import HOUR, crew, declare, engaged
from tests.process.world import World

LOOKS = frozenset({"find_declarations", "find_by_key", "find_bookings", "find_policies"})
PARTNERS = ("mail", "dimona", "signature", "railway", "insurer")


async def _asked(house: World, *partners: str) -> Counter[str]:
    calls = [
        call["operation"]
        for partner in partners
        for call in (await house.partners("GET", f"/admin/calls?partner={partner}"))["calls"]
    ]
    return Counter(calls)


async def _two_travel(house: World) -> str:
    job_id = await declare(house, expenses=None, crew=crew("ann", "chloe"), van_rental=None, equipment=None)
    await engaged(house, job_id)
    for slug in ("ann", "chloe"):
        await house.until_step(job_id, f"employment_contract:{slug}", "done")
        await house.until_step(job_id, f"travel:{slug}", "done")
    return job_id


async def test_what_is_done_for_the_first_time_is_looked_for_nowhere_and_a_hold_is_found_by_whoever_buys(
    house: World,
) -> None:
    await _two_travel(house)
    asked = await _asked(house, *PARTNERS)
    assert {one: times for one, times in asked.items() if one in LOOKS} == {"find_bookings": 2}, "only to buy"
    assert asked["find_messages"] <= 2, "who asked social security twice looks whether the contract was mailed"
    assert (asked["create_booking"], asked["create_fulfillments"]) == (2, 2)
    assert (asked["declare"], asked["sign_hash"], asked["bind_policy"]) == (2, 2, 1)


async def test_what_was_done_without_an_answer_is_looked_for_and_not_done_again(house: World) -> None:
    for partner, operation in (
        ("mail", "send_message"), ("dimona", "declare"), ("signature", "sign_hash"),
        ("railway", "create_booking"), ("insurer", "bind_policy"),
    ):  # fmt: skip
        await house.fault(partner, "execute_then_fail", operation, times=1)
    await _two_travel(house)
    await house.pass_time(HOUR)
    asked = await _asked(house, *PARTNERS)
    assert (asked["find_declarations"], asked["find_policies"]) == (1, 1)
    assert 1 <= asked["find_messages"] <= 3
    assert asked["find_bookings"] == 3, "once for the lost answer, and to buy"
    done: Counter[str] = Counter()
    for partner in PARTNERS:
        done.update(effect["kind"] for effect in await house.effects(partner))
    mails = [effect["key"] for effect in await house.effects("mail") if effect["kind"] == "mail"]
    assert len(mails) == len(set(mails))
    assert (done["declaration"], done["policy"], done["seal"], done["booking"]) == (2, 1, 2, 2)
