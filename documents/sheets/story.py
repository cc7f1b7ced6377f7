"""The story of a job: everything in it is already in words."""

from documents.language import TopicWords
from documents.sheets.base import Json, TemplateInput, sheet
from domain.papers import StoryPaper


@sheet.register
def _(paper: StoryPaper) -> TemplateInput:
    told = paper.model_dump(mode="json", include={"facts", "lines", "steps", "money", "deadlines"})
    data: Json = {"number": paper.number, "job_title": paper.job_title, "state": paper.state, **told}
    title = f"{TopicWords('story', paper.language)['title']} {paper.number}"
    return TemplateInput("story/story.typ", title, paper.entity, ("common", "story"), data)
