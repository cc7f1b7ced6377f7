"""One module per service word: the values its papers print. Importing the package registers them all."""

from documents.sheets import invoicing
from documents.sheets.base import Sheet, sheet

__all__ = ["Sheet", "invoicing", "sheet"]
