"""What `engine.run` can't do, as facts. Which HTTP status one becomes is decided elsewhere."""


class RunError(Exception):
    """Base of what the services of this folder refuse; nothing was changed."""


class LogFull(RunError):
    """The log has reached its limit."""

    def __init__(self) -> None:
        super().__init__("The log is full. Nothing was done; raise its limit, then send it again.")


class HistoryNotOpen(RunError):
    """A recorded time was said, but history is not open."""

    def __init__(self) -> None:
        super().__init__("History is not open: leave Sulka-Recorded-At out, or open history on an empty log.")


class LogNotEmpty(RunError):
    """History can be opened on an empty log only."""

    def __init__(self) -> None:
        super().__init__("The log holds entries already; history can be opened on an empty log only.")


class ChangedMeanwhile(RunError):
    """What was read had been changed before the write; read it again."""

    def __init__(self, *, what: str) -> None:
        self.what = what
        super().__init__(
            f"{what} was changed by somebody else meanwhile. Look at it again, then send what still holds."
        )


class OtherContent(RunError):
    """The same id came before with other content."""

    def __init__(self, *, position: int) -> None:
        self.position = position
        super().__init__("This id came before with other content. Give what is new an id of its own.")


class AliasTaken(RunError):
    """An alias belongs to another member."""

    def __init__(self, *, alias: str) -> None:
        self.alias = alias
        super().__init__(f'The alias "{alias}" belongs to another member. Take it away there first.')


class NothingAsked(RunError):
    """A member answers what they were not asked."""

    def __init__(self, *, position: int, number: int) -> None:
        self.position, self.number = position, number
        super().__init__(
            f"At position {position} you were not asked about a recognition number {number}; nothing was changed. "
            "GET /v1/me/recognitions lists what you were asked."
        )


class WorkshopFull(RunError):
    """More waits to be checked than is healthy."""

    def __init__(self, *, waiting: int) -> None:
        self.waiting = waiting
        super().__init__(f"{waiting} rulebooks wait to be checked. Nothing was done; send it again in a moment.")


class NotAside(RunError):
    """No entry went aside there."""

    def __init__(self, *, position: int) -> None:
        self.position = position
        super().__init__(f"No entry went aside at position {position}; GET /v1/asides lists those that did.")


class RetriedBefore(RunError):
    """An entry is tried again once; if it goes aside again, that is an entry of its own."""

    def __init__(self, *, position: int) -> None:
        self.position = position
        super().__init__(
            f"Entry {position} has been tried again already. If that failed, the retry went aside itself: retry that."
        )


class UnknownMember(RunError):
    """Nobody has this id, or they were erased."""

    def __init__(self, *, member: str) -> None:
        self.member = member
        super().__init__(f'No member has the id "{member[:100]}".')


class WrongChoice(RunError):
    """A choice about membership that means nothing now, such as resuming what was not paused."""

    def __init__(self, *, change: str, status: str) -> None:
        self.change, self.status = change, status
        now = {"": "have not joined", "joined": "have joined", "paused": "are pausing", "left": "have left"}[status]
        super().__init__(f'"{change}" changes nothing: you {now}.')
