"""Under which id each process runs in Temporal. No personal data: ids are never encrypted."""

JOB = "job-"
"""What the id of a job's own process begins with."""
COLLECTION = "collection-"
CLAIM = "claim-"


def of_job(job_id: str) -> str:
    """The process that carries the job itself; its collections have others."""
    return f"{JOB}{job_id}"


def of_collection(invoice_id: str, turn: int = 1) -> str:
    """The process that awaits an invoice's money; another one each time it is awaited again."""
    return f"{COLLECTION}{invoice_id}" if turn == 1 else f"{COLLECTION}{invoice_id}-{turn}"


def of_claim(job_id: str, item: str) -> str:
    """The process that carries what happened on a job to its insurer and its money."""
    return f"{CLAIM}{job_id}-{item}"


def of_bulk_replay(replay_id: str) -> str:
    """The process of one bulk replay."""
    return f"bulk-{replay_id}"


def of_partner(partner: str) -> str:
    """The process that watches a partner in trouble."""
    return f"partner-{partner}"


def job_id(workflow_id: str) -> str:
    """The job whose own process this is; empty for any other process."""
    return workflow_id.removeprefix(JOB) if workflow_id.startswith(JOB) else ""
