"""The two clients of the store: one for writes, one for reads.

Apart, because they differ in what may happen after a lost answer: a read is asked again, a write never is.
Nothing connects until the first command. Every bound is named here; the address may not loosen one.
"""

import contextlib
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

import hiredis
from redis import exceptions
from redis._parsers import _AsyncHiredisParser
from redis.asyncio import BlockingConnectionPool, Connection, Redis, SSLConnection, UnixDomainSocketConnection
from redis.asyncio.connection import AbstractConnection
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff, NoBackoff
from redis.maint_notifications import MaintNotificationsConfig

from engine.store.errors import StoreAddressInvalid, StoreDamaged, StoreError, StoreUnavailable

WRITE_CONNECTIONS = 8
"""Most connections of one write client. Writes are coalesced before they get here, so a few are enough."""

READ_CONNECTIONS = 32
"""Most connections of one read client; further reads wait for a free one."""

CONNECT_SECONDS = 5.0
FREE_CONNECTION_SECONDS = 5.0
"""How long a command waits for a connection of its pool before it fails, unsent."""

WRITE_ANSWER_SECONDS = 15.0
"""Long: giving up on a write leaves its outcome unknown, and a busy disk can hold an fsync for seconds."""

READ_ANSWER_SECONDS = 5.0
"""A blocking read must ask for clearly less than this."""

READ_TRIES_AGAIN = 2
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.01, 0.2

ADDRESS_OPTIONS = frozenset({"db", "ssl_ca_certs", "ssl_certfile", "ssl_keyfile"})
"""What an address may say behind its `?`. All else (time-outs, retries, decoding) is decided here."""

NOTHING_DONE_CODES = ("BUSY ", "MISCONF ", "MASTERDOWN ", "NOREPLICAS ", "CLUSTERDOWN ", "TRYAGAIN ")
"""How an error begins with which the server turns a command away before it has done any of it."""

WRONG_TYPE_CODE = "WRONGTYPE "
"""In a sound store no key of ours has another type than we gave it."""

TURNED_AWAY = (
    exceptions.AuthenticationError,
    exceptions.AuthorizationError,
    exceptions.BusyLoadingError,
    exceptions.OutOfMemoryError,
    exceptions.ReadOnlyError,
)
"""The server did answer: no. The first three are kinds of ConnectionError in the client, which says less."""


def write_client(
    url: str, *, connections: int = WRITE_CONNECTIONS, free_connection_seconds: float | None = FREE_CONNECTION_SECONDS
) -> Redis:
    """A client that sends each command once: after a lost answer it raises and leaves the rest to the caller.

    A command waits for a free connection as long as is said; None is for ever.

    Raises:
        StoreAddressInvalid: It is none of redis://, rediss://, unix://, or carries options of its own.
    """
    return _client(url, connections, WRITE_ANSWER_SECONDS, Retry(NoBackoff(), 0), free_connection_seconds)


def read_client(url: str, *, connections: int = READ_CONNECTIONS) -> Redis:
    """A client that asks again when a connection breaks, a few times within half a second. For reads only.

    Raises:
        StoreAddressInvalid: As for `write_client`.
    """
    pause = ExponentialBackoff(cap=LONGEST_PAUSE_SECONDS, base=FIRST_PAUSE_SECONDS)
    return _client(url, connections, READ_ANSWER_SECONDS, Retry(pause, READ_TRIES_AGAIN))


@contextlib.contextmanager
def store_answers() -> Iterator[None]:
    """Turn the client's errors into those of `store_error`; others pass unchanged."""
    try:
        yield
    except (exceptions.RedisError, OSError) as error:
        meant = store_error(error)
        if meant is None:
            raise
        raise meant from error


def store_error(error: Exception) -> StoreError | None:
    """What an error of the client means: no reaching the server, damage; None for a mistake in a command of ours."""
    match error:
        case exceptions.ResponseError() if str(error).startswith(WRONG_TYPE_CODE):
            return StoreDamaged(found=f"a key holds what Sulka never keeps there ({_sentence(error)})")
        case exceptions.ResponseError() if str(error).startswith(NOTHING_DONE_CODES):
            return StoreUnavailable(reason=_sentence(error), outcome="nothing-done")
        case _ if isinstance(error, TURNED_AWAY):
            return StoreUnavailable(reason=_sentence(error), outcome="nothing-done")
        case exceptions.ConnectionError() | exceptions.TimeoutError() | OSError():
            return StoreUnavailable(reason=_sentence(error))
        case _:
            return None


def _client(
    url: str,
    connections: int,
    answer_seconds: float,
    retry: Retry,
    free_connection_seconds: float | None = FREE_CONNECTION_SECONDS,
) -> Redis:
    _check_address(url)
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=connections,
        timeout=free_connection_seconds,
        socket_connect_timeout=CONNECT_SECONDS,
        socket_timeout=answer_seconds,
        retry=retry,
        retry_on_error=[],
        health_check_interval=0,
        # It has no public name. Asked for, so that its absence is an error and not a slower parser.
        parser_class=_AsyncHiredisParser,
        decode_responses=False,
        # The older protocol, so that every server answers in the same shapes.
        protocol=2,
        # Two commands fewer for each new connection; Redis 7.0 does not know them.
        driver_info=None,
        # They would let a server stretch the time-outs above.
        maint_notifications_config=MaintNotificationsConfig(enabled=False),
    )
    pool.connection_class = _PACKING[pool.connection_class]
    client = Redis.from_pool(pool)
    # Rows of a stream as the server sends them: thousands of them are read, and made into entries, anyway.
    del client.response_callbacks["XRANGE"]
    return client


class _PacksInC:
    """Commands are put together by the library that reads the answers, too; the client's own way is in Python."""

    def pack_command(self, *args: str | bytes | int) -> list[bytes]:
        name = args[0]
        words = name.split() if isinstance(name, str) else [name]
        return [hiredis.pack_command((*words, *args[1:]))]


_PACKING: dict[type[AbstractConnection], type[AbstractConnection]] = {
    kind: type(f"Packing{kind.__name__}", (_PacksInC, kind), {})
    for kind in (Connection, SSLConnection, UnixDomainSocketConnection)
}


def _check_address(url: str) -> None:
    try:
        parts = urlsplit(url)
        complete = bool(parts.path) if parts.scheme == "unix" else bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise StoreAddressInvalid(found="something that is no address", expected=_FORMS) from None
    if parts.scheme not in {"redis", "rediss", "unix"}:
        raise StoreAddressInvalid(found=f"an address that begins with '{parts.scheme}:'", expected=_FORMS)
    if not complete:
        missing = "no path" if parts.scheme == "unix" else "no host"
        raise StoreAddressInvalid(found=f"an address with {missing}", expected=_FORMS)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    foreign = sorted(options.keys() - ADDRESS_OPTIONS)
    if foreign:
        allowed = ", ".join(sorted(ADDRESS_OPTIONS))
        raise StoreAddressInvalid(found=f"the option '{foreign[0]}'", expected=f"none but {allowed}")
    # The client takes a database that it can't read for number 0, which may be somebody else's.
    database = options.get("db", "" if parts.scheme == "unix" else parts.path.strip("/"))
    if database and not (database.isascii() and database.isdigit()):
        raise StoreAddressInvalid(found=f"a database called '{database}'", expected="a number, such as 0")


_FORMS = "redis://host:port/0, rediss://host:port/0 or unix:///path/of/socket"


def _sentence(error: Exception) -> str:
    text = str(error).strip() or type(error).__name__
    return text if text.endswith(".") else f"{text}."
