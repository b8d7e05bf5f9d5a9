"""The oracle: the rules of the house in plain lines, slow and by another way than the engine.

It imports nothing from the engine, keeps no counters and no states: it keeps all that was paid and counted, and adds
up again whenever it is asked. Times are milliseconds in UTC, days are whole days since 1970, weeks begin on Monday.
"""

from datetime import date, timedelta
from typing import Any

Plain = dict[str, Any]
DAY = 86_400_000
EPOCH = date(1970, 1, 1)


def span(per: str, day: int) -> tuple[int, int]:
    """First and last day of the period that a day lies in."""
    if per == "day":
        return day, day
    if per == "week":
        return day - (day + 3) % 7, day - (day + 3) % 7 + 6
    if per == "month":
        of = EPOCH + timedelta(days=day)
        after = date(of.year + of.month // 12, of.month % 12 + 1, 1)
        return (of.replace(day=1) - EPOCH).days, (after - EPOCH).days - 1
    if per == "ever":
        return -(10**9), 10**9
    raise ValueError(per)


def window(per: str, day: int) -> tuple[int, int]:
    """First and last day of the window that ends with a day or its week; else the period."""
    if per.startswith("last_"):
        _, n, unit = per.split("_")
        first, last = span("week", day)
        return (day - int(n) + 1, day) if unit == "days" else (first - 7 * (int(n) - 1), last)
    return span(per, day)


def most_used(uses: list[tuple[int, int]], per: str, day: int) -> tuple[int, int]:
    """How often and for how many points something was used, of (day, points): the most of all windows with the day."""
    if not per.startswith("last_"):
        spans = [span(per, day)]
    else:
        first, last = window(per, day)
        step, width = (1, last - first) if per.endswith("days") else (7, last - first)
        end = day if step == 1 else last
        spans = [(end - width + step * n, end + step * n) for n in range((width + 1) // step)]
    inside = [[points for at, points in uses if first <= at <= last] for first, last in spans]
    return max(len(some) for some in inside), max(sum(some) for some in inside)


class Oracle:
    """One organization."""

    def __init__(self, rules: Plain, teams: dict[str, str], hidden: set[str]) -> None:
        self.rules, self.teams, self.hidden = rules, dict(teams), hidden
        self.paid: list[Plain] = []
        self.counted: list[Plain] = []
        self.things: dict[str, Plain] = {}
        self.about: dict[tuple[str, str], list[int]] = {}
        self.badges: dict[tuple[str, str, str, int], int] = {}
        self.finals: dict[int, Plain] = {}
        self.first_week = 0
        self.number = 0
        self.today = 0

    def tell(self, event: Plain) -> dict[str, int]:
        """What one event brings to each member."""
        self.number += 1
        self.today = event["recorded"] // DAY
        self._close(event["recorded"])
        before = self.points()
        match event["do"]:
            case "act":
                self._act(event)
            case "retract" if "key" in event:
                self._retract(event["key"])
            case "retract":
                for number in self.about.get((event["content"], event["who"]), []):
                    self._take_back(number)
            case "team":
                self.teams[event["who"]] = event["team"]
            case _:
                self.rules = event["rules"]
        after = self.points()
        return {who: after[who] - before[who] for who in after if after[who] != before[who]}

    def points(self) -> dict[str, int]:
        """The points of everyone."""
        return {who: sum(paid["points"] for paid in self.paid if paid["who"] == who) for who in self.teams}

    def _act(self, event: Plain) -> None:
        key = event.get("key")
        if key is not None:
            thing = self.things.setdefault(key, {"number": None, "taken": 0, "waits": False})
            if thing["number"] is not None:
                return
            stopped = thing["taken"] >= 2 or thing["waits"]
            thing.update(number=self.number, waits=False)
            if stopped:
                return
        who, day, data = event["who"], event["time"] // DAY, event["data"]
        if "content" in data:
            self.about.setdefault((data["content"], who), []).append(self.number)
        touched = [(who, "points", "")]
        for metric in self.rules["metrics"]:
            if event["type"] in metric["on"] and self._holds(metric, data):
                value = data.get(metric.get("of", ""), "")
                for one in value if isinstance(value, list) else [value]:
                    record = {"who": who, "id": metric["id"], "value": one}
                    self.counted.append(record | {"day": day, "number": self.number})
                    touched.append((who, metric["id"], one))
        for rule in sorted(self.rules["rules"], key=lambda rule: str(rule["id"])):
            if event["type"] in rule["on"] and self._holds(rule, data):
                payee = who if "pays" not in rule else data.get(rule["pays"].partition(":")[2])
                if payee is not None and (payee != who or "pays" not in rule):
                    self._pay(rule, payee, event, day)
                    touched.append((payee, "points", ""))
        for holder, metric_id, value in touched:
            self._grant(holder, metric_id, value, day)

    def _holds(self, word: Plain, data: Plain) -> bool:
        return all(data.get(name) == wanted for name, wanted in word.get("if", {}).items())

    def _pay(self, rule: Plain, who: str, event: Plain, day: int) -> None:
        data, mine = event["data"], [paid for paid in self.paid if paid["who"] == who]
        once = [data.get(name) for name in rule.get("once", ())]
        if once and None not in once:
            keeps = rule.get("once_forget_days", 10**9)
            same = [paid for paid in mine if paid["rule"] == rule["id"] and paid["once"] == once]
            if any(paid["told"] + keeps >= self.today for paid in same):
                return
        amount = rule["points"]
        if "fade" in rule:
            times, _ = self._used(mine, rule, rule["fade"], data, day)
            percents = rule["fade"]["percent"]
            amount = (amount * percents[min(times, len(percents) - 1)] + 49) // 100
        for limit in rule.get("limits", ()):
            times, points = self._used(mine, rule, limit, data, day)
            if times >= limit.get("times", 10**9):
                return
            amount = min(amount, limit.get("points", 10**9) - points)
        for cap in self.rules.get("caps", ()):
            if not cap.get("on") or event["type"] in cap["on"]:
                uses = [(paid["day"], paid["points"]) for paid in mine if paid["type"] in cap.get("on", [paid["type"]])]
                amount = min(amount, cap["points"] - most_used(uses, cap["per"], day)[1])
        if amount > 0:
            record = {"who": who, "points": amount, "day": day, "told": self.today, "number": self.number}
            record |= {"rule": rule["id"], "type": event["type"], "data": data, "once": once, "team": self.teams[who]}
            named = [*rule.get("limits", ()), *([rule["fade"]] if "fade" in rule else [])]
            self.paid.append(record | {"counters": {use["counter"] for use in named if "counter" in use}})

    def _used(self, mine: list[Plain], rule: Plain, use: Plain, data: Plain, day: int) -> tuple[int, int]:
        counter, by = use.get("counter"), use.get("by", "")
        same = [paid for paid in mine if (counter in paid["counters"] if counter else paid["rule"] == rule["id"])]
        uses = [(paid["day"], paid["points"]) for paid in same if paid["data"].get(by) == data.get(by)]
        return most_used(uses, use["per"], day)

    def value(self, who: str, metric_id: str, value: str, per: str, day: int) -> int:
        """A metric in a window."""
        first, last = window(per, day)
        if metric_id == "points":
            return sum(paid["points"] for paid in self.paid if paid["who"] == who and first <= paid["day"] <= last)
        metric = next(metric for metric in self.rules["metrics"] if metric["id"] == metric_id)
        found = [one for one in self.counted if one["who"] == who and one["id"] == metric_id]
        found = [one for one in found if first <= one["day"] <= last]
        if metric.get("measure") == "distinct":
            return len({one["value"] for one in found})
        return sum(1 for one in found if metric.get("measure") != "each" or one["value"] == value)

    def _grant(self, who: str, metric_id: str, value: str, day: int) -> None:
        for badge in self.rules["badges"]:
            if badge["metric"] == metric_id:
                of = value if badge.get("each") else ""
                reached = self.value(who, metric_id, of, badge["per"], day)
                for tier, at in enumerate(badge["tiers"]):
                    if reached >= at:
                        step = span(badge["repeats"], day)[0] if "repeats" in badge else tier
                        self.badges.setdefault((who, badge["id"], of, step), day)

    def _retract(self, key: str) -> None:
        thing = self.things.setdefault(key, {"number": None, "taken": 0, "waits": True})
        if thing["number"] is None:
            thing["taken"] = max(thing["taken"], 1)
            return
        number = thing["number"]
        thing.update(number=None, taken=thing["taken"] + 1, waits=False)
        self._take_back(number)

    def _take_back(self, number: int) -> None:
        taken: list[Plain] = [one for one in [*self.counted, *self.paid] if one["number"] == number]
        self.counted = [one for one in self.counted if one["number"] != number]
        self.paid = [one for one in self.paid if one["number"] != number]
        for holder in {one["who"] for one in taken}:
            touched = {(one["id"], one["value"]) for one in taken if one["who"] == holder and "id" in one}
            for (who, id_, value, step), granted in list(self.badges.items()):
                badge = next(badge for badge in self.rules["badges"] if badge["id"] == id_)
                of = {("points", ""), *(touched if badge.get("each") else {(metric, "") for metric, _ in touched})}
                first, last = window(badge["per"], granted)
                at = badge["tiers"][0 if "repeats" in badge else step]
                inside = who == holder and (badge["metric"], value) in of and first <= taken[0]["day"] <= last
                if inside and self.value(who, badge["metric"], value, badge["per"], granted) < at:
                    del self.badges[who, id_, value, step]

    def week(self, monday: int) -> Plain:
        """The board of a week: members as shown, and sum and contributors of each team."""
        inside = [paid for paid in self.paid if monday <= paid["day"] <= monday + 6]
        scores = {who: sum(paid["points"] for paid in inside if paid["who"] == who) for who in self.teams}
        rows = sorted((-score, who) for who, score in scores.items() if score > 0 and who not in self.hidden)
        of = {team: [paid for paid in inside if paid["team"] == team] for team in {paid["team"] for paid in inside}}
        teams = {team: (sum(p["points"] for p in some), len({p["who"] for p in some})) for team, some in of.items()}
        won = [(who, 1 + sum(other < score for other, _ in rows), -score) for score, who in rows]
        places, most = self.rules["winners"]["places"], self.rules["winners"]["most"]
        winners = [row for row in won if row[1] <= places]
        while len(winners) > most:
            winners = [row for row in winners if row[1] < winners[-1][1]]
        return {"rows": [(who, -score) for score, who in rows], "teams": teams, "winners": winners}

    def _close(self, recorded: int) -> None:
        self.first_week = self.first_week or span("week", self.today)[0]
        while (self.first_week + 7) * DAY + self.rules["grace_hours"] * 3_600_000 <= recorded:
            self.finals[self.first_week] = self.week(self.first_week)
            self.first_week += 7
