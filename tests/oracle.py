"""The rules of the house, without the engine: all that was paid and counted is kept, and added up when asked.

Times are milliseconds (`clock` those that no zone moves), days are whole days since 1970 of the same clock; weeks begin
`week_starts` days after Monday. When that changes, weeks that have ended close, the days of others go to the new weeks,
limits of weeks begin anew.
"""

from datetime import date, timedelta
from typing import Any

from tests.oracle_streaks import Streaks

Plain = dict[str, Any]
DAY, HOUR, NEVER, EPOCH = 86_400_000, 3_600_000, 10**9, date(1970, 1, 1)
MONTHS = {"month": 1, "quarter": 3, "year": 12}


def span(per: str, day: int, starts: int = 0) -> tuple[int, int]:
    """First and last day of the period that a day lies in."""
    if per in MONTHS:
        of = EPOCH + timedelta(days=day)
        begins = of.year * 12 + (of.month - 1) // MONTHS[per] * MONTHS[per]
        first, after = (date(month // 12, month % 12 + 1, 1) for month in (begins, begins + MONTHS[per]))
        return (first - EPOCH).days, (after - EPOCH).days - 1
    begins = day - (day + 3 - starts) % 7
    return {"day": (day, day), "week": (begins, begins + 6), "ever": (-NEVER, NEVER)}[per]


def window(per: str, day: int, starts: int = 0) -> tuple[int, int]:
    """First and last day of the window that ends with a day or its week; else the period."""
    if per.startswith("last_"):
        _, n, unit = per.split("_")
        first, last = span("week", day, starts)
        return (day - int(n) + 1, day) if unit == "days" else (first - 7 * (int(n) - 1), last)
    return span(per, day, starts)


def most_used(uses: list[tuple[int, int]], per: str, day: int, starts: int = 0) -> tuple[int, int]:
    """How often and for how many points something was used, of (day, points): the most of all windows with the day."""
    first, last = window(per, day, starts)
    steps = range(0, last - first + 1, 7 if per.endswith("weeks") else 1) if per.startswith("last_") else (0,)
    inside = [[points for at, points in uses if first + step <= at <= last + step] for step in steps]
    return max(len(some) for some in inside), max(sum(some) for some in inside)


class Oracle:
    """One organization. `units` says of each member, by kind of unit, which one they belong to."""

    def __init__(self, rules: Plain, units: dict[str, Plain], hidden: set[str]) -> None:
        self.rules, self.units, self.hidden = rules, dict(units), set(hidden)
        self.kept: dict[str, list[Plain]] = {}
        self.thanks: list[Plain] = []
        self.things: dict[Any, Plain] = {}
        self.waiting: dict[int, list[Plain]] = {}
        self.about: dict[tuple[Any, str], list[tuple[int, int, int]]] = {}
        self.badges: dict[tuple[str, str, str, int], int] = {}
        self.finals: dict[tuple[str, str, int], Plain] = {}
        self.open: dict[str, int] = {}
        self.now: Any = 0
        self.streaks = Streaks(self, span)
        self.number, self.today, self.born, self.starts = 0, 0, 0, rules.get("week_starts", 0)

    def tell(self, event: Plain) -> None:
        """One event; what is due before it closes first."""
        self.number, self.today = self.number + 1, event["recorded"] // DAY
        self.now = event.get("clock", event["recorded"])
        self.born = self.born or self.today
        self._close(event["recorded"], self.rules["grace_hours"], ("week", *MONTHS))
        match event["do"]:
            case "act" | "thank" | "publish" | "decide" as kind:
                {"act": self._act, "thank": self._thank, "publish": self._publish, "decide": self._decide}[kind](event)
            case "by hand":
                self._keep(event["who"], "points", event["points"], event["time"] // DAY)
            case "retract":
                self._retract(event["key"]) if "key" in event else self._take_about(event["content"], event["who"])
            case "choose":
                self.streaks.choose(event)
            case "units":
                self.units[event["who"]] = event["units"]
            case _:
                (self.hidden.discard if event["shown"] else self.hidden.add)(event["who"])

    def _keep(self, who: str, id_: str, points: int, day: int, **more: Any) -> None:  # noqa: ANN401
        record = {"who": who, "id": id_, "points": points, "day": day, "number": self.number, "told": self.today}
        record |= {"units": self.units.get(who, {}), "rule": None, "type": None, "counters": (), "cut": self.starts}
        self.kept.setdefault(who, []).append(record | more)

    def _act(self, event: Plain) -> None:
        thing = self.things.setdefault(event.get("key", self.number), {"number": None, "taken": 0, "waits": False})
        again, stopped = thing["number"] is not None, thing["taken"] >= 2 or thing["waits"]
        thing.update({} if again else {"number": self.number, "waits": False})
        if again or stopped:
            return
        who, day, data = event["who"], event["time"] // DAY, event["data"]
        self.about.setdefault((data.get("content"), who), []).append((self.number, self.today - self.born, day))
        touched = [(who, "points", "")]
        for metric in self.rules["metrics"] if who else ():
            if event["type"] in metric["on"] and self._holds(metric, event, day):
                value = data.get(metric.get("of", ""), "")
                for one in value if isinstance(value, list) else [value]:
                    self._keep(who, metric["id"], 1, day, value=one)
                    touched.append((who, metric["id"], one))
        for rule in sorted(self.rules["rules"], key=lambda rule: str(rule["id"])):
            if event["type"] in rule["on"] and self._holds(rule, event, day):
                paid = data.get(rule["pays"].partition(":")[2]) if "pays" in rule else who
                for payee in dict.fromkeys(paid if isinstance(paid, list) else [paid]):
                    if payee and (payee != who or "pays" not in rule):
                        touched += [(payee, "points", "")] if self._pay(rule, payee, event, day) else []
        self.streaks.act(who, event["type"], day)
        for holder, metric_id, value in touched:
            self._grant(holder, metric_id, value, day)
        if event["type"] in self.rules.get("removal", {"on": ()})["on"]:
            self._take_about(data["content"], who, self.rules["removal"]["days"])

    def _holds(self, word: Plain, event: Plain, day: int) -> bool:
        def line(said: str, wanted: Any) -> bool:  # noqa: ANN401
            name, _, operator = said.partition(":")
            if name.startswith("metrics."):
                return bool(self.value(event["who"], name.split(".")[1], "", name.split(".")[2], day) == wanted)
            found = event["data"].get(name, False if name.endswith(".present") else None)
            return bool(found == wanted if not operator else found is not None and found <= wanted)

        rows = [all(line(*each) for each in row.items()) for row in word.get("if_any", [{}])]
        return any(rows) and all(line(*each) for each in word.get("if", {}).items())

    def _pay(self, rule: Plain, who: str, event: Plain, day: int) -> bool:
        data, mine = event["data"], [one for one in self.kept.get(who, ()) if one["id"] == "points"]
        once = [event["who"] if name == "subject" else data.get(name) for name in rule.get("once", ())]
        same = [paid["told"] for paid in mine if paid["rule"] == rule["id"] and paid["once"] == once]
        if once and None not in once and any(told + rule.get("once_forget_days", NEVER) >= self.today for told in same):
            return False
        fade = rule.get("fade", {"per": "ever", "percent": [100]})
        times, _ = self._used(mine, rule, fade, data, day)
        boost = event.get("boost") or max(
            [100, *(one["percent"] for one in self.rules.get("boosts", ()) if self._works(one, event))]
        )
        percent = fade["percent"][min(times, len(fade["percent"]) - 1)] * boost
        amount = min((event.get("base", rule["points"]) * percent + 4_999) // 10_000, event.get("agreed", NEVER))
        for limit in rule.get("limits", ()):
            times, points = self._used(mine, rule, limit, data, day)
            amount = min(amount, limit.get("points", NEVER) - points if times < limit.get("times", NEVER) else 0)
        counters = {use.get("counter") for use in [*rule.get("limits", ()), rule.get("fade", {})]} - {None}
        units = event.get("units", self.units.get(who, {}))
        held = {**event, "paid": who, "rule": rule["id"], "base": rule["points"], "boost": boost, "units": units}
        more: Plain = {"rule": rule["id"], "data": data, "once": once, "counters": counters, "units": units}
        return self._pay_in_caps(who, event["type"], amount, day, held, **more)

    def _works(self, boost: Plain, event: Plain) -> bool:
        day = event["time"] // DAY
        is_on = event["type"] in boost["on"] and boost["first_day"] <= day <= boost["last_day"]
        return is_on and self._holds(boost, event, day)

    def _decide(self, event: Plain) -> None:
        held = self.waiting.get(event["number"], [])
        if not held or self.now >= held[0]["until"]:
            return
        del self.waiting[event["number"]]
        number, self.number = self.number, event["number"]
        held, day = held if event["verdict"] == "approve" else [], held[0]["time"] // DAY
        for one in held:
            self._pay(next(rule for rule in self.rules["rules"] if rule["id"] == one["rule"]), one["paid"], one, day)
        for who in {one["paid"] for one in held}:
            self._grant(who, "points", "", day)
        self.number = number

    def _pay_in_caps(
        self,
        who: str,
        type_: str,
        amount: int,
        day: int,
        held: Plain,
        **more: Any,  # noqa: ANN401
    ) -> bool:
        mine = [one for one in self.kept.get(who, ()) if one["id"] == "points" and one["type"]]
        for cap in (cap for cap in self.rules.get("caps", ()) if type_ in cap.get("on", [type_])):
            uses = [paid for paid in mine if paid["type"] in cap.get("on", [paid["type"]])]
            amount = min(amount, cap["points"] - self._most(uses, cap["per"], day)[1])
        approval = self.rules.get("approval")
        if approval and amount > approval["over"] and "agreed" not in held:
            until = self.now + approval["within_days"] * DAY
            self.waiting.setdefault(self.number, []).append({**held, "agreed": amount, "until": until})
        elif amount > 0:
            self._keep(who, "points", amount, day, type=type_, **more)
            return True
        return False

    def _used(self, mine: list[Plain], rule: Plain, use: Plain, data: Plain, day: int) -> tuple[int, int]:
        counter, by, dated = use.get("counter"), use.get("by", ""), use.get("dated", "")
        same = [paid for paid in mine if (counter in paid["counters"] if counter else paid["rule"] == rule["id"])]
        same = [paid for paid in same if paid["data"].get(by) == data.get(by)]
        same = [{**paid, "day": paid["data"].get(dated, paid["day"] * DAY) // DAY} for paid in same]
        return self._most(same, use["per"], data.get(dated, day * DAY) // DAY)

    def _most(self, paid: list[Plain], per: str, day: int) -> tuple[int, int]:
        uses = [(one["day"], one["points"]) for one in paid if "week" not in per or one["cut"] == self.starts]
        return most_used(uses, per, day, self.starts)

    def _thank(self, event: Plain) -> None:
        words, day, giver, to = self.rules["thanks"], event["time"] // DAY, event["who"], event["to"]
        mine = [thanks for thanks in self.thanks if thanks["who"] == giver]
        for limit, some in ((words["allowance"], mine), (words["pair"], [one for one in mine if one["to"] == to])):
            if self._most(some, limit["per"], day)[0] >= limit["times"]:
                return
        back = [one["at"] for one in self.thanks if one["who"] == to and one["to"] == giver and one["reaches"]]
        is_mutual = event["reaches"] and back and event["at"] - back[-1] <= words["mutual_days"] * DAY
        self.thanks.append(event | {"day": day, "points": 0, "cut": self.starts})
        for who, points in ((giver, words["giver"]), (to, words["receiver"]))[: 1 + event["reaches"]]:
            amount = (points * (words["percent"] if is_mutual else 100) + 49) // 100
            self._pay_in_caps(who, "thanks", amount, day, {"agreed": amount})

    def value(self, who: str, metric_id: str, value: str, per: str, day: int) -> int:
        """A metric in a window."""
        first, last = window(per, day, self.starts)
        found = [one for one in self.kept.get(who, ()) if one["id"] == metric_id and first <= one["day"] <= last]
        measure = next((one.get("measure") for one in self.rules["metrics"] if one["id"] == metric_id), None)
        found = [one for one in found if measure != "each" or one["value"] == value]
        return len({one["value"] for one in found}) if measure == "distinct" else sum(one["points"] for one in found)

    def _grant(self, who: str, metric_id: str, value: str, day: int) -> None:
        for badge in (badge for badge in self.rules["badges"] if badge.get("metric") == metric_id):
            of = value if badge.get("each") else ""
            for tier, at in enumerate(badge["tiers"]):
                if self.value(who, metric_id, of, badge["per"], day) >= at:
                    step = span(badge["repeats"], day, self.starts)[0] if "repeats" in badge else tier
                    self.badges.setdefault((who, badge["id"], of, step), day)

    def _retract(self, key: str) -> None:
        thing = self.things.setdefault(key, {"number": None, "taken": 0, "waits": True})
        number, taken = thing["number"], thing["taken"]
        thing.update(number=None, taken=taken + 1 if number else max(taken, 1), waits=thing["waits"] and not number)
        self._take_back(number)

    def _take_about(self, content: str, who: str, days: int = NEVER) -> None:
        for number, born, day in self.about.get((content, who), []):
            if number != self.number and born // 45 >= (self.today - self.born) // 45 - 1 and self.today - day <= days:
                self._take_back(number)

    def _take_back(self, number: int) -> None:
        self.waiting.pop(number, None)
        mine = [one for kept in self.kept.values() for one in kept if one["number"] == number and "streak" not in one]
        taken = [(one["who"], one["day"], (one["id"], one.get("value", ""))) for one in mine]
        for holder in {one["who"] for one in mine}:
            self.kept[holder] = [one for one in self.kept[holder] if one["number"] != number or "streak" in one]
        taken += [(who, day, ("points", "")) for who, day in self.streaks.take_back(number)]
        for holder, on in dict.fromkeys((who, day) for who, day, _ in taken):
            self._withdraw(holder, {what for who, day, what in taken if (who, day) == (holder, on)}, on)

    def _withdraw(self, holder: str, touched: set[tuple[str, str]], day: int) -> None:
        for (who, id_, value, step), granted in list(self.badges.items()):
            badge = {"per": "ever", "metric": "", **next(one for one in self.rules["badges"] if one["id"] == id_)}
            of = {("points", ""), *(touched if badge.get("each") else {(metric, "") for metric, _ in touched})}
            first, last = window(badge["per"], granted, self.starts)
            at = badge["tiers"][0 if "repeats" in badge else step] if (badge["metric"], value) in of else 0
            inside = who == holder and first <= day <= last
            if inside and self.value(who, badge["metric"], value, badge["per"], granted) < at:
                del self.badges[who, id_, value, step]

    def board(self, of: str, per: str, day: int) -> Plain:
        """The board of a period: members as shown, and of each unit its sum and contributors."""
        first, last = span(per, day, self.starts)
        inside = [one for kept in self.kept.values() for one in kept if one["id"] == of and first <= one["day"] <= last]
        scores = {who: self.value(who, of, "", per, day) for who in self.kept}
        rows = sorted((-score, who) for who, score in scores.items() if score > 0 and who not in self.hidden)
        places = {at for one in inside for at in one["units"].items()}
        units = {at: [one for one in inside if at in one["units"].items()] for at in places}
        sums = {unit: (sum(p["points"] for p in some), len({p["who"] for p in some})) for unit, some in units.items()}
        won = [(who, 1 + sum(other < score for other, _ in rows), -score) for score, who in rows]
        won = [row for row in won if sum(other[2] >= row[2] for other in won) <= self.rules["winners"]["most"]]
        won = [row for row in won if row[1] <= self.rules["winners"]["places"]]
        return {"rows": [(who, -score) for score, who in rows], "units": sums, "winners": won}

    def _publish(self, event: Plain) -> None:
        if (starts := event["rules"].get("week_starts", 0)) != self.starts:
            self._close(event["recorded"], 0, ("week",))
            self.open["week"] = span("week", self.open.setdefault("after week", self.open["week"]), starts)[0]
        self.rules, self.starts = event["rules"], starts

    def _close(self, recorded: int, grace_hours: int, periods: tuple[str, ...]) -> None:
        for per in periods:
            first = self.open.setdefault(per, span(per, self.today, self.starts)[0])
            while (span(per, first, self.starts)[1] + 1) * DAY + grace_hours * HOUR <= recorded:
                for board in (board for board in self.rules["boards"] if per in board["periods"]):
                    self.finals[board["id"], per, first] = self.board(board["of"], per, first)
                first = self.open[per] = self.open[f"after {per}"] = span(per, first, self.starts)[1] + 1
