"""What an installation has: settings, database, calendar, lines to its partners, letterhead, post and links."""

from dataclasses import dataclass
from functools import cached_property

import httpx2

from activities.letterhead import Letterhead
from documents import render
from engine.calendar import ActivityClock, Calendar
from engine.settings import PARTNERS, Settings
from partners.mail import HttpMail, SmtpMail
from storage.core.database import Database
from storage.execution.partner_states import PartnerStates
from storage.execution.partner_switches import Switches
from storage.execution.sent_mails import SentMails
from storage.security.links import Links
from workers.partner_watch import PartnerWatch
from workers.partners import PartnerLines


@dataclass(frozen=True)
class OnSite:
    """What this installation has: settings, database, calendar, and how partners are reached."""

    settings: Settings
    database: Database
    calendar: Calendar
    transport: httpx2.AsyncBaseTransport | None = None
    """Replaces the network in tests."""

    @cached_property
    def clock(self) -> ActivityClock:
        """Business time for everything an activity does."""
        return ActivityClock(self.calendar)

    @cached_property
    def partners(self) -> PartnerLines:
        """The lines to partners."""
        return PartnerLines(self.settings, self.clock, self.transport, self.watch)

    @cached_property
    def watch(self) -> PartnerWatch:
        """Who hears how the partners are, and knows which are paused."""
        return PartnerWatch(PartnerStates(self.database), Switches(self.database), self.clock)

    @cached_property
    def letterhead(self) -> Letterhead:
        """What this installation prints on its papers."""
        return Letterhead(
            sandbox=any(self.settings.is_sandbox(name) for name in PARTNERS),
            accident_insurer=self.settings.accident_insurer,
            accident_policy=self.settings.accident_policy,
            work_regulations=self.settings.work_regulations,
        )

    @cached_property
    def post(self) -> HttpMail | SmtpMail:
        """How mail leaves: by SMTP where an address is set, else through the simulated mail server."""
        if self.settings.mail_url:
            return SmtpMail(self.settings.mail_url, render.mail, self.clock, SentMails(self.database))
        return HttpMail(self.partners.to("mail"), render.mail)

    @cached_property
    def links(self) -> Links:
        """The links of people without an account."""
        secrets = self.settings.keys().derive_all("links")
        return Links(self.database, secrets, self.settings.public_url, self.clock)
