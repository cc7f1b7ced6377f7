"""The sandbox's front page: partners, faults and what really happened, at a glance."""

from html import escape

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from . import faults
from .admin import TheDesk, operations
from .store import Json

router = APIRouter(include_in_schema=False)
STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:52rem;padding:0 1rem;color:#1b1b1f}"
    "table{border-collapse:collapse;width:100%}"
    "th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #ccc}"
    "@media(prefers-color-scheme:dark){body{background:#16161a;color:#eee}}"
)


@router.get("/", response_class=HTMLResponse)
async def front_page(request: Request, desk: TheDesk) -> HTMLResponse:
    """Partners, faults, effects."""
    names = list(dict.fromkeys(one["partner"] for one in operations(request)))
    async with desk.turn() as store:
        done = store.rows("SELECT partner, kind, count(*) n FROM effects GROUP BY partner, kind ORDER BY 1, 2")
        stopped = {name for name in names if store.get("admin", "stopped", name)}
        arranged = faults.listed(store)
    partners = [[name, "stopped" if name in stopped else "running", _done(done, name)] for name in names]
    struck = [[f["id"], f["partner"], f["operation"], f["fault"], f["times"] or "always"] for f in arranged]
    body = (
        "<h1>All Inclusive sandbox</h1><p>Every partner, simulated. Nothing here is real.</p>"
        + _table("Partners", ["partner", "state", "effects"], partners)
        + _table("Faults arranged", ["id", "partner", "operation", "fault", "times left"], struck)
        + "<p><a href='/admin/operations'>All operations</a> · <a href='/admin/calls'>call log</a> · "
        "<a href='/admin/effects'>effects</a> · <a href='/admin/webhooks'>webhooks</a></p>"
    )
    title = "<title>Sandbox</title><meta name=viewport content='width=device-width'>"
    return HTMLResponse(f"<!doctype html><html lang=en>{title}<style>{STYLE}</style><body>{body}</body></html>")


def _done(rows: list[Json], partner: str) -> str:
    return ", ".join(f"{row['n']} {row['kind']}" for row in rows if row["partner"] == partner) or "none"


def _table(title: str, heads: list[str], rows: list[list[object]]) -> str:
    head = "".join(f"<th scope=col>{escape(one)}</th>" for one in heads)
    lines = "".join(f"<tr>{''.join(f'<td>{escape(str(one))}</td>' for one in row)}</tr>" for row in rows)
    return f"<h2>{escape(title)}</h2><table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>"
