"""One tick of the clock: the bank books, people act, clients pay, partners report."""

import asyncio
from datetime import datetime

import httpx2

from . import clock, debts, people, webhooks
from .bank_ledger import BankAccounts
from .desk import RequestHandler
from .people import Act
from .store import Json


class Rounds:
    """Everything that happens by itself when time has passed; one round at a time.

    `transport` reaches the product without a socket in tests.
    """

    def __init__(self, desk: RequestHandler) -> None:
        self.desk = desk
        self.transport: httpx2.AsyncBaseTransport | None = None
        self._one_at_a_time = asyncio.Lock()
        self._clients: dict[str, httpx2.AsyncClient] = {}

    async def tick(self, now: datetime) -> Json:
        """Let everybody whose time has come act; what happened."""
        async with self._one_at_a_time:
            booked, paid, acts = await self._at_home(now)
            done = [await self._perform(act, now) for act in acts]
            again = [await self._perform(act, now) for act in await self._second_steps(acts, now)]
            heard, failed = await self._report(now)
        return {
            "now": clock.text(now),
            "acts": sum(done) + sum(again),
            "failed_acts": len(done) + len(again) - sum(done) - sum(again),
            "paid": paid,
            "booked": booked,
            "webhooks": heard,
            "failed_webhooks": failed,
        }

    async def _at_home(self, now: datetime) -> tuple[int, int, list[Act]]:
        async with self.desk.turn() as store:
            store.put("admin", "clock", "now", {"now": clock.text(now)})
            books = BankAccounts(store, self.desk.settings, now)
            booked = books.settle()
            people.read_mails(store)
            debts.read_documents(store, clock.text(now))
            return booked, debts.pay(store, books), people.due(store, now)

    async def _second_steps(self, acts: list[Act], now: datetime) -> list[Act]:
        """Who accepted as crew signs in the same visit."""
        began = {act.errand["id"] for act in acts if act.step == 0}
        async with self.desk.turn() as store:
            return [act for act in people.due(store, now) if act.step == 1 and act.errand["id"] in began]

    async def _perform(self, act: Act, now: datetime) -> bool:
        client = self._client(self.desk.settings.public_url)
        answered, said = await people.perform(client, act, now)
        async with self.desk.turn() as store:
            people.done(store, act, answered, said)
        return answered

    async def _report(self, now: datetime) -> tuple[int, int]:
        if self.desk.settings.webhook_url is None:
            return 0, 0
        return await webhooks.send_due(self.desk, self._client(self.desk.settings.webhook_url), now)

    def _client(self, base_url: str) -> httpx2.AsyncClient:
        """One client per address: making one costs more than a whole tick."""
        if base_url not in self._clients:
            made = httpx2.AsyncClient(base_url=base_url, transport=self.transport, trust_env=False)
            self._clients[base_url] = made
        return self._clients[base_url]

    async def close(self) -> None:
        """Let go of all connections."""
        for client in self._clients.values():
            await client.aclose()
