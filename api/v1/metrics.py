"""What Prometheus reads. Not everybody may: from this machine, or with the token that the operator has set."""

import asyncio
import hmac
from collections import Counter
from collections.abc import Mapping

from litestar import Response, get

from api.calls import all_parts_of, parts_of
from api.documented import DOCUMENTED, OPERATIONS, Answer, Documented
from api.problems import Call, Problem
from engine.store.errors import StoreError
from engine.store.vitals import Vitals, together

WAIT_SECONDS = 2.0
"""A store that takes longer counts as away: whoever watches wants an answer most when something is wrong."""

PLAIN = "text/plain; version=0.0.4"
TEXT = f"{PLAIN}; charset=utf-8"
"""What is sent: the framework says the charset of every text."""
THIS_MACHINE = frozenset({"127.0.0.1", "::1", "::ffff:127.0.0.1"})
FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")


PAGE = """\
# TYPE sulka_store_up gauge
sulka_store_up 1.0
"""


@get(
    "/metrics",
    media_type=PLAIN,
    opt={
        DOCUMENTED: Documented(
            tag=OPERATIONS,
            gives=(Answer(description="Also while the store is away.", kind=str, example=PAGE, media_type=TEXT),),
            problems=("not-allowed",),
        )
    },
)
async def metrics(request: Call) -> Response[bytes]:
    """Counts and durations for Prometheus: from this machine, or with the token in SULKA_METRICS_TOKEN.

    That token is the operator's, and none of those that people and senders have. The page comes also while the store
    is away, and says so.
    """
    _check_reader(request)
    parts = parts_of(request)
    vitals: Vitals | None = None
    receivers: Mapping[str, int] = {}
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            all_parts = all_parts_of(request)
            vitals = together(await all_parts.of_each(lambda each: each.vitals.read()))
            states = await all_parts.of_each(lambda each: each.subscriptions.all())
            receivers = Counter(str(one.state) for of_one in states for one in of_one)
    except (StoreError, TimeoutError):
        pass  # it is what the page says
    page = await asyncio.to_thread(parts.measures.page, vitals, parts.now_ms(), receivers)
    return Response(page, media_type=PLAIN)


def _check_reader(request: Call) -> None:
    """A reverse proxy on this machine makes everybody look local, unless it says that it is one."""
    token = parts_of(request).metrics_token
    scheme, _, said = request.headers.get("authorization", "").partition(" ")
    if token is not None and scheme.lower() == "bearer" and hmac.compare_digest(said.strip().encode(), token.encode()):
        return
    client = request.scope["client"]
    is_forwarded = any(name in request.headers for name in FORWARDED)
    if client is None or client[0] not in THIS_MACHINE or is_forwarded:
        cure = "Ask from this machine itself, or set SULKA_METRICS_TOKEN and send Authorization: Bearer <token>."
        raise Problem("not-allowed", f"Metrics are for the operator. {cure}")
