"""What the API works with, built elsewhere and handed in."""

from collections.abc import Callable

from engine.run.approvals import Approvals
from engine.run.asides import Asides
from engine.run.asked import AskedFirst
from engine.run.beginning import Beginning
from engine.run.challenges import Challenges
from engine.run.door import Door
from engine.run.linking import Linking
from engine.run.live.missed import Missed
from engine.run.live.seats import Seats
from engine.run.live.tail import Tail
from engine.run.live.wall_once import WallOnce
from engine.run.measures import Measures
from engine.run.members import Members
from engine.run.newest import CompileText, NewestRulebook
from engine.run.newest_mappings import CompileMappings, NewestMappings
from engine.run.outbox.sending import Carrier
from engine.run.outbox.subscriptions import Subscriptions
from engine.run.publish import Publisher
from engine.run.recorder import Recorder
from engine.run.remembered import RememberedRulebook
from engine.run.roster.importing import Importer
from engine.run.stored import Stored
from engine.run.sweep import Sweep
from engine.run.telling import Telling
from engine.run.trying import Trying
from engine.run.waiting_room import WaitingRoom
from engine.run.wall import Wall
from engine.run.webhooks.carrying_out import CarryingOut
from engine.run.webhooks.notes import Keeping, Notes
from engine.run.webhooks.recognising import Recognising
from engine.run.webhooks.senders import Senders
from engine.run.webhooks.taking import Taking
from engine.run.workshop import Workshop
from engine.store.organizations import MAIN


class Parts(Stored, frozen=True, kw_only=True):
    """The parts of one organization. `now_ms` is the door's clock; `secret` keys its digests (at most 64 bytes).

    With `metrics_token` metrics are read from elsewhere; None allows that from this machine alone.
    """

    organization: str
    newest: NewestRulebook
    mappings: NewestMappings
    remembered: RememberedRulebook
    beginning: Beginning
    door: Door
    trying: Trying
    recorder: Recorder
    asides: Asides
    approvals: Approvals
    members: Members
    linking: Linking
    importer: Importer
    sweep: Sweep
    senders: Senders
    recognising: Recognising
    taking: Taking
    telling: Telling
    wall: Wall
    wall_once: WallOnce
    missed: Missed
    tail: Tail
    seats: Seats
    challenges: Challenges
    subscriptions: Subscriptions
    asked: AskedFirst
    publisher: Publisher
    workshop: Workshop
    measures: Measures
    metrics_token: str | None
    secret: bytes
    now_ms: Callable[[], int]


def join_parts(
    stored: Stored,
    *,
    measures: Measures,
    metrics_token: str | None,
    compile_text: CompileText,
    carrier: Carrier,
    compile_mappings: CompileMappings,
    keeping: Keeping,
    secret: bytes,
    now_ms: Callable[[], int],
    organization: str = MAIN,
    workshop: Workshop | None = None,
    seats: Seats | None = None,
) -> Parts:
    """The services of the API over the parts of the store. `secret` is the organization's own, `seats` all share."""
    log, reader, plans, ledger, directory = stored.log, stored.reader, stored.plans, stored.ledger, stored.directory
    arrivals, coalescer = stored.arrivals, stored.coalescer
    newest, workshop = NewestRulebook(stored.rulebooks, compile_text), workshop or Workshop()
    recorder = Recorder(coalescer, secret)
    door = Door(arrivals=arrivals, newest=newest, coalescer=coalescer, directory=directory, secret=secret)
    room = _waiting_room(stored, newest, secret)
    wall = Wall(index=stored.wall_index, ledger=ledger, reader=reader, directory=directory, plans=plans)
    mappings = NewestMappings(stored.rulebooks, compile_mappings)
    senders, notes = Senders(directory, secret), Notes(stored.deliveries, measures, keeping, now_ms)
    recognising = Recognising(senders, notes)
    members = Members(directory=directory, recorder=recorder, room=room, reader=reader, log=log)
    linking = Linking(links=stored.links, members=members, secret=secret, now_ms=now_ms)

    return Parts(
        **{name: getattr(stored, name) for name in Stored.__struct_fields__},
        organization=organization,
        newest=newest,
        mappings=mappings,
        remembered=RememberedRulebook(plans),
        beginning=Beginning(log),
        door=door,
        trying=Trying(arrivals=arrivals, newest=newest, door=door, log=log),
        recorder=recorder,
        asides=Asides(ledger=ledger, reader=reader, recorder=recorder),
        approvals=Approvals(ledger=ledger, reader=reader, recorder=recorder, plans=plans, directory=directory),
        members=members,
        linking=linking,
        importer=Importer(
            directory=directory, log=log, reader=reader, room=room, waiting=stored.waiting, secret=secret
        ),
        sweep=Sweep(
            room=room, log=log, directory=directory, deliveries=stored.deliveries, links=stored.links, now_ms=now_ms
        ),
        challenges=Challenges(reader=reader, plans=plans),
        senders=senders,
        recognising=recognising,
        taking=Taking(
            senders=senders,
            recognising=recognising,
            deliveries=stored.deliveries,
            notes=notes,
            carrying_out=CarryingOut(door=door, recorder=recorder, secret=secret, on_link=linking.hear),
            mappings=mappings,
            newest=newest,
            arrivals=arrivals,
            now_ms=now_ms,
        ),
        telling=Telling(ledger=ledger, reader=reader, plans=plans, directory=directory),
        wall=wall,
        wall_once=WallOnce(wall),
        missed=Missed(ledger=ledger, wall_index=stored.wall_index),
        tail=Tail(reader=reader, ledger=ledger),
        seats=seats or Seats(),
        subscriptions=Subscriptions(outbox=stored.outbox, carrier=carrier, reader=reader, now_ms=now_ms),
        asked=AskedFirst(ledger=ledger, reader=reader, plans=plans, recorder=recorder),
        publisher=Publisher(log, stored.rulebooks, workshop),
        workshop=workshop,
        measures=measures,
        metrics_token=metrics_token,
        secret=secret,
        now_ms=now_ms,
    )


def _waiting_room(stored: Stored, newest: NewestRulebook, secret: bytes) -> WaitingRoom:
    return WaitingRoom(
        arrivals=stored.arrivals,
        newest=newest,
        coalescer=stored.coalescer,
        directory=stored.directory,
        waiting=stored.waiting,
        secret=secret,
    )
