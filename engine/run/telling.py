"""Receipts: what is in the journal about a member, in words, read when somebody asks."""

from collections.abc import Mapping, Sequence
from typing import Final, Literal

import msgspec

from engine.core.entries import Act, AnyEntry, Awarded, Corrected, Retracted, Thanked, Verdict
from engine.core.held import held_badges
from engine.core.keys import member_key
from engine.core.lines.members import MembershipSet, VisibilitySet
from engine.core.lines.refusals import Reason, Refused
from engine.core.periods import local_day
from engine.core.plan import Plan
from engine.core.receipts.badges import ToldBadge, tell_badges, tell_dropped
from engine.core.receipts.receipt import Beside, Receipt, Speaker
from engine.core.receipts.stance import Stance, actor_of, stance_of, targets
from engine.core.receipts.words import Language
from engine.core.states import MemberState
from engine.run.earlier import EarlierActs, Held, held_in
from engine.run.logged import judged_at
from engine.run.plans import PlanSource
from engine.run.unanswered import Story, without_unanswered
from engine.store.directory import Directory
from engine.store.ledger import Ledger
from engine.store.states import StateReader

DAY_MS = 86_400_000

MOST_LOOKED_THROUGH: Final = 2_000
"""So many entries are looked through for one page of what HR may see of a member."""

Viewer = Literal["member", "hr"]
"""HR sees the same receipts but for what would tell who takes part, colleagues by name among it, and the words of a
thanks between two people."""


class Told(msgspec.Struct, frozen=True):
    """A receipt; `who` is the name of the colleague who did it or gave thanks, where there is one to tell."""

    receipt: Receipt
    who: str | None = None


class ReceiptPage(msgspec.Struct, frozen=True):
    """Receipts, the newest first; `before` is where the next page begins, if there is one."""

    receipts: tuple[Told, ...]
    before: int | None


class Telling:
    """See the module."""

    def __init__(self, *, ledger: Ledger, reader: StateReader, plans: PlanSource, directory: Directory) -> None:
        self._ledger, self._reader, self._plans, self._directory = ledger, reader, plans, directory
        self._earlier = EarlierActs(ledger=ledger, reader=reader)

    async def receipt(
        self, member: str, position: int, language: Language, now: int, viewer: Viewer = "member"
    ) -> Told | None:
        """The receipt of this position; None where it does not concern the member or is not judged."""
        stories = await self._stories(member, [position], viewer)
        if position not in stories:
            return None
        return (await self._told(member, await self._state(member), stories, language, now, viewer))[0]

    async def page(
        self,
        member: str,
        language: Language,
        now: int,
        *,
        before: int | None,
        count: int,
        viewer: Viewer = "member",
    ) -> ReceiptPage:
        """The member's receipts below a position, at most `count`."""
        state = await self._state(member)
        stories: dict[int, Story] = {}
        looked_at, following = 0, None
        async for block in self._ledger.blocks_of(member, state, before=before):
            # A member sees every entry, so that no more is read than is shown.
            positions = block[: count + 1 - len(stories)] if viewer == "member" else block
            stories.update(await self._stories(member, positions, viewer))
            looked_at += len(positions)
            if len(stories) > count:
                following = list(stories)[count - 1]
                break
            if looked_at >= MOST_LOOKED_THROUGH:
                following = positions[-1]
                break
        shown = dict(list(stories.items())[:count])
        receipts = await self._told(member, state, shown, language, now, viewer)
        return ReceiptPage(tuple(receipts), following)

    async def badges(self, member: str, language: Language, now: int) -> list[ToldBadge]:
        """All badges: which the member has, and what the others take; those of earlier rulebooks come last."""
        state, plan = await self._state(member), await self._plans.in_force({})
        told = tell_badges(plan, state, local_day(now, plan.rulebook.zone), language)
        dropped = {held.badge: held.position for held in held_badges(state) if held.badge not in plan.badges}
        entries = await self._ledger.entries(list(dropped.values()))
        for code, position in dropped.items():
            if position in entries:
                told.extend(tell_dropped(await self._plans.of(entries[position].rulebook), state, code, language))
        return told

    async def _stories(self, member: str, positions: Sequence[int], viewer: Viewer) -> dict[int, Story]:
        """What there is to tell of these positions, in their order."""
        journal = await self._ledger.entries(positions)
        logged = await judged_at(self._reader, positions)
        stories = {at: Story(logged[at], journal[at]) for at in positions if at in journal and at in logged}
        stories = {
            at: story
            for at, story in stories.items()
            if any(person.id == member for person in story.journal.people)
            and (viewer == "member" or not _tells_who_takes_part(member, story))
        }
        if viewer == "member":
            return stories
        state = await self._state(member)
        told = ((at, without_unanswered(member, state, at, story)) for at, story in stories.items())
        return {at: story for at, story in told if story is not None}

    async def _told(
        self,
        member: str,
        state: MemberState,
        stories: Mapping[int, Story],
        language: Language,
        now: int,
        viewer: Viewer,
    ) -> list[Told]:
        # In the words of the rules by which it was judged, whatever is in force today.
        digests = dict.fromkeys(story.journal.rulebook for story in stories.values())
        by_digest = {digest: await self._plans.of(digest) for digest in digests}
        plans = {at: by_digest[story.journal.rulebook] for at, story in stories.items()}
        held: list[Held] = []
        for at, story in stories.items():
            held.extend(held_in(member, at, story.journal, story.logged.entry, plans[at]))
        earlier = await self._earlier.find(member, state, held)
        stances = await self._stances(member, stories, plans)
        words = await self._words({at: stories[at] for at in stories if stances[at] is Stance.OWN}, viewer)
        names = None if viewer == "hr" else await self._names(member, stories, stances)
        speakers = {digest: Speaker(plan, language) for digest, plan in by_digest.items()}
        told: list[Told] = []
        for at, story in stories.items():
            entry = story.logged.entry
            is_shown = _is_shown(entry, plans[at], now)
            beside = Beside(earlier=earlier.get(at, ()), is_shown=is_shown, names=names, now=now)
            logged = (at, story.logged.recorded)
            speaker = speakers[story.journal.rulebook]
            receipt = speaker.receipt(member, logged, entry, story.journal, beside, stances[at])
            who = None if names is None or receipt.who is None else names.get(receipt.who)
            told.append(Told(msgspec.structs.replace(receipt, words=words.get(at)), who))
        return told

    async def _stances(self, member: str, stories: Mapping[int, Story], plans: Mapping[int, Plan]) -> dict[int, Stance]:
        """Whose each entry is; what was taken or given back is that of whoever did it."""
        taken = {at: targets(story.journal) for at, story in stories.items()}
        logged = await judged_at(self._reader, list(dict.fromkeys(each for of in taken.values() for each in of)))
        subjects = {at: each.entry.subject for at, each in logged.items() if isinstance(each.entry, Act)}
        return {
            at: stance_of(
                member,
                story.logged.entry,
                story.journal,
                plans[at],
                {who for target in taken[at] if (who := subjects.get(target)) is not None},
            )
            for at, story in stories.items()
        }

    async def _names(
        self, member: str, stories: Mapping[int, Story], stances: Mapping[int, Stance]
    ) -> Mapping[str, str]:
        """The names of the colleagues whom the receipts may name, as far as they have one."""
        actors = (actor_of(member, story.logged.entry, stances[at]) for at, story in stories.items())
        records = await self._directory.members(list(dict.fromkeys(who for who in actors if who is not None)))
        return {who: record.name for who, record in records.items()}

    async def _words(self, stories: Mapping[int, Story], viewer: Viewer) -> dict[int, str]:
        """The reason that somebody gave, or the words of a thanks, as long as they exist."""
        keys = {at: key for at, story in stories.items() if (key := _text_of(story.logged.entry, viewer)) is not None}
        texts = await self._directory.texts(list(keys.values()))
        return {at: texts[key].text for at, key in keys.items() if key in texts}

    async def _state(self, member: str) -> MemberState:
        state = (await self._reader.read([member_key(member)]))[member_key(member)]
        assert isinstance(state, MemberState)
        return state


def _tells_who_takes_part(member: str, story: Story) -> bool:
    """Whether an entry says that the member joined, paused, left or hid; nobody but they themselves may see it.

    Somebody else's may have come when a period closed: of it only what the period brought is told.
    """
    people = story.journal.people
    return any(
        0 <= line.who < len(people)
        and people[line.who].id == member
        and (not isinstance(line, Refused) or line.reason is Reason.NOT_TAKING_PART)
        for line in story.journal.lines
        if isinstance(line, MembershipSet | VisibilitySet | Refused)
    )


def _text_of(entry: AnyEntry, viewer: Viewer) -> str | None:
    match entry:
        case Awarded() | Corrected() | Retracted() | Verdict():
            return entry.reason
        case Thanked() if viewer == "member":
            return entry.text
        case _:
            return None


def _is_shown(entry: AnyEntry, plan: Plan, now: int) -> bool:
    """Whether people may still see the act itself, by its event's `keep`."""
    if not isinstance(entry, Act):
        return True
    event = plan.rulebook.events.get(entry.type)
    return event is None or now - entry.time <= event.keep_days * DAY_MS
