"""What a step wrote at its end is kept with its answer, or not at all: a try without an answer leaves no half."""

from typing import Any

import pytest

from domain.money import ZERO
from storage.core.database import Database
from storage.execution.order_attempts import OrderAttempts
from storage.money.ledger import LedgerStore
from storage.services.employment_contract import Engagements
from tests.process.small import alone, played
from tests.process.world import World


async def test_an_answer_that_cannot_be_kept_takes_signature_papers_and_entries_with_it(
    house: World, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    others_see: dict[str, Any] = {}
    elsewhere = Database(sqlite_url, house.site.settings.keys())
    as_ever = OrderAttempts.end

    async def breaks_once(self: OrderAttempts, this: Any, key: str, operation: str, *rest: Any) -> None:
        await as_ever(self, this, key, operation, *rest)
        if operation in ("person_signs", "sign", "pay") and operation not in others_see:
            others_see[operation] = None
            job_id = key.split("/")[0]
            if operation == "pay":
                booked = [entry.key for entry in await LedgerStore(elsewhere).entries(job_id)]
                others_see[operation] = f"{key}:due" in booked
            else:
                kept = await Engagements(elsewhere).of_order(key)
                assert kept is not None
                signed_at = kept.person_signed_at if operation == "person_signs" else kept.cooperative_signed_at
                others_see[operation] = signed_at is not None
            raise ConnectionError("the worker's machine lost the line")

    monkeypatch.setattr(OrderAttempts, "end", breaks_once)
    job_id = await alone(house)
    await played(house, job_id)
    await house.until_step(job_id, "wages:ann", "waiting")
    assert others_see == {"person_signs": False, "sign": False, "pay": False}

    kept = await Engagements(elsewhere).of_order(f"{job_id}/employment_contract/ann/1")
    assert kept is not None
    assert kept.person_signed_at is not None
    assert kept.cooperative_signed_at is not None
    kinds = await house.kinds(job_id)
    assert [kinds.count(f"{kind}") for kind in ("employment_contract.sign", "wages.pay")] == [1, 1]
    assert len([each for each in await house.effects("signature") if each["kind"] == "seal"]) == 1
    due = [entry for entry in await LedgerStore(elsewhere).entries(job_id) if entry.key.endswith("ann/1:due")]
    assert len(due) == 1
    assert sum((posting.amount_eur for posting in due[0].postings), ZERO) == ZERO
    tries = [
        one for one in await house.house.attempts.of_job(job_id) if one.operation == "employment_contract.sign"
    ]
    assert [one.outcome for one in tries] == ["failed", "done"]
    await elsewhere.close()
