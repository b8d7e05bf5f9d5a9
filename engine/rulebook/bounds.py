"""Caps, currencies and removals."""

from fractions import Fraction
from typing import Final

from engine.core.rulebook import POINTS, FieldType
from engine.core.rules import Cap, Currency, Removal, Slot
from engine.rulebook.collect import RESERVED_CURRENCIES, Entry
from engine.rulebook.did_you_mean import joined, shown
from engine.rulebook.durations import read_days
from engine.rulebook.ground import unknown_event
from engine.rulebook.report import Place
from engine.rulebook.scope import ALL, GROUP, Scope
from engine.rulebook.sunset import read_sunset, refuse_sunset_of_points
from engine.rulebook.texts import read_title
from engine.rulebook.words.parts import MOST_POINTS
from engine.rulebook.words.rules import Cap as CapWords
from engine.rulebook.words.rules import Currency as CurrencyWords
from engine.rulebook.words.rules import CurrencyLimit
from engine.rulebook.words.rules import Removal as RemovalWords

MONEY: Final = ("eur", "usd", "gbp", "sek", "nok", "dkk", "chf")


def read_caps(entries: list[Entry[CapWords]], scope: Scope) -> tuple[Cap, ...]:
    """All caps, by what they are on and their period."""
    found: dict[tuple[str, str], Cap] = {}
    for entry in entries:
        words, place = entry.words, entry.place
        window = scope.window(words.per, place.at("per"))
        on = _cap_on(words.on, place.at("on"), scope)
        were_read = scope.report.was_read(place.at("on")) and scope.report.was_read(place.at("per"))
        if window is None or on is None or not were_read:
            continue
        if (words.on, words.per) in found:
            text = f"There are two caps on {shown(words.on)} per {words.per}."
            scope.report.wrong(place, "said-twice", text, cure="Keep the lower one.", spot=place.key)
            continue
        slot = scope.slot(f"cap:{words.on}", window, None, None, place)
        found[words.on, words.per] = Cap(slot=slot, points=words.points, on=on, label=words.on)
    return tuple(found[key] for key in sorted(found))


def _cap_on(on: str, place: Place, scope: Scope) -> tuple[str, ...] | None:
    """The events; none of them means all points. None where it is reported."""
    if on == ALL:
        return ()
    known = on[1:] in scope.ground.groups if on.startswith(GROUP) else on in scope.events
    if not known:
        unknown_event(on, place, scope.ground, scope.report)
        return None
    return tuple(event.type for event in scope.events_of(on, place))


def register_currencies(entries: list[Entry[CurrencyWords]], scope: Scope) -> None:
    """Give each currency its code, so that rules can name amounts of it."""
    for entry in entries:
        words, place = entry.words, entry.place
        if words.id in RESERVED_CURRENCIES:
            if words.id == POINTS and refuse_sunset_of_points(words, place, scope):
                continue
            found = f"{shown(words.id)} is a word of [[rule]]."
            cure = "points is always there." if words.id == POINTS else "Choose another id."
            scope.report.wrong(place.at("id"), "reserved-name", found, cure=cure)
            continue
        title = read_title(words.title, place.at("title"), scope.ground.languages, scope.report)
        scope.currencies[words.id] = scope.names.code("currency", words.id, title, words.formerly)


def read_currency(entry: Entry[CurrencyWords], scope: Scope) -> Currency:
    """The currency with its limits, in the currency itself."""
    words, place = entry.words, entry.place
    worth = _worth(words, place, scope)
    limits: list[tuple[Slot, int]] = []
    for number, limit in enumerate(words.limits):
        inner = place.at("limits", number)
        most = _most(limit, worth, place, number, scope)
        window = scope.window(limit.per, inner.at("per"))
        if window is None or most is None:
            continue
        formerly = f"currency:{words.formerly}" if words.formerly else None
        slot = scope.slot(f"currency:{words.id}", window, None, None, inner, formerly)
        if any(slot.code == known.code for known, _ in limits):
            scope.report.wrong(
                inner, "said-twice", f"There are two limits per {limit.per}.", cure="Keep the lower one."
            )
            continue
        limits.append((slot, most))
    return Currency(
        code=scope.currencies.get(words.id, -1),
        id=words.id,
        title=read_title(words.title, place.at("title"), scope.ground.languages, scope.report),
        per_point=words.per_point,
        limits=tuple(limits),
        worth=worth,
        **read_sunset(words, place, scope)._asdict(),
    )


def _worth(words: CurrencyWords, place: Place, scope: Scope) -> tuple[str, str] | None:
    if words.worth is None:
        return None
    said = [(money, amount) for money in MONEY if (amount := getattr(words.worth, money)) is not None]
    if len(said) == 1:
        return said[0]
    inner = place.at("worth")
    if not scope.report.was_read(inner):
        return None
    names = joined(money for money, _ in said) or "nothing"
    scope.report.wrong(
        inner,
        "only-one",
        f"worth says {names}.",
        expected="One kind of money is expected.",
        cure='Like { eur = "0.02" }.',
    )
    return None


def _most(
    limit: CurrencyLimit, worth: tuple[str, str] | None, currency: Place, number: int, scope: Scope
) -> int | None:
    place = currency.at("limits", number)
    said = [(money, amount) for money in MONEY if (amount := getattr(limit, money)) is not None]
    if not scope.report.was_read(place):
        return None
    if len(said) + (limit.amount is not None) != 1:
        cure = 'Write, for example: { eur = "96.00", per = "year" }, or { amount = 4800, per = "year" }'
        scope.report.wrong(place, "only-one", "A limit of a currency says one amount.", cure=cure)
        return None
    if limit.amount is not None:
        return limit.amount
    money, amount = said[0]
    if not scope.report.was_read(currency.at("worth")):
        return None
    if worth is None or worth[0] != money:
        cure = f'Add worth = {{ {money} = "0.02" }} to the currency, or write amount.'
        scope.report.wrong(place.at(money), "no-worth", f"What one is worth in {money} is not said.", cure=cure)
        return None
    one = Fraction(worth[1])
    most = int(Fraction(amount) / one) if one else 0
    if not 1 <= most <= MOST_POINTS:
        found = f"{amount} {money} is {most} of it, at {worth[1]} {money} each."
        scope.report.wrong(place.at(money), "out-of-range", found, expected=f"1 to {MOST_POINTS:,} are possible.")
        return None
    return most


def read_removals(entries: list[Entry[RemovalWords]], scope: Scope) -> tuple[Removal, ...]:
    """All removals, by their event."""
    found: dict[str, Removal] = {}
    for entry in entries:
        removal = _removal(entry, scope)
        if removal.on in found and scope.report.was_read(entry.place.at("on")):
            text = f"There are two removals on {shown(removal.on)}."
            scope.report.wrong(entry.place, "said-twice", text, cure="Keep one of the two.", spot=entry.place.key)
        found.setdefault(removal.on, removal)
    return tuple(found[on] for on in sorted(found))


def _removal(entry: Entry[RemovalWords], scope: Scope) -> Removal:
    """The removal; its event must have a content."""
    words, place = entry.words, entry.place
    days = read_days(words.within, place.at("within"), scope.report)
    removal = Removal(on=words.on, within_days=days or 1, badges_stay=words.badges == "stay")
    if not scope.report.was_read(place.at("on")):
        return removal
    events = scope.events_of(words.on, place.at("on"))
    for event in events:
        if not any(field.type is FieldType.CONTENT for field in event.fields.values()):
            found = f"{event.type} has no content: nothing could be taken back."
            scope.report.wrong(
                place.at("on"), "unknown-field", found, expected="A field of the type content is expected."
            )
    if words.on.startswith(GROUP) or (events and events[0].type not in scope.ground.events):
        found = f"{shown(words.on)} is not a single event."
        scope.report.wrong(place.at("on"), "unknown-event", found, cure="Write one [[removal]] for each event.")
    return removal
