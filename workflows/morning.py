"""One round at the bank, begun by a schedule: the whole of it is one activity that may be done again."""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

ROUND = "bank.morning_round"
UNTIL_THE_NEXT = timedelta(hours=2, minutes=30)
"""What could not be done by then is left to the next round, and this one ends as failed where ops see it."""
PATIENCE = RetryPolicy(
    initial_interval=timedelta(minutes=1), backoff_coefficient=2, maximum_interval=timedelta(minutes=15)
)


@workflow.defn(name="MorningRound")
class MorningWorkflow:
    """One round."""

    @workflow.run
    async def run(self) -> None:
        """Go round, again while the bank cannot be reached."""
        await workflow.execute_activity(
            ROUND,
            summary="batches, payments, statements",
            start_to_close_timeout=timedelta(minutes=20),
            schedule_to_close_timeout=UNTIL_THE_NEXT,
            retry_policy=PATIENCE,
        )
