"""What workflow code may see: set once, for workers and for the replay of recorded histories alike.

Our own rooms and pydantic pass through the sandbox: they are deterministic by the import rules, and importing
them anew per workflow costs five times the speed.
"""

from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

PASSED_THROUGH = (
    "activities",
    "domain",
    "workflows",
    "pydantic",
    "pydantic_core",
    "annotated_types",
    "stdnum",
    "schwifty",
    "holidays",
    "yaml",
)


def workflow_runner() -> SandboxedWorkflowRunner:
    """The sandbox every workflow runs in."""
    return SandboxedWorkflowRunner(
        restrictions=SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH)
    )
