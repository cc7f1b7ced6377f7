"""The printing press on duty: papers are made in threads, because making them is pure computing."""

import asyncio

from documents import render
from domain.papers import InvoicePaper, Paper, PaymentFile


class Press:
    """Makes papers, invoices and payment files."""

    async def pdf(self, paper: Paper) -> bytes:
        """One printed paper."""
        return await asyncio.to_thread(render.pdf, paper)

    async def invoice_files(self, paper: InvoicePaper) -> tuple[bytes, bytes]:
        """The invoice as PDF/A with its UBL inside, and the UBL."""
        return await asyncio.to_thread(render.invoice_files, paper)

    async def pain_001(self, file: PaymentFile) -> bytes:
        """A payment file for the bank."""
        return await asyncio.to_thread(render.pain001, file)
