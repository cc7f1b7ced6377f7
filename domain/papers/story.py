"""The story of a job on paper: for a dossier that outlives the programs it was made with."""

from domain.papers.base import EntityParty, Paper, Printed


class PrintedStoryLine(Printed):
    """One line of the story, as it was told."""

    at: str
    what: str
    """The service, or the job."""
    text: str
    by: str = ""
    quiet: str = ""
    """What was waited for before it."""


class StoryStep(Printed):
    """One step with all that is known of it; every value is already in words."""

    title: str
    state: str
    about: str
    facts: tuple[tuple[str, str], ...] = ()
    """What was asked for and answered, and the partner's own number."""
    events: tuple[tuple[str, str], ...] = ()
    """Tries, waits and decisions: when, and what."""
    money: tuple[tuple[str, str, str], ...] = ()
    """The day, what for, and the amount."""
    papers: tuple[str, ...] = ()
    undo: str = ""


class StoryPaper(Paper):
    """A job from declared to closed, line by line and step by step."""

    entity: EntityParty
    number: str
    """The job's own number."""
    job_title: str
    state: str
    facts: tuple[tuple[str, str], ...]
    lines: tuple[PrintedStoryLine, ...]
    steps: tuple[StoryStep, ...]
    money: tuple[tuple[str, str, str], ...] = ()
    """What moved for the job as a whole."""
    deadlines: tuple[tuple[str, str, str, str], ...] = ()
    """What, by when, whether met, and the law or promise behind it."""
