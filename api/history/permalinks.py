"""Where exactly things can be read: a story's line, a step, a paper, a process in the engine's own pages."""

from urllib.parse import quote

from domain.orders import NO_ITEM, split_step


def story_link(job_id: str) -> str:
    """Where the whole story of a job can be read."""
    return f"/jobs/{job_id}/story"


def line_link(job_id: str, seq: int) -> str:
    """Where one line of a story can be read."""
    return f"{story_link(job_id)}#line-{seq}"


def step_link(job_id: str, step: str) -> str:
    """Where one step can be read."""
    return f"{story_link(job_id)}#{anchor(step)}"


def anchor(step: str) -> str:
    """The name of a step inside its page, without what addresses do not like: `step-wages-ann`."""
    return f"step-{'-'.join(part for part in split_step(step) if part != NO_ITEM)}"


def paper_address(job_id: str, name: str) -> str:
    """Where a paper can be opened."""
    return f"/api/jobs/{job_id}/documents/{quote(name)}"


def engine_link(ui: str, namespace: str | None, workflow_id: str) -> str | None:
    """The process in the engine's own pages; None where their address is not set."""
    if not ui:
        return None
    return f"{ui.rstrip('/')}/namespaces/{quote(namespace or 'default')}/workflows/{quote(workflow_id)}"
