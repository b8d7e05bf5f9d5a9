"""`[[rule]]` and `[defaults]`: who is paid how much for what."""

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from engine.core.rulebook import EventType, FieldType
from engine.core.rules import Pays, Rule, Use
from engine.rulebook.collect import Entry, FileWords
from engine.rulebook.conditions import SIGHT_OF_RULES, Sight
from engine.rulebook.counts import read_counts, read_once
from engine.rulebook.did_you_mean import listed, nearest, shown
from engine.rulebook.formula_use import read_formula
from engine.rulebook.formulas import CompiledFormula
from engine.rulebook.metrics import on_in_words
from engine.rulebook.predicates import NOTHING, Parts, check_possible, core_condition, read_parts
from engine.rulebook.report import Place
from engine.rulebook.scope import Scope
from engine.rulebook.texts import read_text, read_title
from engine.rulebook.words.rules import Defaults
from engine.rulebook.words.rules import Rule as RuleWords

NEVER: Final = "This rule could never pay"
INVITED_BY: Final = "member.invited_by"
_PEOPLE: Final = (FieldType.MEMBER, FieldType.MEMBERS)


class ReadRule(msgspec.Struct, frozen=True, kw_only=True):
    """A rule, its place in the order not yet known and its shared counts not yet complete.

    Where `[defaults]` hold for some of its events only it is two rules of the core, with one code and one id.
    """

    cores: tuple[Rule, ...]
    events: tuple[EventType, ...]
    counters: Mapping[str, Mapping[int, Use]]
    formulas: tuple[CompiledFormula, ...]


class FileDefaults(msgspec.Struct, frozen=True, kw_only=True):
    """What holds for the rules of one file on some events."""

    types: frozenset[str] = frozenset()
    parts: Parts = NOTHING


def read_rules(file: FileWords, scope: Scope) -> list[ReadRule]:
    """All rules of a file."""
    defaults = _defaults(file, scope)
    return [_rule(entry, defaults, scope) for entry in file.of(RuleWords)]


def _defaults(file: FileWords, scope: Scope) -> FileDefaults:
    for entry in file.of(Defaults):
        events = scope.events_of(entry.words.on, entry.place.at("on"))
        on = on_in_words(entry.words.on)
        sight = Sight(scope=scope, events=events, on=on, sees=SIGHT_OF_RULES, of="rule")
        parts = read_parts(entry.words, entry.place, sight)
        types = frozenset(event.type for event in events)
        if types and not any(types & _types(rule, scope) for rule in file.of(RuleWords)):
            scope.report.note(
                entry.place, "defaults-unused", f"No rule of this file looks at {on}.", cure="Take [defaults] out."
            )
        return FileDefaults(types=types, parts=parts)
    return FileDefaults()


def _types(rule: Entry[RuleWords], scope: Scope) -> frozenset[str]:
    names = [rule.words.on] if isinstance(rule.words.on, str) else rule.words.on
    found: set[str] = set()
    for name in names:
        found.update(scope.ground.groups.get(name[1:], ()) if name.startswith("@") else (name,))
    return frozenset(found)


def _rule(entry: Entry[RuleWords], defaults: FileDefaults, scope: Scope) -> ReadRule:
    words, place = entry.words, entry.place
    events = scope.events_of(words.on, place.at("on"))
    sight = Sight(scope=scope, events=events, on=on_in_words(words.on), sees=SIGHT_OF_RULES, of="rule")
    own = read_parts(words, place, sight)
    points, formulas = _points(words, place, own, sight)
    counts = read_counts(words, place, events, scope)
    title = read_title(words.title, place.at("title"), scope.ground.languages, scope.report)
    core = Rule(
        code=scope.names.code("rule", words.id, title, words.formerly),
        id=words.id,
        rank=0,
        title=title,
        text=read_text(words.text, place.at("text"), scope.ground.languages, scope.report),
        on=tuple(event.type for event in events),
        condition=core_condition(own),
        pays=_pays(words, place, events, scope),
        points=points,
        also=_also(entry, scope),
        fade=counts.fade,
        limits=tuple(counts.limits),
        counts=tuple(counts.uses[code] for code in sorted(counts.uses)),
        once=read_once(words, place, events, scope),
        past=words.past,
    )
    cores, own_formulas = _split(core, words, place, own, defaults, sight)
    return ReadRule(
        cores=cores,
        events=events,
        counters=counts.counters,
        formulas=(*formulas, *own_formulas),
    )


def _also(entry: Entry[RuleWords], scope: Scope) -> tuple[tuple[int, int], ...]:
    """The amounts of other currencies; one of a pack that is off is reported."""
    for id_, _ in entry.extras:
        if id_ not in scope.currencies:
            place = entry.place.at(id_)
            found, cure = f"{id_} is a currency of a pack that is off.", "Switch that pack on, or take this line out."
            scope.report.wrong(place, "unknown-word", found, cure=cure, spot=place.key)
    return tuple(sorted((scope.currencies[id_], n) for id_, n in entry.extras if id_ in scope.currencies))


def _split(
    core: Rule, words: RuleWords, place: Place, own: Parts, defaults: FileDefaults, sight: Sight
) -> tuple[tuple[Rule, ...], tuple[CompiledFormula, ...]]:
    """The rule with the defaults on the events that they name, and without on the others."""
    with_defaults = tuple(type_ for type_ in core.on if type_ in defaults.types)
    without = tuple(type_ for type_ in core.on if type_ not in defaults.types)
    all_parts = [(on, parts) for on, parts in ((with_defaults, own.and_also(defaults.parts)), (without, own)) if on]
    if not all(check_possible(parts, place, sight, NEVER) for _, parts in all_parts):
        return (core,), ()
    formula = None
    if words.formula is not None:
        beside = own if without else own.and_also(defaults.parts)
        formula = read_formula(words.formula, place.at("formula"), sight, beside, "bool", NEVER)
    cores = tuple(dataclasses.replace(core, on=on, condition=core_condition(parts, formula)) for on, parts in all_parts)
    return cores or (core,), (formula,) if formula is not None else ()


def _points(
    words: RuleWords, place: Place, own: Parts, sight: Sight
) -> tuple[int | CompiledFormula, tuple[CompiledFormula, ...]]:
    if isinstance(words.points, int):
        return words.points, ()
    formula = read_formula(words.points.formula, place.at("points", "formula"), sight, own, "int", NEVER)
    return (0, ()) if formula is None else (formula, (formula,))


def _pays(words: RuleWords, place: Place, events: tuple[EventType, ...], scope: Scope) -> Pays:
    if words.pays is None:
        return Pays(self_ok=words.self_ok, says_who=words.says_who)
    if words.pays == INVITED_BY:
        return Pays(who="invited_by", self_ok=words.self_ok, says_who=words.says_who)
    fits = events and all(words.pays in event.fields and event.fields[words.pays].type in _PEOPLE for event in events)
    if not fits and events:
        people = sorted({name for event in events for name, field in event.fields.items() if field.type in _PEOPLE})
        known = [*people, INVITED_BY]
        odd = next((event for event in events if words.pays in event.fields), None)
        is_ = f"is of the type {odd.fields[words.pays].type}" if odd is not None else "is not a field"
        of = "in" if odd is not None else "of"
        where = odd.type if odd is not None else on_in_words(words.on)
        scope.report.wrong(
            place.at("pays"),
            "pays-nobody",
            f"{shown(words.pays)} {is_} {of} {where}: nobody would be paid.",
            near=nearest(words.pays, known),
            expected=f"Possible: {listed(known)}. Without pays the one who acted is paid.",
        )
    return Pays(who="field", field=words.pays, self_ok=words.self_ok, says_who=words.says_who)


def in_order(rules: Iterable[ReadRule]) -> tuple[Rule, ...]:
    """All rules by id, with their rank, each counting in every count that it shares."""
    by_id = sorted(rules, key=lambda rule: rule.cores[0].id)
    shared: dict[str, dict[int, Use]] = {}
    for rule in by_id:
        for counter, uses in rule.counters.items():
            for code, use in uses.items():
                shared.setdefault(counter, {}).setdefault(code, use)
    found: list[Rule] = []
    for rank, rule in enumerate(by_id):
        counts = _with_shared(rule, shared)
        found.extend(dataclasses.replace(core, rank=rank, counts=counts) for core in rule.cores)
    return tuple(found)


def _with_shared(rule: ReadRule, shared: Mapping[str, Mapping[int, Use]]) -> tuple[Use, ...]:
    """Its own counts, and those that other rules keep with the same counters."""
    uses = {use.slot.code: use for use in rule.cores[0].counts}
    for counter in sorted(rule.counters):
        for code, use in shared[counter].items():
            dated = use.dated if use.dated and all(use.dated in event.fields for event in rule.events) else None
            uses.setdefault(code, Use(slot=use.slot, dated=dated))
    return tuple(uses[code] for code in sorted(uses))
