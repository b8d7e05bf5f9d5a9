"""What the store holds of one organization, as the services of this room take it."""

import msgspec

from engine.run.plans import PlanSource
from engine.store.arrivals import Arrivals
from engine.store.boards import Boards
from engine.store.coalesce import Coalescer
from engine.store.deliveries import Deliveries
from engine.store.directory import Directory
from engine.store.imports import Imports
from engine.store.ledger import Ledger
from engine.store.links import Links
from engine.store.log import Log
from engine.store.looks import Looks
from engine.store.notices import Notices
from engine.store.outbox import OutboxStore
from engine.store.rulebooks import Rulebooks
from engine.store.states import StateReader
from engine.store.vitals import VitalsReader
from engine.store.waiting import Waiting
from engine.store.wall import WallIndex


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """What the store holds of one organization, to be read and written."""

    log: Log
    coalescer: Coalescer
    reader: StateReader
    plans: PlanSource
    directory: Directory
    boards: Boards
    ledger: Ledger
    rulebooks: Rulebooks
    waiting: Waiting
    arrivals: Arrivals
    looks: Looks
    links: Links
    imports: Imports
    deliveries: Deliveries
    wall_index: WallIndex
    outbox: OutboxStore
    notices: Notices
    vitals: VitalsReader
