"""Every page of every role, opened and read in three languages: what is no word of the reader is named."""

from allin.crawling.crawler import Crawler
from allin.crawling.slips import Slip, slips

__all__ = ["Crawler", "Slip", "slips"]
