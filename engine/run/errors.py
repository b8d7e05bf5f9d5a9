"""What `engine.run` can't do, as facts. Which HTTP status one becomes is decided elsewhere."""

from collections.abc import Sequence


class RunError(Exception):
    """Base of what the services of this folder refuse; nothing was changed."""


class LogFull(RunError):
    """The log has reached its limit."""

    def __init__(self) -> None:
        super().__init__("The log is full. Nothing was done; raise its limit, then send it again.")


class MembersFull(RunError):
    """The organization has as many members as it may have."""

    def __init__(self) -> None:
        super().__init__(
            "The organization has as many members as it may have. Nothing was done; have the limit raised, or erase "
            "those who have gone."
        )


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


class NothingWaits(RunError):
    """Nothing of this entry ever waited for anybody to agree."""

    def __init__(self, *, position: int) -> None:
        self.position = position
        super().__init__(f"Nothing waits at position {position}; GET /v1/approvals lists what does.")


class DecidedBefore(RunError):
    """It waits no more: somebody decided, or its act was taken back."""

    def __init__(self, *, position: int) -> None:
        self.position = position
        super().__init__(
            f"What waited at position {position} is decided already, or its act was taken back. "
            "GET /v1/approvals lists what waits."
        )


class Lapsed(RunError):
    """Nobody came to it in time."""

    def __init__(self, *, position: int) -> None:
        self.position = position
        super().__init__(f"The time for what waited at position {position} is over. POST /v1/awards can still give it.")


class OwnApproval(RunError):
    """Nobody decides about their own."""

    def __init__(self, *, position: int) -> None:
        self.position = position
        super().__init__(
            f"What waits at position {position} was given by you, or is for you: somebody else has to decide."
        )


class NotTheApprover(RunError):
    """The rule files name administrators alone."""

    def __init__(self) -> None:
        super().__init__('The rule files let an administrator decide: [[approval]] says approver = "admin".')


class UnknownMember(RunError):
    """Nobody has this id, or they were erased."""

    def __init__(self, *, member: str) -> None:
        self.member = member
        super().__init__(f'No member has the id "{member[:100]}".')


class WrongChoice(RunError):
    """A choice about membership that means nothing now, such as resuming what was not paused."""

    def __init__(self, *, change: str, status: str) -> None:
        self.change, self.status = change, status
        now = {
            "": "have not joined",
            "joined": "have joined",
            "paused": "are pausing",
            "left": "have left",
            "inactive": "do not work here any more, as HR says",
        }[status]
        super().__init__(f'"{change}" changes nothing: you {now}.')


class PausedTooOften(RunError):
    """A member has as many pauses as are kept."""

    def __init__(self, *, most: int) -> None:
        super().__init__(
            f"You have paused or left {most} times, and no more are kept. Nothing was changed; you can still go on, "
            "leave, or say when you are away."
        )


class TooManyAbsences(RunError):
    """A member has as many spans of days away as are kept."""

    def __init__(self, *, most: int) -> None:
        super().__init__(
            f"You have said {most} times away that do not meet, and no more are kept. Nothing was changed; say them "
            "in longer spans. What lies months back is forgotten when something you do counts."
        )


class Inactive(RunError):
    """Somebody does not work here any more, so no token speaks for them."""

    def __init__(self, *, member: str) -> None:
        self.member = member
        super().__init__(
            f'The member "{member}" does not work here any more. PATCH /v1/members/{member} with '
            '{"active": true} first.'
        )


class LinkRefused(RunError):
    """A code or alias by which nothing is linked. Which of the reasons it is would say who is a member."""

    def __init__(self) -> None:
        super().__init__(
            "Nothing was linked: the code is wrong, was used or is older than 15 minutes, or the account is linked "
            "to somebody. Ask for a new code (POST /v1/me/links) and say it from the account."
        )


class TooManyCodes(RunError):
    """A source has said too many codes that linked nothing."""

    def __init__(self, *, most: int) -> None:
        self.most = most
        super().__init__(f"{most} codes in this minute linked nothing. Nothing was done; wait for the next minute.")


class NotYourAlias(RunError):
    """A member takes away an alias that they don't have, or that is not theirs to take."""

    def __init__(self, *, alias: str, is_of_hr: bool) -> None:
        self.alias, self.is_of_hr = alias, is_of_hr
        found = "is kept by HR; ask them to change it" if is_of_hr else "is none of yours; GET /v1/me/links lists them"
        super().__init__(f'"{alias[:100]}" {found}. Nothing was changed.')


class TooManyAliases(RunError):
    """A member has as many aliases as they may."""

    def __init__(self, *, most: int) -> None:
        self.most = most
        super().__init__(f"You have {most} linked accounts, which is the most. Take away one that is not used.")


class SourceTaken(RunError):
    """A source is called so already."""

    def __init__(self, *, source: str) -> None:
        self.source = source
        super().__init__(f'There is a source "{source}" already; choose another name.')


class UnknownSource(RunError):
    """No source is called so."""

    def __init__(self, *, source: str) -> None:
        self.source = source
        super().__init__(f'No source is called "{source[:100]}".')


class UnsignedSource(RunError):
    """A source has no profile, so it has no secrets and no address of its own."""

    def __init__(self, *, source: str) -> None:
        self.source = source
        super().__init__(
            f'"{source}" posts events with a token and signs nothing. Make a source with a profile for its webhooks.'
        )


class UnknownSecret(RunError):
    """A source has no secret with this id."""

    def __init__(self, *, source: str, id: str, known: Sequence[str]) -> None:
        self.source, self.id = source, id
        super().__init__(f'"{source}" has no secret "{id[:100]}". It has: {", ".join(known)}.')


class LastSecret(RunError):
    """The only secret of a source can't be taken away."""

    def __init__(self, *, source: str) -> None:
        self.source = source
        super().__init__(f'This is the only secret of "{source}". Add another one first, and give it to the sender.')


class TooManySecrets(RunError):
    """A source has as many secrets as it may."""

    def __init__(self, *, source: str, most: int) -> None:
        self.source, self.most = source, most
        super().__init__(f'"{source}" has {most} secrets, which is the most. Take away those that are not used.')


class UnknownDelivery(RunError):
    """A delivery is not remembered."""

    def __init__(self, *, source: str, id: str) -> None:
        self.source, self.id = source, id
        super().__init__(f'"{source}" has no delivery "{id[:100]}"; GET /v1/sources/{source}/deliveries lists them.')


class BodyForgotten(RunError):
    """The body of a delivery is not kept, so it can't be read again."""

    def __init__(self, *, id: str) -> None:
        self.id = id
        super().__init__(f"The body of delivery {id} is not kept (any more): have the sender send it again.")


class NothingToSignWith(RunError):
    """The newest secret of a source is a public key, which signs nothing."""

    def __init__(self, *, source: str) -> None:
        self.source = source
        super().__init__(f'The newest secret of "{source}" is a public key, with which only the sender can sign.')


class DeliveriesFull(RunError):
    """As many deliveries of a source wait for their mapping as are kept."""

    def __init__(self, *, source: str) -> None:
        self.source = source
        super().__init__(
            f'As many deliveries of "{source}" wait to be read as are kept. Mend the mapping and replay them; '
            "then this one can be sent again."
        )
