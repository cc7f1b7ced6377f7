"""One module per service word: the values its papers print. Importing the package registers them all."""

from documents.sheets import agreement, debt_collection, employment_contract, invoicing, pay, story, things
from documents.sheets.base import TemplateInput, sheet

__all__ = [
    "TemplateInput",
    "agreement",
    "debt_collection",
    "employment_contract",
    "invoicing",
    "pay",
    "sheet",
    "story",
    "things",
]
