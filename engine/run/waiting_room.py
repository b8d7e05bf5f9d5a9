"""Events that waited for someone come in when somebody gets the alias that they name."""

from collections.abc import Iterator, Sequence

from engine.core.admission import Admitted, Offered, People, admit
from engine.core.entries import Blank
from engine.core.rulebook import Rulebook
from engine.run.entering import entering, names_in
from engine.run.held import UNKNOWN, Held, decode_held, hold_longer
from engine.run.keyed import alias_digest
from engine.run.newest import NewestRulebook
from engine.run.outcomes import When
from engine.run.people import look_up, normalized
from engine.store.arrivals import Arrivals
from engine.store.coalesce import Coalescer
from engine.store.directory import Directory
from engine.store.log import Append
from engine.store.waiting import Waiting


class WaitingRoom:
    """See the module."""

    def __init__(
        self,
        *,
        arrivals: Arrivals,
        newest: NewestRulebook,
        coalescer: Coalescer,
        directory: Directory,
        waiting: Waiting,
        secret: bytes,
    ) -> None:
        self._arrivals, self._newest, self._coalescer = arrivals, newest, coalescer
        self._directory, self._waiting, self._secret = directory, waiting, secret

    async def let_in(self, aliases: Sequence[str], when: When) -> int:
        """Append what has waited for these aliases, now that somebody has them; how many events came in.

        What happened before the member joined, or longer ago than the rulebook's days back, is dropped. Call it again
        after an error: what is in the log by then stays there once.
        """
        came_in = 0
        for alias in map(normalized, aliases):
            whom = alias_digest(alias, self._secret)
            held = {mark: decode_held(payload) for mark, payload in (await self._waiting.of(whom)).items()}
            if not held:
                continue
            appended = await self._coalescer.append(await self._admitted(alias, whom, held, when))
            came_in += sum(each.status == "accepted" for each in appended)
            if all(each.status in {"accepted", "duplicate", "waiting"} for each in appended):
                await self._waiting.drop(whom)
        return came_in

    async def let_in_rest(self, when: When) -> int:
        """Let in what waits for somebody who is known by now; how many events came in.

        A call that linked an alias may have ended before it let them in; and an event may have come to wait at the
        moment in which its alias was linked.
        """
        awaited = await self._waiting.awaited()
        if not awaited:
            return 0
        aliases = await self._directory.all_aliases()
        return await self.let_in([each for each in aliases if alias_digest(each, self._secret) in awaited], when)

    async def _admitted(self, alias: str, whom: str, held: dict[bytes, Held], when: When) -> list[Append]:
        def names(book: Rulebook) -> Iterator[str]:
            yield alias
            for each in held.values():
                yield from (name for name in _names(book, each) if not name.startswith(UNKNOWN))

        rulebook, people = await look_up(self._arrivals, self._newest, names)

        def resolve(name: str) -> str | None:
            if name.startswith(UNKNOWN):
                return people.resolve(alias) if name == UNKNOWN + whom else None
            return people.resolve(name)

        asked = People(resolve, people.takes_part)
        in_order = sorted(held.items(), key=lambda pair: (pair[1].time, pair[0]))
        appends = (self._admit(mark, each, whom, rulebook, asked, when) for mark, each in in_order)
        return [append for append in appends if append is not None]

    def _admit(self, mark: bytes, held: Held, whom: str, book: Rulebook, people: People, when: When) -> Append | None:
        """What to write of this event; None where it is dropped."""
        subject = people.resolve(held.subject)
        offered = Offered(
            type=held.type,
            source=held.source,
            subject=subject,
            time=held.time,
            data=held.data,
            key=held.key,
            said_by_member=held.said_by_member,
        )
        admitted = admit(book, offered, people, when.ms)
        if not isinstance(admitted, Admitted):
            return None
        unknown = [*([held.subject] if subject is None else []), *admitted.unknown]
        if unknown:
            event = book.events[held.type]
            return hold_longer(held, event, whom=unknown[0], people=people, mark=mark, when=when, secret=self._secret)
        if isinstance(admitted.entry, Blank):
            return None
        return entering(
            admitted.entry,
            book.events[held.type],
            mark=mark,
            digest=held.digest,
            when=when,
            secret=self._secret,
            directory=self._directory,
            lets_in=(self._waiting.taken_row(whom, mark),),
        )


def _names(book: Rulebook, held: Held) -> Iterator[str]:
    yield held.subject
    yield from names_in(book, held.type, held.data)
