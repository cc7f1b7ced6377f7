"""Something a person is told: a code and its values; the words themselves stand in the catalogs."""

from pydantic import Field, computed_field

from domain.message import Message


class Sentence(Message):
    """Something a person is told: a code whose translation is kept apart, and the English sentence."""

    code: str
    text: str
    """English, with named places."""
    params: dict[str, str] = {}
    spoken: str = Field(default="", exclude=True)
    """The sentence in the reader's language, once somebody reads it."""

    @computed_field  # type: ignore[prop-decorator]  # mypy knows no decorated properties (pydantic docs)
    @property
    def said(self) -> str:
        """The sentence as the reader is told it; in English as long as nobody reads it."""
        return self.spoken or self.text.format(**self.params)

    def __str__(self) -> str:
        return self.said
