"""Weekly mails to those who asked for them: one a member and week, outside of their quiet hours.

A mail is noted after the server has taken it, so that a crash between the two repeats it under the same Message-ID.
Weeks that brought nothing are noted without a mail: nobody is reminded of anything.
"""

import ssl
from collections.abc import Callable
from email.message import EmailMessage
from typing import Final, Literal

import aiosmtplib
import structlog

from engine.core.keys import member_key
from engine.core.periods import DAY_MS
from engine.core.receipts.receipt import Receipt
from engine.core.receipts.words import LANGUAGES, Language
from engine.core.rulebook import Rulebook
from engine.core.states import MemberState
from engine.run.outbox.digest import WEEK_DAYS, Addresses, Week, is_quiet, lines_of, mail_of, week_before
from engine.run.plans import PlanSource
from engine.run.telling import Telling
from engine.settings import MailSettings
from engine.store.directory import Directory
from engine.store.notices import NoticeRow, Notices
from engine.store.outbox import OutboxStore
from engine.store.states import StateReader

log = structlog.get_logger()

LOOK_SECONDS: Final = 60
PATIENCE_SECONDS: Final = 15.0
REST_MS: Final = 10 * 60_000
"""A mail server that takes nothing is left alone for so long, and so is an address that it turns away for now."""

RECEIPTS_AT_ONCE: Final = 100
MOST_RECEIPTS: Final = 1_000
"""So many receipts are looked through for one mail."""

FOR_GOOD: Final = 500
"""From here on an answer of a mail server is for good."""

Fate = Literal["sent", "refused", "later", "away", "nothing"]
"""Of a mail: the server has it; will never have it; not now; takes none now; there was nothing to say."""

OnMail = Callable[[Fate], None]


class Postman:
    """Hands a mail to the server that is set."""

    def __init__(self, settings: MailSettings, password: str | None, context: ssl.SSLContext | None = None) -> None:
        self._settings, self._password, self._context = settings, password, context

    async def send(self, message: EmailMessage) -> None:
        """Return when the server has it.

        Raises:
            aiosmtplib.SMTPException, OSError: It does not have it, or that is unknown.
        """
        settings = self._settings
        await aiosmtplib.send(
            message,
            hostname=settings.host,
            port=settings.port,
            username=settings.user or None,
            password=self._password,
            use_tls=settings.security == "tls",
            start_tls=settings.security == "starttls",
            tls_context=self._context,
            timeout=PATIENCE_SECONDS,
        )


class Digests:
    """See the module."""

    def __init__(
        self,
        *,
        notices: Notices,
        outbox: OutboxStore,
        directory: Directory,
        reader: StateReader,
        plans: PlanSource,
        telling: Telling,
        postman: Postman,
        addresses: Addresses,
        now_ms: Callable[[], int],
        on_mail: OnMail,
    ) -> None:
        self._notices, self._outbox, self._directory, self._reader = notices, outbox, directory, reader
        self._plans, self._telling, self._postman, self._addresses = plans, telling, postman, addresses
        self._now_ms, self._on_mail = now_ms, on_mail
        self._rest_until = 0
        self._later: dict[str, int] = {}
        """Members whose mail was turned away for now."""
        self._last = ""
        """At whom the server went away: the next look begins behind them, lest one mail keep back all others."""

    async def look(self, epoch: int) -> None:
        """Write to everybody whose mail is due, as the worker of this epoch; what fails waits for the next look."""
        if self._now_ms() < self._rest_until:
            return
        wanted = await self._notices.weekly()
        if not wanted:
            return
        told, book = await self._notices.told(), (await self._plans.in_force({})).rulebook
        for member, row in sorted(wanted.items(), key=lambda each: (each[0] <= self._last, each[0])):
            if _is_told_for_now(told.get(member), self._now_ms()):
                continue
            if not await self._serve(member, row, told.get(member), book, epoch):
                return

    async def _serve(self, member: str, row: NoticeRow, told: int | None, book: Rulebook, epoch: int) -> bool:
        """Write to one member if that is due; False where nobody else can be written to now either."""
        now = self._now_ms()
        state = (await self._reader.read([member_key(member)]))[member_key(member)]
        assert isinstance(state, MemberState)
        zone = state.facts.time_zone or book.zone
        week = week_before(now, zone, book.week_starts)
        is_told = told is not None and told >= week.first_day
        if is_told or is_quiet(now, zone, row) or now < self._later.get(member, 0):
            return True
        self._later.pop(member, None)
        if await self._outbox.epoch() != epoch:
            return False
        fate = await self._send(member, state, week, book)
        self._on_mail(fate)
        match fate:
            case "later":
                self._later[member] = now + REST_MS
            case "away":
                self._rest_until, self._last = now + REST_MS, member
                return False
            case "sent" | "refused" | "nothing":
                await self._notices.set_told(member, week.first_day)
        return True

    async def _send(self, member: str, state: MemberState, week: Week, book: Rulebook) -> Fate:
        try:
            mail = await self._mail(member, state, week, book)
            if mail is None:
                return "nothing"
            await self._postman.send(mail)
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            fate = fate_of(error)
            log.warning("a mail is not sent", member=member, fate=fate, kind=type(error).__name__)
            return fate
        return "sent"

    async def _mail(self, member: str, state: MemberState, week: Week, book: Rulebook) -> EmailMessage | None:
        """The mail, or None where there is nothing to say or nobody to say it to."""
        record = (await self._directory.members([member])).get(member)
        row = (await self._directory.memberships([member])).get(member)
        if record is None or not record.email or row is None or row.erased or row.status not in {"joined", "paused"}:
            return None
        language = _language(state.facts.language, book)
        lines = lines_of(await self._receipts(member, week, language), week, language)
        return mail_of(record.email, member, lines, week, self._addresses, language) if lines else None

    async def _receipts(self, member: str, week: Week, language: Language) -> list[Receipt]:
        """Those of the week, and of the days since."""
        found: list[Receipt] = []
        before: int | None = None
        while len(found) < MOST_RECEIPTS:
            page = await self._telling.page(member, language, self._now_ms(), before=before, count=RECEIPTS_AT_ONCE)
            found.extend(told.receipt for told in page.receipts)
            before = page.before
            # A receipt of somebody else's act says the first moment of its day.
            if before is None or (found and found[-1].recorded < week.begins - DAY_MS):
                break
        return found


def _is_told_for_now(told: int | None, now: int) -> bool:
    """Whether the week after the one that was told is not over anywhere; no clock is a day ahead of UTC or more."""
    return told is not None and now // DAY_MS + 1 < told + 2 * WEEK_DAYS


def fate_of(error: Exception) -> Fate:
    """What an error means: for this mail for good, for this mail for now, or for all of them for now.

    An address that can't be written to (ValueError) is one of the first kind.
    """
    match error:
        case ValueError() | aiosmtplib.SMTPNotSupported():
            return "refused"
        case aiosmtplib.SMTPRecipientsRefused():
            return "refused" if all(each.code >= FOR_GOOD for each in error.recipients) else "later"
        case aiosmtplib.SMTPRecipientRefused() | aiosmtplib.SMTPDataError():
            return "refused" if error.code >= FOR_GOOD else "later"
        case _:
            return "away"


def _language(said: str | None, book: Rulebook) -> Language:
    for word in (said, *book.languages):
        for language in LANGUAGES:
            if word == language:
                return language
    return "en"
