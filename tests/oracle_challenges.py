"""The oracle's challenges: who brought what is kept, and added up when somebody may be rewarded."""

from typing import Any

from tests.oracle import DAY, HOUR, Oracle, Plain


class OracleWithChallenges(Oracle):
    """The same organization, with its challenges."""

    def __init__(self, rules: Plain, units: dict[str, Plain], hidden: set[str]) -> None:
        super().__init__(rules, units, hidden)
        self.brought: list[Plain] = []
        self.rewarded: dict[tuple[str, str, Any], Plain] = {}
        self.recorded = 0

    def tell(self, event: Plain) -> None:
        """One event, and what it brings to challenges; `settle` rewards all who are to be rewarded by then."""
        self.recorded = event["recorded"]
        if event["do"] == "settle":
            super().tell({**event, "do": "units", "who": None, "units": {}})  # time goes on, nothing else
            if "more" not in event:
                self._settle()
        else:
            super().tell(event)
        self._bring(counts=event["do"] in {"act", "thank", "decide"})

    def _take_back(self, number: int) -> None:
        super()._take_back(number)
        self._take_from_challenges(number)

    def _runs(self, challenge: Plain) -> bool:
        return bool(self.recorded < (challenge["last_day"] + 1) * DAY + self.rules["grace_hours"] * HOUR)

    def _bring(self, *, counts: bool) -> None:
        fresh = [one for kept in self.kept.values() for one in kept if "seen" not in one]
        for one in fresh:
            one["seen"] = True
        if not counts:
            return
        for challenge in filter(self._runs, self.rules["challenges"]):
            for one in fresh:
                is_of = one["id"] == challenge["of"] and "streak" not in one
                if is_of and challenge["first_day"] <= one["day"] <= challenge["last_day"]:
                    unit = one["units"].get("teams") if challenge["for"] == "team" else ""
                    self.brought.append({**one, "challenge": challenge["id"], "unit": unit})

    def _parts(self, challenge: Plain, unit: Any) -> dict[str, int]:  # noqa: ANN401
        mine = [one for one in self.brought if one["challenge"] == challenge["id"] and one["unit"] == unit]
        return {who: sum(one["points"] for one in mine if one["who"] == who) for who in {one["who"] for one in mine}}

    def _settle(self) -> None:
        for challenge in self.rules["challenges"]:
            alone, reward = challenge["for"] == "member", challenge["reward"]
            for unit in {one["unit"] for one in self.brought if one["challenge"] == challenge["id"]}:
                parts = self._parts(challenge, unit)
                least = challenge["goal"] if alone else reward.get("own_share", 1)
                reached = alone or sum(parts.values()) >= challenge["goal"]
                for who in (who for who, part in parts.items() if reached and part >= least):
                    self._reward(challenge, who, unit)

    def _reward(self, challenge: Plain, who: str, unit: Any) -> None:  # noqa: ANN401
        if (challenge["id"], who, unit) in self.rewarded:
            return
        key = (who, challenge["reward"].get("badge"), "", 0)
        given = None if key[1] is None or key in self.badges else key
        rule = f"{challenge['id']} of {unit}"
        self.rewarded[challenge["id"], who, unit] = {"by": (self.number, rule), "day": self.today, "given": given}
        self.badges.update({} if given is None else {given: self.today})
        more: Plain = {"rule": rule, "data": {}, "once": [], "counters": ()}
        points = challenge["reward"].get("points", 0)
        self._pay_in_caps(who, "challenge", points, self.today, {"agreed": points}, **more)
        self._grant(who, "points", "", self.today)

    def _take_from_challenges(self, number: int) -> None:
        for challenge in filter(self._runs, self.rules["challenges"]):
            taken = [one for one in self.brought if one["number"] == number and one["challenge"] == challenge["id"]]
            self.brought = [one for one in self.brought if one not in taken]
            least = challenge["goal"] if challenge["for"] == "member" else challenge["reward"].get("own_share", 1)
            for who, unit in {(one["who"], one["unit"]) for one in taken}:
                if self._parts(challenge, unit).get(who, 0) >= least:
                    continue
                reward = self.rewarded.pop((challenge["id"], who, unit), None)
                if reward is not None:
                    self._take_reward(who, reward)

    def _take_reward(self, who: str, reward: Plain) -> None:
        self.badges.pop(reward["given"], None)
        self.kept[who] = [one for one in self.kept.get(who, []) if (one["number"], one["rule"]) != reward["by"]]
        self._withdraw(who, set(), reward["day"])
