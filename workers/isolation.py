"""What workflow code may see, and where it is watched: in tests and in the replay of recorded histories.

The sandbox of the SDK stops workflow code that asks for the clock, for chance or for the outside. It watches where
such code is written and checked; a worker on duty runs the same code without it, at three fifths of the cost
(docs/decisions/0013-watched-in-tests-plain-on-duty.md).

Our own rooms and pydantic pass through the sandbox: they are deterministic by the import rules, and importing
them anew per workflow costs five times the speed.
"""

from temporalio.worker import UnsandboxedWorkflowRunner
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
    """The sandbox in which tests run every workflow and replay every recorded history."""
    return SandboxedWorkflowRunner(
        restrictions=SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH)
    )


def plain_runner() -> UnsandboxedWorkflowRunner:
    """How a worker on duty runs workflows whose code the sandbox has seen."""
    return UnsandboxedWorkflowRunner()
