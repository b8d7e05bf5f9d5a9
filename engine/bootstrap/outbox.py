"""What tells receivers and members what goes on in an organization."""

import secrets
from collections.abc import Callable

from engine.bootstrap.site import Site
from engine.run.outbox.courier import Courier, OnTried
from engine.run.outbox.digest import Addresses
from engine.run.outbox.digests import Digests, OnMail, Postman
from engine.run.outbox.messages import Messages
from engine.run.outbox.post import Poster
from engine.run.outbox.results import JITTER_PERCENT
from engine.run.outbox.sending import Carrier
from engine.run.sealing import Seal
from engine.run.telling import Telling
from engine.run.wall import Wall
from engine.settings import Settings


def courier(
    site: Site,
    settings: Settings,
    secret: bytes,
    now_ms: Callable[[], int],
    *,
    mail_password: str | None,
    on_tried: OnTried,
    on_mail: OnMail,
) -> Courier:
    """What sends to subscriptions, and mails to members; run one, in a process of its own."""
    wall = Wall(
        index=site.wall_index,
        ledger=site.ledger,
        reader=site.reader,
        directory=site.directory,
        plans=site.plans,
    )
    return Courier(
        outbox=site.outbox,
        messages=Messages(
            log=site.log,
            reader=site.reader,
            ledger=site.ledger,
            plans=site.plans,
            directory=site.directory,
            wall=wall,
            outbox=site.outbox,
        ),
        carrier=carrier(site, settings, secret, now_ms),
        now_ms=now_ms,
        jitter=lambda: secrets.randbelow(2 * JITTER_PERCENT + 1) - JITTER_PERCENT,
        on_tried=on_tried,
        digests=digests(site, settings, mail_password, now_ms, on_mail) if settings.mail.host else None,
    )


def digests(
    site: Site, settings: Settings, password: str | None, now_ms: Callable[[], int], on_mail: OnMail
) -> Digests:
    """What writes to members who ask for it."""
    mail = settings.mail
    return Digests(
        notices=site.notices,
        outbox=site.outbox,
        directory=site.directory,
        reader=site.reader,
        plans=site.plans,
        telling=Telling(ledger=site.ledger, reader=site.reader, plans=site.plans, directory=site.directory),
        postman=Postman(mail, password),
        addresses=Addresses(sender=mail.sender, link=mail.link, stop=mail.stop),
        now_ms=now_ms,
        on_mail=on_mail,
    )


def carrier(site: Site, settings: Settings, secret: bytes, now_ms: Callable[[], int]) -> Carrier:
    """What opens, signs and posts one message."""
    return Carrier(
        organization=site.keys.organization,
        seal=Seal(secret),
        poster=Poster(),
        allowed=settings.outbox.allow,
        now_ms=now_ms,
    )
