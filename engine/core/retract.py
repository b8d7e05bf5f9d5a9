"""Retraction: the exact negatives of what an entry led to, in the same buckets, for everyone who was concerned."""

from collections.abc import Iterable
from typing import TypeAlias

import msgspec

from engine.core.badges import grant_badges, withdraw_badges
from engine.core.challenges import bring_again, take_from_challenge
from engine.core.desk import Desk
from engine.core.draft import Draft
from engine.core.entries import Act, Retracted
from engine.core.holds import is_taken_back, paid_at, waits_until
from engine.core.journal import JournalEntry
from engine.core.keys import about_key
from engine.core.lines.challenges import ChallengeCounted
from engine.core.lines.counts import Counted, OnceUsed, ThanksNoted, Used
from engine.core.lines.entries import EntryGivenBack, EntryTaken, KeyTaken
from engine.core.lines.ledger import Held, HoldChanged, HoldNow, Posted
from engine.core.lines.refusals import Reason
from engine.core.lines.streaks import StreakActed, StreakWentOn
from engine.core.memory import known_thing, times_taken
from engine.core.negatives import Negatable, negate
from engine.core.past_kept import counted_afterwards
from engine.core.retry import what_was_judged
from engine.core.states import AboutState
from engine.core.streaks import Touched


def judge_retracted(desk: Desk, entry: Retracted) -> None:
    """Take back one event by its key, or everything about a content and a member. Twice is once."""
    if entry.key is not None:
        _take_back_key(desk, entry, entry.key)
    elif entry.content is not None and entry.member is not None:
        desk.who(entry.member)
        take_back_about(desk, entry.content, entry.member, badges_stay=entry.badges_stay)


def _take_back_key(desk: Desk, entry: Retracted, key: bytes) -> None:
    thing = known_thing(desk.draft, key)
    if thing is None and entry.by == "member" and entry.source is not None:
        # A tool's key that has not come: only what the member did may be kept from paying, and that is not known yet.
        desk.refuse(-1, -1, Reason.NOT_THEIRS)
        return
    if thing is None:
        desk.write(KeyTaken(key, 0))
        return
    if not thing.position:
        desk.refuse(-1, -1, Reason.ALREADY_TAKEN_BACK)
        return
    if asks_whose(entry) and not _is_theirs(entry, desk, thing.position):
        desk.refuse(-1, -1, Reason.NOT_THEIRS)
        return
    desk.write(KeyTaken(key, thing.position))
    take_back(desk, thing.position, badges_stay=entry.badges_stay)
    give_back_what_it_took(desk, thing.position)


def asks_whose(entry: Retracted) -> bool:
    """Whether the target's log entry has to say whose it is: HR may take back everything."""
    return (entry.by == "member" and entry.member is not None) or (entry.by == "source" and entry.source is not None)


def _is_theirs(entry: Retracted, desk: Desk, position: int) -> bool:
    """Whether whoever takes back may. That something was removed, only they may take back who said so, and HR."""
    logged = desk.draft.logged(position)
    act = None if logged is None else what_was_judged(desk.draft, logged)
    if not isinstance(act, Act):
        return False
    if entry.by == "source":
        return act.source == entry.source
    return act.subject == entry.member and (act.said_by_member or desk.plan.of_type(act.type).removal is None)


def about_positions(draft: Draft, content: str, member: str, era: int) -> list[int]:
    """The entries about a content and a member that are still remembered, oldest first."""
    found: list[int] = []
    for shelf in (era - 1, era):
        about = draft.get(about_key(shelf, content, member))
        if isinstance(about, AboutState):
            found.extend(about.positions)
    return found


def take_back_about(
    desk: Desk, content: str, member: str, *, badges_stay: bool, within_days: int | None = None
) -> None:
    """Take back every entry about this content and member, at most `within_days` old."""
    era = desk.organization.era
    for position in about_positions(desk.draft, content, member, era):
        if position == desk.logged.position:
            continue
        journal = desk.draft.journal_of(position)
        if journal is None or (within_days is not None and _age_days(desk, journal) > within_days):
            continue
        take_back(desk, position, badges_stay=badges_stay)


def _age_days(desk: Desk, journal: JournalEntry) -> int:
    days = [line.day for line in journal.lines if isinstance(line, Counted | Posted | Held)]
    return desk.today - min(days) if days else 0


def take_back(desk: Desk, position: int, *, badges_stay: bool) -> None:
    """Write the negatives of an entry's lines; badges go where their condition no longer holds. Once, of many."""
    journal = desk.draft.journal_of(position)
    if journal is None:
        return
    is_first = not times_taken(desk.draft, position)
    desk.write(EntryTaken(position))
    if not is_first:
        return
    led_to = _all_that_it_led_to(desk, position, journal)
    for at, led in led_to:
        if _has_held(led) and waits_until(desk.draft, at, 0):
            desk.write(HoldChanged(at, HoldNow.TAKEN_BACK))
    touched, streaks = _Touched(), _streaks_of(desk, journal)
    for judged in _with_what_was_agreed(desk, led_to):
        for line in _own_lines(judged):
            who = desk.who_then(judged.people[line.who])
            if isinstance(line, ChallengeCounted):
                take_from_challenge(desk, line, who, badges_stay=badges_stay)
                continue
            negate(desk, line, who)
            touched.note(who, line)
    if streaks is not None:
        streaks.take_back(badges_stay=badges_stay)
    if badges_stay:
        return
    for who, (day, counted) in touched.by_person.items():
        withdraw_badges(desk, day, who, counted)
    for who, day in streaks.posted if streaks is not None else ():
        withdraw_badges(desk, day, who, ())


def give_back_what_it_took(desk: Desk, position: int) -> None:
    """Bring back what an entry took from others, where nothing else has taken it, too: a removal that was none."""
    journal = desk.draft.journal_of(position)
    for line in journal.lines if journal is not None else ():
        if isinstance(line, EntryTaken):
            _give_back(desk, line.position)


def _give_back(desk: Desk, position: int) -> None:
    journal, times = desk.draft.journal_of(position), times_taken(desk.draft, position)
    if journal is None or not times:
        return
    desk.write(EntryGivenBack(position))
    if times > 1:
        return
    led_to = _all_that_it_led_to(desk, position, journal)
    for at, led in led_to:
        if _has_held(led) and is_taken_back(desk.draft, at):
            desk.write(HoldChanged(at, HoldNow.GIVEN_BACK))
    touched, streaks = _Touched(), _streaks_of(desk, journal)
    for judged in _with_what_was_agreed(desk, led_to):
        for line in _own_lines(judged):
            who = desk.who_then(judged.people[line.who])
            if isinstance(line, ChallengeCounted):
                bring_again(desk, line, who)
                continue
            again = msgspec.structs.replace(line, who=who)
            if isinstance(again, Posted):
                desk.post(again)
            else:
                desk.write(again)
            touched.note(who, line)
    if streaks is not None:
        streaks.give_back()
    for who, (day, counted) in touched.by_person.items():
        grant_badges(desk, day, who, [(desk.plan.ready_metric(metric), value) for metric, value in sorted(counted)])
    for who, day in streaks.posted if streaks is not None else ():
        grant_badges(desk, day, who, [])


OwnLine: TypeAlias = Negatable | ChallengeCounted


def _has_held(journal: JournalEntry) -> bool:
    return any(isinstance(line, Held) for line in journal.lines)


def _all_that_it_led_to(desk: Desk, position: int, journal: JournalEntry) -> list[tuple[int, JournalEntry]]:
    """An entry's journal, and those of the entries that counted it afterwards, each with its position."""
    found = [(position, journal)]
    for counted in counted_afterwards(desk.draft, position, desk.organization.era):
        afterwards = desk.draft.journal_of(counted)
        if afterwards is not None:
            found.append((counted, afterwards))
    return found


def _with_what_was_agreed(desk: Desk, led_to: Iterable[tuple[int, JournalEntry]]) -> Iterable[JournalEntry]:
    """Each journal, and that of the verdict which paid what its entry had waiting."""
    for position, journal in led_to:
        yield journal
        paid = paid_at(desk.draft, position, desk.organization.era) if _has_held(journal) else 0
        agreed = desk.draft.journal_of(paid) if paid else None
        if agreed is not None:
            yield agreed


def _own_lines(journal: JournalEntry) -> Iterable[OwnLine]:
    """What an entry did by itself; from the first entry on that it took back, its lines are about those.

    What streaks brought is not its own: that belongs to their periods (`engine.core.streaks`).
    """
    streaks = {line.streak for line in journal.lines if isinstance(line, StreakWentOn)}
    for line in journal.lines:
        if isinstance(line, EntryTaken):
            return
        if isinstance(line, Posted) and line.cause in streaks:
            continue
        if isinstance(line, Counted | Posted | Used | OnceUsed | ThanksNoted | StreakActed | ChallengeCounted):
            yield line


def _streaks_of(desk: Desk, journal: JournalEntry) -> Touched | None:
    """The streaks that an entry acted in, as they are now; None of almost every entry."""
    if any(isinstance(line, StreakActed | StreakWentOn) for line in journal.lines):
        return Touched(desk, journal)
    return None


class _Touched:
    """Whose numbers have changed, on which day, and which metrics: for their badges."""

    def __init__(self) -> None:
        self.by_person: dict[int, tuple[int, set[tuple[int, str]]]] = {}

    def note(self, who: int, line: Negatable) -> None:
        """One of the lines that were applied."""
        if isinstance(line, Counted):
            touched = self.by_person.setdefault(who, (line.day, set()))[1]
            touched.update((metric, line.value) for metric in line.metrics)
        elif isinstance(line, Posted):
            self.by_person.setdefault(who, (line.day, set()))
