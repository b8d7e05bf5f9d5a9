"""An organization with a receiver on this machine, a clock that a test moves, and as many workers as it wants."""

from collections.abc import Sequence

from redis.asyncio import Redis

from engine.run.outbox.courier import Courier
from engine.run.outbox.digests import Digests
from engine.run.outbox.lane import Lane, decode_lane
from engine.run.outbox.messages import Messages
from engine.run.outbox.post import Poster
from engine.run.outbox.sending import Carrier
from engine.run.outbox.subscriptions import Wanted
from engine.run.sealing import Seal
from engine.store.outbox import Format
from tests.api.house import SECRET, House, share

KINDS = ("points.posted", "badge.granted", "level.changed", "thanks.received", "rulebook.published")


class Office:
    """See the module."""

    def __init__(self, organization: str, write: Redis, read: Redis, origin: str) -> None:
        self.house = House(organization, write, read, allowed=(origin,))
        self.organization, self.origin = self.house.parts.organization, origin
        self.told: list[str] = []

    @property
    def now(self) -> int:
        return self.house.now

    async def open(self, *members: str) -> dict[str, str]:
        """The programme in force, and members who have joined and are shown; their ids by name."""
        await self.house.publish()
        found = {name: await self.house.member(name) for name in members}
        await self.house.judge()
        return found

    async def subscribe(
        self, *, kinds: Sequence[str] = KINDS, format_: Format = "standard-webhooks", path: str = "/hook"
    ) -> tuple[str, str]:
        """A subscription of the receiver; its id and secret."""
        wanted = Wanted(title="The warehouse", format=format_, url=self.origin + path, kinds=tuple(kinds))
        standing, secret = await self.house.parts.subscriptions.add(wanted)
        return standing.id, secret or ""

    async def share(self, *names: str, at: int = 0) -> None:
        """A paid share of each of these members, judged; `at` makes them others than before."""
        channels = ("linkedin", "x", "bluesky", "blog")
        for number, name in enumerate(names):
            event = share(f"email:{name}@example.org", id=f"{at}-{number}", data={"channel": channels[at % 4]})
            assert (await self.house.post(event))[0].status == "accepted"
        await self.house.judge()

    async def courier(self, *, patience_seconds: float = 5.0, digests: Digests | None = None) -> Courier:
        """A worker that has taken over."""
        parts = self.house.parts
        courier = Courier(
            outbox=parts.outbox,
            messages=Messages(
                log=parts.log,
                reader=parts.reader,
                ledger=parts.ledger,
                plans=parts.plans,
                directory=parts.directory,
                wall=parts.wall,
                outbox=parts.outbox,
            ),
            carrier=self.carrier(patience_seconds),
            now_ms=lambda: self.house.now,
            jitter=lambda: 0,
            on_tried=self.told.append,
            digests=digests,
        )
        await courier.take_over()
        return courier

    def carrier(self, patience_seconds: float = 5.0) -> Carrier:
        """What opens, signs and posts one message."""
        return Carrier(
            organization=self.organization,
            seal=Seal(SECRET),
            poster=Poster(patience_seconds=patience_seconds),
            allowed=(self.origin,),
            now_ms=lambda: self.house.now,
        )

    async def lane(self, id_: str) -> Lane:
        row = await self.house.parts.outbox.row(id_)
        assert row is not None
        return decode_lane(row.lane)
