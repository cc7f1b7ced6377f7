"""What somebody uploads never runs as a page of ours, is known by its content, and read by whom it is for."""

import pytest

from api.security.uploads import LARGEST_UPLOAD
from tests.api.conftest import Door
from tests.api.test_decisions import kind, refused_dimona

PAGE = (
    b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body>'
    b'<form method="post" action="/ops/proposals/p-1"><button name="answer" value="yes">go on</button></form>'
    b"</body></html>"
)
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"
PNG, JPEG, PDF = b"\x89PNG\r\n\x1a\n" + b"0" * 9, b"\xff\xd8\xff\xe0" + b"0" * 9, b"%PDF-1.7\n%%EOF"
STEP = "employment_contract:bob"


@pytest.mark.parametrize(
    "name",
    ["proof.xml", "proof.html", "proof.svg", "proof.json", "proof.txt", "proof.eml", "proof.csv", "proof.pdf"],
)
async def test_a_page_with_a_form_is_no_proof_under_any_name(door: Door, name: str) -> None:
    job_id = await refused_dimona(door)
    otto = await door.asking("otto")
    answer = await otto.post(f"/api/jobs/{job_id}/steps/{STEP}/evidence?name={name}", content=PAGE)
    assert (answer.status_code, kind(answer)) == (422, "unreadable-file")
    page = await otto.post(
        f"/jobs/{job_id}/steps/{STEP}",
        data={"kind": "by_hand", "do": "preview", "reason": "seen", "expected_attempt": "1"},
        files={"file": (name, PAGE, "application/pdf")},
    )
    assert (page.status_code, kind(page)) == (422, "unreadable-file")
    assert await door.house.documents.of_job(job_id) == []


@pytest.mark.parametrize(
    ("content", "kept", "media_type"),
    [
        (PDF, "proof.pdf", "application/pdf"),
        (PNG, "proof.png", "image/png"),
        (JPEG, "proof.jpg", "image/jpeg"),
        (HEIC, "proof.heic", "image/heic"),
    ],
)
async def test_a_proof_comes_back_to_be_kept_and_not_to_be_run(
    door: Door, content: bytes, kept: str, media_type: str
) -> None:
    job_id = await refused_dimona(door)
    otto = await door.asking("otto")
    told = await otto.post(f"/api/jobs/{job_id}/steps/{STEP}/evidence?name=../proof.html", content=content)
    assert (told.status_code, told.json()["name"]) == (201, kept)
    answer = await otto.get(f"/api/jobs/{job_id}/documents/{kept}")
    assert answer.headers["content-type"] == media_type
    assert answer.headers["content-disposition"] == f'attachment; filename="{kept}"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")


async def test_a_page_that_came_in_before_is_given_back_as_a_mere_file(door: Door) -> None:
    job_id = await refused_dimona(door)
    for uploaded in ("evidence", "receipt"):
        await door.house.documents.file(
            job_id=job_id, step=STEP, name=f"{uploaded}.xml", kind=uploaded, media_type="application/xml",
            content=PAGE, audience=("ops",), order_key=f"{job_id}/{uploaded}",
        )  # fmt: skip
        answer = await (await door.asking("otto")).get(f"/api/jobs/{job_id}/documents/{uploaded}.xml")
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["content-disposition"].startswith("attachment")
        assert answer.headers["content-security-policy"].startswith("sandbox")


async def test_a_file_of_ours_that_a_browser_could_run_is_only_to_be_kept(door: Door) -> None:
    job_id = await refused_dimona(door)
    for name, media_type, how in (
        ("i.xml", "application/xml", "attachment"),
        ("i.pdf", "application/pdf", "inline"),
    ):
        await door.house.documents.file(
            job_id=job_id, step=STEP, name=name, kind="invoice", media_type=media_type, content=PAGE,
            audience=("ops",), order_key=f"{job_id}/{name}",
        )  # fmt: skip
        answer = await (await door.asking("otto")).get(f"/api/jobs/{job_id}/documents/{name}")
        assert answer.headers["content-disposition"].startswith(how)


async def test_a_proof_has_a_largest_size(door: Door) -> None:
    job_id = await refused_dimona(door)
    otto = await door.asking("otto")
    address = f"/api/jobs/{job_id}/steps/{STEP}/evidence?name=a.pdf"
    answer = await otto.post(address, content=PDF + b"0" * (LARGEST_UPLOAD - len(PDF) + 1))
    assert (answer.status_code, kind(answer)) == (413, "too-large")
    assert await door.house.documents.of_job(job_id) == []


async def test_only_an_office_reads_a_proof(door: Door) -> None:
    job_id = await refused_dimona(door)
    otto = await door.asking("otto")
    await otto.post(f"/api/jobs/{job_id}/steps/{STEP}/evidence?name=proof.pdf", content=PDF)
    read = {"ann": 404, "dan": 404, "eve": 200, "otto": 200, "ada": 200, None: 401}
    for login, status in read.items():
        answer = await (await door.asking(login)).get(f"/api/jobs/{job_id}/documents/proof.pdf")
        assert answer.status_code == status, login
