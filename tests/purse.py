"""A currency that runs out, without the engine: every coin is kept by itself."""

from collections import Counter
from datetime import date


class Purse:
    """What a member has of a currency that runs out, coin by coin: each knows the month in which it was earned.

    Days are counted since 1970, months are year * 12 + month - 1.
    """

    def __init__(self, *, expires_months: int | None, last_day: int | None, notice: int) -> None:
        self.expires_months, self.last_day, self.notice = expires_months, last_day, notice
        self.coins: list[int] = []
        self.debt = 0
        self.announced: dict[int, int] = {}

    def post(self, amount: int, month: int, *, is_spent: bool) -> None:
        """Coins come in, or go: the oldest first if they are spent, else those of the month first."""
        for _ in range(abs(amount)):
            if amount > 0 and self.debt:
                self.debt -= 1
            elif amount > 0:
                self.coins.append(month)
            elif not self.coins:
                self.debt += 1
            else:
                self.coins.remove(min(self.coins) if is_spent or month not in self.coins else month)
        self._forget_what_is_gone()

    def turn(self, day: int) -> None:
        """A day comes: what has run out goes, and what will is announced."""
        self.coins = [month for month in self.coins if self.announced.get(month, day) >= day]
        self._forget_what_is_gone()
        for month in set(self.coins) - self.announced.keys():
            last = self._last_day_of(month)
            if day + self.notice >= last:
                self.announced[month] = max(last, day + self.notice)

    def months(self) -> list[tuple[int, int]]:
        """How many coins there are of each month."""
        return list(Counter(self.coins).items())

    def _last_day_of(self, month: int) -> int:
        ends = [] if self.last_day is None else [self.last_day]
        if self.expires_months is not None:
            year, number = divmod(month + self.expires_months + 1, 12)
            ends.append((date(year, number + 1, 1) - date(1970, 1, 1)).days - 1)
        return min(ends)

    def _forget_what_is_gone(self) -> None:
        self.announced = {month: day for month, day in self.announced.items() if month in self.coins}
