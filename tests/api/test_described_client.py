"""Whoever makes a program from /openapi.json declares a job, follows it and downloads its papers."""

import jsonschema_rs
import pytest

from tests.api.conftest import Door
from tests.api.described_client import DescribedClient
from tests.api.test_declaring import concert

QUOTE, DECLARE = "quote_api_quotes_post", "declare_api_jobs_post"
SHOW, STORY = "show_job_api_jobs__job_id__get", "story_api_jobs__job_id__story_get"
PAPERS, PAPER = "documents_api_jobs__job_id__documents_get", "document_api_jobs__job_id__documents__name__get"
DOSSIER = "whole_dossier_api_jobs__job_id__dossier_get"


async def described(door: Door, login: str) -> DescribedClient:
    """A client that knows nothing but the document."""
    http = await door.asking(login)
    return DescribedClient((await http.get("/openapi.json")).json(), http)


async def test_a_job_is_quoted_declared_followed_and_its_papers_downloaded(door: Door) -> None:
    ann = await described(door, "ann")
    quote = (await ann.call(QUOTE, concert())).json()
    declared = await ann.call(DECLARE, concert(quote_id=quote["quote_id"]), idempotency_key="from-the-document")
    assert declared.status_code == 202
    job_id = declared.json()["job_id"]
    again = await ann.call(DECLARE, concert(quote_id=quote["quote_id"]), idempotency_key="from-the-document")
    assert again.json()["job_id"] == job_id
    assert (await ann.call(SHOW, job_id=job_id, lang="nl")).json()["title"] == "Concert in Liège"
    assert (await ann.call(STORY, job_id=job_id)).json()["lines"][0]["kind"] == "job.declared"
    await door.house.documents.file(
        job_id=job_id, step="agreement", name="bon de commande.pdf", kind="order_form",
        media_type="application/pdf", content=b"%PDF-1.7", audience=("member",), order_key=f"{job_id}/a/-/1",
    )  # fmt: skip
    papers = (await ann.call(PAPERS, job_id=job_id)).json()
    (name,) = [one["name"] for one in (papers["documents"] if isinstance(papers, dict) else papers)]
    assert (await ann.call(PAPER, job_id=job_id, name=name)).content == b"%PDF-1.7"
    eve = await described(door, "eve")
    assert (await eve.call(DOSSIER, job_id=job_id)).content.startswith(b"PK")


async def test_what_is_wrong_is_answered_as_the_document_says_too(door: Door) -> None:
    ann = await described(door, "ann")
    half = concert()
    del half["days"]
    refused = await ann.call(DECLARE, half, idempotency_key="half-a-job")
    assert refused.status_code == 422
    assert (await ann.call(SHOW, job_id="NOSUCHJOB1")).status_code == 404


async def test_the_client_notices_what_the_document_does_not_know(door: Door) -> None:
    ann = await described(door, "ann")
    with pytest.raises(jsonschema_rs.ValidationError):
        await ann.call(DECLARE, concert(price_eur=["2400.00"]), idempotency_key="wrong")
    with pytest.raises(AssertionError, match="has no"):
        await ann.call(SHOW, job_id="NOSUCHJOB1", colour="red")
