"""A sandbox of one's own for each test, and a caller who tells it what day it is."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from sandbox.app import create_app
from sandbox.clock import http_date, instant
from sandbox.settings import SandboxSettings

SETTINGS = SandboxSettings(public_url="http://product", webhook_url="http://product", webhook_secret="secret")
START = "2026-03-02T09:00:00+00:00"


@dataclass
class World:
    """A caller of the sandbox, on a day of its own choosing."""

    app: FastAPI
    client: httpx2.AsyncClient
    now: str = START
    headers: dict[str, str] = field(default_factory=dict)

    def at(self, now: str) -> "World":
        self.now = now
        return self

    async def call(
        self, method: str, path: str, body: Any = None, key: str | None = None, **more: str
    ) -> httpx2.Response:
        headers = {"Date": http_date(instant(self.now)), **self.headers}
        headers |= {name.replace("_", "-"): value for name, value in more.items()}
        if key:
            headers["Idempotency-Key"] = key
        if isinstance(body, (bytes, str)):
            return await self.client.request(method, path, content=body, headers=headers)
        return await self.client.request(method, path, json=body, headers=headers)

    async def get(self, path: str, **more: str) -> Any:
        answer = await self.call("GET", path, **more)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def post(self, path: str, body: Any = None, key: str | None = None, **more: str) -> Any:
        answer = await self.call("POST", path, {} if body is None else body, key, **more)
        assert answer.status_code < 300, answer.text
        return answer.json()

    async def refused(
        self, path: str, body: Any = None, key: str | None = None, method: str = "POST", **more: str
    ) -> tuple[int, str]:
        answer = await self.call(method, path, {} if body is None and method == "POST" else body, key, **more)
        assert answer.headers["content-type"] == "application/problem+json", answer.text
        return answer.status_code, answer.json()["type"].rsplit("/", 1)[1]

    async def effects(self, partner: str, kind: str | None = None) -> list[str]:
        told = (await self.get(f"/admin/effects?partner={partner}"))["effects"]
        return [one["kind"] for one in told if kind in (None, one["kind"])]

    async def fault(self, partner: str, fault: str, **more: Any) -> None:
        await self.post("/admin/faults", {"partner": partner, "fault": fault, "times": 1, **more})

    async def tick(self, now: str) -> dict[str, Any]:
        self.now = now
        told: dict[str, Any] = await self.post("/admin/tick", {"now": now})
        return told


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "sandbox.sqlite"


@pytest.fixture
async def world(file: Path) -> AsyncIterator[World]:
    app = create_app(file, SETTINGS)
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://sandbox") as client:
        yield World(app, client)
    app.state.desk.store.db.close()
