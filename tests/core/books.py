"""Core rulebooks from the plain form that tests and the oracle share."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from engine.core.days_off import DaysOff
from engine.core.periods import PeriodKind, day_bounds_ms, parse_period
from engine.core.questions import Condition, Operator, Reading, Scope, Test
from engine.core.rulebook import EventType, Field, FieldType, Name, Rulebook
from engine.core.rules import (
    Anniversary,
    Approval,
    Badge,
    Board,
    Boost,
    Cap,
    Challenge,
    Currency,
    Fade,
    Level,
    Limit,
    Metric,
    Once,
    Pays,
    Recognition,
    Removal,
    Rule,
    Slot,
    Text,
    Thanks,
    Tier,
    Use,
)
from engine.core.streak import Streak
from engine.core.windows import Window, parse_window

Plain = dict[str, Any]

FIELDS = {
    "content.shared": {
        "content": FieldType.CONTENT,
        "channel": FieldType.CHOICE,
        "own_words": FieldType.YES_NO,
        "topics": FieldType.CHOICES,
        "reach": FieldType.NUMBER,
    },
    "content.approved": {
        "content": FieldType.CONTENT,
        "proposer": FieldType.MEMBER,
        "reviewers": FieldType.MEMBERS,
        "proposed_at": FieldType.TIME,
    },
    "content.removed": {"content": FieldType.CONTENT},
    "link.clicked": {"content": FieldType.CONTENT, "visitor": FieldType.KEY},
    "planning.joined": {"topics": FieldType.CHOICES},
}

WINDOW_DAYS = {"day": 1, "week": 7, "month": 31, "quarter": 92, "year": 180, "ever": 0}
SCOPES = {"member": Scope.MEMBER, "content": Scope.CONTENT, "metrics": Scope.METRIC, "event": Scope.CLOCK}


def names_of(spec: Plain) -> list[str]:
    """All names that get a code, as `kind:id`."""
    found = {"metric:points"}
    kinds = ("metric", "rule", "badge", "level", "board", "recognition", "currency", "challenge", "boost", "streak")
    for kind in kinds:
        found.update(f"{kind}:{item['id']}" for item in spec.get(f"{kind}s", ()))
    found.update(f"recognition:{item['id']}" for item in spec.get("anniversaries", ()))
    if "thanks" in spec:
        found.add("thanks:thanks")
    found.update(f"slot:{name}" for name in _slot_names(spec))
    return sorted(found)


def _slot_names(spec: Plain) -> dict[str, Plain]:
    found: dict[str, Plain] = {}
    for rule in spec.get("rules", ()):
        for use in _uses(rule):
            found[_slot_name(use, rule["id"])] = use
    for cap in spec.get("caps", ()):
        found[f"cap-{cap['id']}/{cap['per']}"] = cap
    for currency in spec.get("currencys", ()):
        for limit in currency.get("limits", ()):
            found[f"currency-{currency['id']}/{limit['per']}"] = limit
    for part in ("allowance", "same_pair"):
        if part in spec.get("thanks", {}):
            limit = spec["thanks"][part]
            found[f"{part}/{limit['per']}"] = limit
    return found


def _uses(rule: Plain) -> list[Plain]:
    fade = rule.get("fade")
    return [*([fade] if fade else []), *rule.get("limits", ())]


def _slot_name(use: Plain, rule: str) -> str:
    by = f"/{use['by']}" if use.get("by") else ""
    return f"{use.get('counter') or rule}/{use['per']}{by}"


class _Maker:
    """Builds the parts of one rulebook with the codes that its publication gave."""

    def __init__(self, spec: Plain, codes: Mapping[str, int]) -> None:
        self.spec, self.codes = spec, codes
        self.slots = {
            name: Slot(
                code=codes[f"slot:{name}"],
                per=parse_window(use["per"]),
                by=use.get("by"),
                forget_days=use.get("forget_days"),
            )
            for name, use in _slot_names(spec).items()
        }
        self.points = Metric(
            code=codes["metric:points"],
            id="points",
            on=(),
            measure="sum",
            keep_days=self.keep_days("points"),
            keep_months=self.keep_months("points"),
        )
        self.metrics = {metric["id"]: self.metric(metric) for metric in spec.get("metrics", ())}
        self.metrics["points"] = self.points
        self.boards = {board["id"]: self.board(board) for board in spec.get("boards", ())}

    def text(self, item: Plain) -> Text:
        return Text({"en": item["id"]})

    def windows_of(self, metric: str) -> list[str]:
        windows = [badge["per"] for badge in self.spec.get("badges", ()) if badge.get("metric") == metric]
        windows += [kind for board in self.spec.get("boards", ()) if board["of"] == metric for kind in board["periods"]]
        return [*windows, *self.spec.get("windows", {}).get(metric, ())]

    def keep_months(self, metric: str) -> bool:
        return any(window in {"month", "quarter"} for window in self.windows_of(metric))

    def keep_days(self, metric: str, of_period: PeriodKind | None = None) -> int:
        by_days = of_period in {"day", "week"}
        windows = self.windows_of(metric)
        widths = [_days(window) for window in windows if by_days or _WINDOW_KINDS_OF_DAYS.match(window)]
        return self.spec.get("days_back", 45) + max(widths) + 8 if widths else 0

    def metric(self, item: Plain) -> Metric:
        measure = item.get("measure", "count")
        period = PeriodKind(item["of"]) if measure == "distinct" and item["of"] in set(PeriodKind) else None
        return Metric(
            code=self.codes[f"metric:{item['id']}"],
            id=item["id"],
            on=tuple(item["on"]),
            condition=self.condition(item.get("if", {})),
            measure=measure,
            of=item.get("of", ""),
            of_period=period,
            keep_days=self.keep_days(item["id"], period),
            keep_months=period in {"month", "quarter", "year"} or self.keep_months(item["id"]),
        )

    def condition(self, lines: Plain) -> Condition:
        return Condition(all_of=self.tests(lines))

    def tests(self, lines: Plain) -> tuple[Test, ...]:
        return tuple(self.test(name, wanted) for name, wanted in lines.items())

    def test(self, name: str, wanted: object) -> Test:
        """`name` or `name.operator`: a value means equals, a tuple any of."""
        operator = Operator.ANY_OF if isinstance(wanted, tuple) else Operator.IS
        head, _, last = name.rpartition(".")
        if last in set(Operator):
            name, operator = head, Operator(last)
        scope, _, rest = name.partition(".")
        if scope not in SCOPES:
            return Test(reading=Reading(scope=Scope.EVENT, name=name), operator=operator, operand=wanted)  # type: ignore[arg-type]
        metric, _, window = rest.partition(".")
        reading = (
            Reading(scope=Scope.METRIC, name=metric, metric=self.codes[f"metric:{metric}"], window=parse_window(window))
            if scope == "metrics"
            else Reading(scope=SCOPES[scope], name=rest)
        )
        return Test(reading=reading, operator=operator, operand=wanted)  # type: ignore[arg-type]  # as the test says it

    def use(self, use: Plain, rule: str) -> Use:
        return Use(slot=self.slots[_slot_name(use, rule)], dated=use.get("dated"))

    def counts(self, rule: Plain) -> tuple[Use, ...]:
        """The rule's own slots, and all others of the counters that it names."""
        counters = {use["counter"] for use in _uses(rule) if use.get("counter")}
        found = {_slot_name(use, rule["id"]): self.use(use, rule["id"]) for use in _uses(rule)}
        for other in self.spec.get("rules", ()):
            for use in _uses(other):
                if use.get("counter") in counters:
                    found.setdefault(_slot_name(use, other["id"]), Use(slot=self.slots[_slot_name(use, other["id"])]))
        return tuple(found.values())

    def rule(self, rule: Plain, rank: int) -> Rule:
        who, _, field = rule.get("pays", "subject").partition(":")
        fade, once = rule.get("fade"), rule.get("once")
        return Rule(
            code=self.codes[f"rule:{rule['id']}"],
            id=rule["id"],
            rank=rank,
            title=self.text(rule),
            on=tuple(rule["on"]),
            condition=self.condition(rule.get("if", {})),
            pays=Pays(who=who, field=field, self_ok=rule.get("self_ok", False)),
            points=rule["points"],
            also=tuple((self.codes[f"currency:{id_}"], amount) for id_, amount in rule.get("also", {}).items()),
            fade=Fade(use=self.use(fade, rule["id"]), percents=tuple(fade["percent"])) if fade else None,
            limits=tuple(
                Limit(use=self.use(limit, rule["id"]), times=limit.get("times"), points=limit.get("points"))
                for limit in rule.get("limits", ())
            ),
            counts=self.counts(rule),
            once=Once(fields=tuple(once), forget_days=rule.get("once_forget_days")) if once else None,
        )

    def badge(self, badge: Plain) -> Badge:
        return Badge(
            code=self.codes[f"badge:{badge['id']}"],
            id=badge["id"],
            title=self.text(badge),
            metric=self.metrics[badge["metric"]] if "metric" in badge else None,
            window=parse_window(badge["per"]) if "metric" in badge else None,
            each=badge.get("each", False),
            tiers=tuple(Tier(at=at) for at in badge.get("tiers", (1,))),
            condition=self.condition(badge.get("if", {})),
            repeats=PeriodKind(badge["repeats"]) if "repeats" in badge else None,
            streak=self.codes[f"streak:{badge['streak']}"] if "streak" in badge else -1,
            stretches=badge.get("stretches", False),
        )

    def streak(self, item: Plain) -> Streak:
        return Streak(
            code=self.codes[f"streak:{item['id']}"],
            id=item["id"],
            title=self.text(item),
            on=tuple(item["on"]),
            every=PeriodKind(item["every"]),
            working=item.get("working", False),
            country=item.get("country"),
            away_pauses=item.get("away", False),
            start=item.get("start", 0),
            most=item.get("most", 0),
            earn=item.get("earn", 0),
            points=item.get("points", 0),
        )

    def board(self, board: Plain) -> Board:
        return Board(
            code=self.codes[f"board:{board['id']}"],
            id=board["id"],
            title=self.text(board),
            metric=self.metrics[board["of"]],
            periods=tuple(PeriodKind(kind) for kind in board["periods"]),
            by=tuple(board.get("by", ("members", "teams"))),
        )

    def challenge(self, item: Plain, zone: str, grace_ms: int) -> Challenge:
        reward = item.get("reward", {})
        return Challenge(
            code=self.codes[f"challenge:{item['id']}"],
            id=item["id"],
            title=self.text(item),
            whose=item["for"],
            metric=self.metrics[item["of"]],
            first_day=item["first_day"],
            last_day=item["last_day"],
            closes_ms=day_bounds_ms(item["last_day"], zone)[1] + grace_ms,
            goal=item["goal"],
            own_share=reward.get("own_share", 1),
            badge=self.codes[f"badge:{reward['badge']}"] if "badge" in reward else None,
            amount=reward.get("points", 0),
            currency=self.codes[f"currency:{reward['currency']}"] if "currency" in reward else None,
        )

    def recognition(self, item: Plain) -> Recognition:
        return Recognition(
            code=self.codes[f"recognition:{item['id']}"],
            id=item["id"],
            title=self.text(item),
            at_end_of=PeriodKind(item["at_end_of"]),
            board=self.boards[item["board"]],
            places=item.get("places", 3),
            most=item.get("most", 10),
            at_least=item.get("at_least", 1),
            leave_out=self.tests(item.get("leave_out", {})),
            asks_first=item.get("asks_first", False),
        )

    def boost(self, item: Plain) -> Boost:
        return Boost(
            code=self.codes[f"boost:{item['id']}"],
            id=item["id"],
            title=self.text(item),
            on=tuple(item["on"]),
            condition=self.condition(item.get("if", {})),
            first_day=item["first_day"],
            last_day=item["last_day"],
            percent=item["percent"],
        )

    def approval(self) -> Approval | None:
        item = self.spec.get("approval")
        if item is None:
            return None
        not_by = item.get("not_by", ("giver", "receiver"))
        return Approval(over=item["over"], approver="hr", not_by=not_by, within_ms=item["within_days"] * 86_400_000)

    def thanks(self) -> Thanks | None:
        item = self.spec.get("thanks")
        if item is None:
            return None
        bounds = {
            part: Limit(use=Use(slot=self.slots[f"{part}/{item[part]['per']}"]), times=item[part]["times"])
            for part in ("allowance", "same_pair")
            if part in item
        }
        return Thanks(
            code=self.codes["thanks:thanks"],
            id="thanks",
            title=Text({"en": "thanks"}),
            giver=item["giver"],
            receiver=item["receiver"],
            mutual_days=item.get("mutual_days", 0),
            mutual_percent=item.get("mutual_percent", 100),
            **bounds,
        )


_WINDOW_KINDS_OF_DAYS = re.compile("day|week|last_")


def _days(window: str) -> int:
    parsed: Window = parse_window(window)
    if parsed.kind == "last_weeks":
        return 7 * parsed.n
    return parsed.n if parsed.kind == "last_days" else WINDOW_DAYS[parsed.kind]


def book_from(spec: Plain, codes: Mapping[str, int], *, zone: str = "UTC") -> Rulebook:
    """The rulebook that the core judges by."""
    make = _Maker(spec, codes)
    by_id = sorted(spec.get("rules", ()), key=lambda rule: str(rule["id"]))
    names = {}
    for name, code in codes.items():
        kind, _, id_ = name.partition(":")
        names[code] = Name(kind=kind, id=id_)  # type: ignore[arg-type]  # one of the kinds of `names_of`
    return Rulebook(
        digest=b"book",
        zone=zone,
        week_starts=spec.get("week_starts", 0),
        grace_ms=spec.get("grace_hours", 24) * 3_600_000,
        days_back=spec.get("days_back", 45),
        country="FI",
        languages=("en",),
        packs=(),
        topics=(),
        events={type_: _event(type_, fields) for type_, fields in FIELDS.items()},
        groups={},
        metrics=tuple(metric for id_, metric in sorted(make.metrics.items()) if id_ != "points"),
        points=make.points,
        rules=tuple(make.rule(rule, rank) for rank, rule in enumerate(by_id)),
        caps=tuple(
            Cap(
                slot=make.slots[f"cap-{cap['id']}/{cap['per']}"],
                points=cap["points"],
                on=tuple(cap.get("on", ())),
                label=cap["id"],
            )
            for cap in spec.get("caps", ())
        ),
        currencies=tuple(
            Currency(
                code=codes[f"currency:{item['id']}"],
                id=item["id"],
                title=make.text(item),
                per_point=item.get("per_point", 0),
                expires_months=item.get("expires_months"),
                last_day=item.get("last_day"),
                announce_days=item.get("announce_days", 0),
                limits=tuple(
                    (make.slots[f"currency-{item['id']}/{limit['per']}"], limit["most"])
                    for limit in item.get("limits", ())
                ),
            )
            for item in spec.get("currencys", ())
        ),
        badges=tuple(make.badge(badge) for badge in spec.get("badges", ())),
        levels=tuple(
            Level(code=codes[f"level:{level['id']}"], id=level["id"], title=make.text(level), at=level["at"])
            for level in spec.get("levels", ())
        ),
        boards=tuple(make.boards.values()),
        recognitions=tuple(make.recognition(item) for item in spec.get("recognitions", ())),
        thanks=make.thanks(),
        removals=tuple(
            Removal(on=item["on"], within_days=item["within_days"], badges_stay=item.get("badges_stay", True))
            for item in spec.get("removals", ())
        ),
        formulas={},
        names=names,
        challenges=tuple(
            make.challenge(item, zone, spec.get("grace_hours", 24) * 3_600_000) for item in spec.get("challenges", ())
        ),
        boosts=tuple(make.boost(item) for item in spec.get("boosts", ())),
        approval=make.approval(),
        anniversaries=tuple(
            Anniversary(
                code=codes[f"recognition:{item['id']}"],
                id=item["id"],
                title=make.text(item),
                years=tuple(item["years"]),
                asks_first=item.get("asks_first", False),
            )
            for item in spec.get("anniversaries", ())
        ),
        streaks=tuple(make.streak(item) for item in spec.get("streaks", ())),
        days_off=_calendars(spec.get("days_off", {})),
    )


def _calendars(said: Mapping[str, Iterable[int]] | tuple[int, Iterable[int]]) -> dict[str, DaysOff]:
    """By country; or the days that are counted from `MONDAY`, as the oracle reads them, for Finland."""
    by_country = said if isinstance(said, Mapping) else {"FI": said[1]}
    return {country: days_off(days) for country, days in by_country.items()}


def days_off(days: Iterable[int]) -> DaysOff:
    """A calendar of the weekends of two years from `MONDAY` on, and these days beside them, counted from it."""
    off = {*days}
    table = bytes(at in off or at % 7 > 4 for at in range(730))
    return DaysOff(parse_period("2026-01-05").index, table)


def _event(type_: str, fields: Mapping[str, FieldType]) -> EventType:
    return EventType(
        type=type_,
        title=Text({"en": type_}),
        purpose="A test",
        keep_days=90,
        seen_by=("member",),
        said_by=("tool", "member"),
        fields={name: Field(name=name, type=kind, optional=True) for name, kind in fields.items()},
    )
