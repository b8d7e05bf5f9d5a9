"""A working copy of the states: what a batch reads, changes and leaves to be committed.

As a rule the states handed in stay as they are: a state is copied when it is first changed. An engine hands in states
of its own (`owned`), to be changed where they lie; what could not be committed is then forgotten with all of them.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from engine.core.changes import Changes, Input, Recut, Top
from engine.core.entries import Logged
from engine.core.journal import JournalEntry
from engine.core.keys import CODES, ORGANIZATION, UNITS, journal_key, logged_key, member_key, unit_key
from engine.core.recount import Recount
from engine.core.states import CodesState, MemberState, OrganizationState, State, UnitsState, UnitState
from engine.core.stored import copy_state


class NotRead(LookupError):
    """A state was used that `needs` did not ask for: a bug of ours, never of the data."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(f"the state {key} was not read before judging; engine.core.needs has to name it")


class Draft:
    """States as they are while entries are judged; see the module."""

    def __init__(
        self, base: Mapping[str, State | None], inputs: Mapping[str, Input] | None = None, *, owned: bool = False
    ) -> None:
        self._base = base
        self._own: dict[str, State | None] = base if owned and isinstance(base, dict) else {}
        self._owned = owned
        self._changed: dict[str, State] = {}
        self.inputs: Mapping[str, Input] = inputs if inputs is not None else {}
        self.boards: defaultdict[str, dict[str, MemberState]] = defaultdict(dict)
        """Board by `place_key` -> the members whose rows have to be written anew, to add to."""
        self._units: dict[tuple[str, str], tuple[dict[str, None], UnitState]] = {}
        self._index: dict[tuple[str, int], Sequence[int]] = {}
        self._closed: list[tuple[int, int]] = []
        self._eras_gone: list[int] = []
        self._teams: dict[tuple[str, str], bool] = {}
        self._recut: Recut | None = None

    def knows(self, key: str) -> bool:
        """Whether this state has been read (an absent one too) or this input given."""
        return key in self._own or key in self._base or key in self.inputs

    def get(self, key: str) -> State | None:
        """The state to look at, not to change."""
        own = self._own.get(key)
        if own is not None:
            return own
        try:
            return self._base[key]
        except KeyError:
            raise NotRead(key) from None

    def change(self, key: str) -> State | None:
        """The state to change; None where there is none yet."""
        changed = self._changed.get(key)
        if changed is not None:
            return changed
        found = self.get(key)
        if found is None:
            return None
        if not self._owned and key not in self._own:
            found = self._own[key] = copy_state(found)
        self._changed[key] = found
        return found

    def put(self, key: str, state: State) -> None:
        """A new state in this place."""
        self._own[key] = self._changed[key] = state

    def member(self, member: str) -> MemberState:
        """A member to look at."""
        state = self.get(member_key(member))
        assert isinstance(state, MemberState)
        return state

    def change_member(self, member: str) -> MemberState:
        """A member to change."""
        state = self.change(member_key(member))
        assert isinstance(state, MemberState)
        return state

    def organization(self) -> OrganizationState:
        """The organization to look at."""
        state = self.get(ORGANIZATION)
        assert isinstance(state, OrganizationState)
        return state

    def change_organization(self) -> OrganizationState:
        """The organization to change."""
        state = self.change(ORGANIZATION)
        assert isinstance(state, OrganizationState)
        return state

    def change_codes(self) -> CodesState:
        """The codes to change."""
        state = self.change(CODES)
        assert isinstance(state, CodesState)
        return state

    def change_units(self) -> UnitsState:
        """The numbers of joined members to change."""
        state = self.change(UNITS)
        assert isinstance(state, UnitsState)
        return state

    def journal_of(self, position: int) -> JournalEntry | None:
        """The journal of another entry."""
        found = self._input(journal_key(position))
        return found if isinstance(found, JournalEntry) else None

    def logged(self, position: int) -> Logged | None:
        """Another entry of the log."""
        found = self._input(logged_key(position))
        return found if isinstance(found, Logged) else None

    def top(self, key: str) -> Top:
        """The top of a board."""
        found = self._input(key)
        return found if isinstance(found, Top) else Top(())

    def recount(self, key: str) -> Recount:
        """What the journal says was counted since a day."""
        found = self._input(key)
        return found if isinstance(found, Recount) else Recount((), frozenset())

    def _input(self, key: str) -> Input:
        try:
            return self.inputs[key]
        except KeyError:
            raise NotRead(key) from None

    def touched_unit(self, by: str, unit: str) -> tuple[dict[str, None], UnitState]:
        """The boards on which a unit's row has to be written anew, to add to, and its sums, to change."""
        touched = self._units.get((by, unit))
        if touched is None:
            state = self.change(unit_key(by, unit))
            assert isinstance(state, UnitState)
            touched = self._units[by, unit] = ({}, state)
        return touched

    def note_index(self, member: str, block: int, positions: list[int]) -> None:
        """A row of the index of positions per member has to be written anew."""
        self._index[member, block] = positions

    def note_closed(self, kind: int, period: int) -> None:
        """The boards of a period became final."""
        self._closed.append((kind, period))

    def note_era_gone(self, era: int) -> None:
        """What an era remembered is forgotten."""
        self._eras_gone.append(era)

    def note_team(self, team: str | None, member: str, *, is_in: bool) -> None:
        """A member came to a team or left it."""
        if team is not None:
            self._teams[team, member] = is_in

    def note_recut(self, recut: Recut) -> None:
        """Weeks were cut anew."""
        self._recut = recut

    def take_changes(self) -> Changes:
        """Everything that has changed since the last call, once."""
        changes = Changes(
            states=self._changed,
            boards=self.boards,
            units=self._units,
            index=self._index,
            closed=tuple(self._closed),
            eras_gone=tuple(self._eras_gone),
            teams=self._teams,
            recut=self._recut,
        )
        self._changed, self._index = {}, {}
        self.boards, self._units = defaultdict(dict), {}
        self._closed, self._eras_gone = [], []
        self._teams = {}
        self._recut = None
        return changes

    def states(self) -> dict[str, State | None]:
        """All states, those handed in and those changed."""
        return {**self._base, **self._own}
