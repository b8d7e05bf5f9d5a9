"""What time itself brought, in words: years together, and until when a currency can be used. Pure."""

from engine.core.lines.turning import ExpiryAnnounced, YearsReached
from engine.core.receipts.amounts import Amounts
from engine.core.receipts.words import times_in_words


class Turnings(Amounts):
    """See the module."""

    def years(self, line: YearsReached) -> str:
        """Years with the organization, small numbers as words."""
        title = self.title(line.recognition)
        if line.years == 1:
            return self.say("years_one", title=title)
        return self.say("years", title=title, years=times_in_words(line.years, self.language))

    def usable_until(self, line: ExpiryAnnounced) -> str:
        """How much of a currency can be used until when."""
        facts = {"title": self.title(line.currency), "amount": line.amount}
        return self.say("usable_until", month=self.in_month(line.month), day=self.day_of_year(line.last_day), **facts)
