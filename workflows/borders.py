"""Why a step or a process leaves what it is at: each is raised at a border, never in the middle of a try."""

from domain.job import Problem


class Renew(Exception):
    """The history is long and nothing is under way: the process goes on in a new one, from its own file."""


class Ended(Exception):
    """The step is over without (or beside) its verbs: done by hand, skipped, missed, failed, superseded."""


class Again(Exception):
    """The request was changed: from the start, with a new revision."""


class GoesInCircles(Exception):
    """A mistake of ours: this process waits again and again for what has happened already. Its task fails with
    these words, which operations are shown, instead of hanging; repaired code takes it up where it stood."""


class Changing(Exception):
    """What binds is to change: people are asked before anything else is done with it."""


class BindsAlready(Exception):
    """An answer got lost: what was asked for under this revision is signed. It is never given back by itself."""

    def __init__(self, revision: int) -> None:
        self.revision = revision
        super().__init__(f"revision {revision} binds already")


class NotAmended(Exception):
    """An amendment came to nothing; the question is asked again, with this problem."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.type)
