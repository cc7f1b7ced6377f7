"""The story of a job: everything in it is already in words."""

from documents.language import Words
from documents.sheets.base import Json, Sheet, sheet
from domain.papers import StoryPaper


@sheet.register
def _(paper: StoryPaper) -> Sheet:
    told = paper.model_dump(mode="json", include={"facts", "lines", "steps", "money", "deadlines"})
    data: Json = {"number": paper.number, "job_title": paper.job_title, "state": paper.state, **told}
    title = f"{Words('story', paper.language)['title']} {paper.number}"
    return Sheet("story/story.typ", title, paper.entity, ("common", "story"), data)
