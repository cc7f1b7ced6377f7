"""Who may do what: every route with every role, on the own job and on somebody else's."""

import re
from typing import get_args

import pytest

from api.who import MAY, Doing
from tests.api.conftest import PEOPLE, Door
from tests.api.jobs import parked_van

GIVEN = {"reason": "because", "expected_attempt": 1}
OPEN = {"/api/quotes", "/api/session", "/api/webhooks/{partner}", "/api/health/live", "/api/health/ready"}
OPEN |= {"/api/health/metrics"}
"""What nobody has to sign in for; a webhook is signed."""
ROUTES: dict[str, tuple[str, str, object]] = {
    "list": ("GET", "/api/jobs", None),
    "job": ("GET", "/api/jobs/{job_id}", None),
    "history": ("GET", "/api/jobs/{job_id}/history", None),
    "story": ("GET", "/api/jobs/{job_id}/story", None),
    "facets": ("GET", "/api/jobs/facets", None),
    "views": ("GET", "/api/views", None),
    "documents": ("GET", "/api/jobs/{job_id}/documents", None),
    "calendar": ("GET", "/api/jobs/{job_id}/calendar.ics", None),
    "dossier": ("GET", "/api/jobs/{job_id}/dossier", None),
    "withdraw": ("POST", "/api/jobs/{job_id}/withdraw", {"reason": "ill"}),
    "report": ("POST", "/api/jobs/{job_id}/report", {"outcome": "as_declared"}),
    "approve": ("POST", "/api/jobs/{job_id}/approvals/new_client", {"granted": True, "reason": "known"}),
    "step": ("GET", "/api/jobs/{job_id}/steps/agreement", None),
    "skip": ("POST", "/api/jobs/{job_id}/steps/agreement/skip?dry_run=true", GIVEN),
    "parked": ("GET", "/api/ops/parked", None),
    "audit": ("GET", "/api/ops/audit", None),
    "deadlines": ("GET", "/api/ops/deadlines?within=PT12H", None),
    "proposals": ("GET", "/api/ops/proposals", None),
    "reviews": ("GET", "/api/ops/reviews", None),
    "notes": ("GET", "/api/jobs/{job_id}/steps/agreement/notes", None),
    "unclaim": ("DELETE", "/api/jobs/{job_id}/steps/van_rental/claim", None),
    "own data": ("GET", "/api/me", None),
}
OK, NO, NOT_THERE = 200, 403, 404
MATRIX: dict[str, dict[str, int]] = {
    #            ann: own job   dan: other's    eve advisor  otto ops   fay finance  ada auditor
    "list": {"ann": OK, "dan": OK, "eve": OK, "otto": OK, "fay": OK, "ada": OK},
    "job": {"ann": OK, "dan": NOT_THERE, "eve": OK, "otto": OK, "fay": OK, "ada": OK},
    "history": {"ann": OK, "dan": NOT_THERE, "eve": OK, "otto": OK, "fay": OK, "ada": OK},
    "story": {"ann": OK, "dan": NOT_THERE, "eve": OK, "otto": OK, "fay": OK, "ada": OK},
    "facets": {"ann": OK, "dan": OK, "eve": OK, "otto": OK, "fay": OK, "ada": OK},
    "views": {"ann": NO, "dan": NO, "eve": OK, "otto": OK, "fay": OK, "ada": OK},
    "documents": {"ann": OK, "dan": NOT_THERE, "eve": OK, "otto": OK, "fay": OK, "ada": OK},
    "calendar": {"ann": OK, "dan": NOT_THERE, "eve": OK, "otto": OK, "fay": OK, "ada": OK},
    "dossier": {"ann": NO, "dan": NO, "eve": OK, "otto": OK, "fay": NO, "ada": OK},
    "withdraw": {"ann": OK, "dan": NOT_THERE, "eve": OK, "otto": NO, "fay": NO, "ada": NO},
    "report": {"ann": OK, "dan": NOT_THERE, "eve": OK, "otto": NO, "fay": NO, "ada": NO},
    "approve": {"ann": NO, "dan": NO, "eve": OK, "otto": NO, "fay": NO, "ada": NO},
    "step": {"ann": NO, "dan": NOT_THERE, "eve": NO, "otto": OK, "fay": NO, "ada": NO},
    "skip": {"ann": NO, "dan": NOT_THERE, "eve": NO, "otto": OK, "fay": NO, "ada": NO},
    "parked": {"ann": NO, "dan": NO, "eve": OK, "otto": OK, "fay": OK, "ada": OK},
    "audit": {"ann": NO, "dan": NO, "eve": OK, "otto": OK, "fay": NO, "ada": OK},
    "deadlines": {"ann": NO, "dan": NO, "eve": OK, "otto": OK, "fay": OK, "ada": OK},
    "proposals": {"ann": NO, "dan": NO, "eve": OK, "otto": OK, "fay": OK, "ada": OK},
    "reviews": {"ann": NO, "dan": NO, "eve": OK, "otto": OK, "fay": OK, "ada": OK},
    "notes": {"ann": NO, "dan": NOT_THERE, "eve": OK, "otto": OK, "fay": OK, "ada": OK},
    "unclaim": {"ann": NO, "dan": NOT_THERE, "eve": 204, "otto": 204, "fay": 204, "ada": NO},
    "own data": {"ann": OK, "dan": OK, "eve": OK, "otto": OK, "fay": OK, "ada": OK},
}


@pytest.mark.parametrize("route", ROUTES)
async def test_each_role_gets_what_the_table_says(door: Door, route: str) -> None:
    job_id = await parked_van(door.house)
    method, path, body = ROUTES[route]
    for login, wanted in MATRIX[route].items():
        person = await door.asking(login)
        answer = await person.request(method, path.format(job_id=job_id), json=body)
        assert answer.status_code == wanted, (login, answer.text)


@pytest.mark.parametrize("route", ROUTES)
async def test_nobody_signed_out_gets_anything(door: Door, route: str) -> None:
    job_id = await parked_van(door.house)
    method, path, body = ROUTES[route]
    stranger = await door.asking()
    answer = await stranger.request(method, path.format(job_id=job_id), json=body)
    assert (answer.status_code, answer.json()["type"].split("/")[-1]) == (401, "signed-out")


async def test_every_api_route_asks_who_is_asking(door: Door) -> None:
    stranger = await door.asking()
    for path, operations in door.app.openapi()["paths"].items():
        if path in OPEN or not path.startswith("/api/"):
            continue
        for method in operations:
            filled = re.sub(r"\{\w+\}", "wages", path)
            answer = await stranger.request(method, filled, headers={"idempotency-key": "a-long-key"}, json={})
            assert answer.status_code in (401, 422), (method, path)


def test_the_table_knows_every_doing_and_only_known_people() -> None:
    assert set(MAY) == set(get_args(Doing))
    assert all(set(row) <= set(PEOPLE) for row in MATRIX.values())
