"""The application: calls, the problems they may give, and the document that describes them."""

from typing import Final

from litestar import Litestar, Router
from litestar.datastructures import State
from litestar.exceptions import HTTPException, ValidationException

from api.all_parts import AllParts
from api.parameters import on_wrong_parameters, refuse_unknown_words
from api.problems import Problem, on_bug, on_http_exception, on_problem, on_run_error, on_sources_error, on_store_error
from api.schema import Document, schema, schema_json
from api.v1.admin import create_token, end_history, open_history
from api.v1.approvals import approvals, decide
from api.v1.asides import asides, retry_aside
from api.v1.asked import answer_asked, asked
from api.v1.boards import leaderboard, leaderboards
from api.v1.challenges import challenges
from api.v1.events import event_fate, event_type, event_types, post_events, whoami
from api.v1.health import live, ready
from api.v1.hr import award, correct, know_content
from api.v1.imports import import_members, imports
from api.v1.links import ask_for_code, my_links, say_code, unlink
from api.v1.looks import looks, member_badges, member_ledger, member_receipt, member_record
from api.v1.me import choose_membership, choose_visibility
from api.v1.members import add_member, change_member
from api.v1.metrics import metrics
from api.v1.mine import badges, ledger, me, receipt, say_act, thank
from api.v1.notices import choose_notices, notices
from api.v1.organizations import add_organization, change_organization, organizations
from api.v1.retractions import retract, retract_mine
from api.v1.rulebook import check_rulebook, publish, rulebook, versions
from api.v1.sources import (
    add_secret,
    add_source,
    deliveries,
    replay_delivery,
    sources,
    take_secret,
    try_source,
)
from api.v1.stream import stream
from api.v1.subscriptions import (
    add_subscription,
    change_subscription,
    check_subscription,
    drop_subscription,
    replay,
    subscription_deliveries,
    subscriptions,
)
from api.v1.wall import recognitions
from api.v1.webhooks import answer_webhook, take_webhook
from engine.run.errors import RunError
from engine.sources.events import MAX_BODY_BYTES, SourcesError
from engine.store.errors import StoreError

V1: Final = (
    *(post_events, whoami, event_types, event_type, event_fate),
    *(me, ledger, receipt, badges, looks, say_act, retract_mine, thank, choose_membership, choose_visibility),
    stream,
    *(notices, choose_notices),
    *(asked, answer_asked),
    *(ask_for_code, my_links, unlink, say_code),
    *(leaderboards, leaderboard, recognitions, challenges),
    *(import_members, imports),
    *(add_member, change_member, member_record, member_ledger, member_receipt, member_badges),
    *(know_content, award, correct, retract, approvals, decide),
    *(rulebook, versions, check_rulebook, publish),
    *(take_webhook, answer_webhook, deliveries, replay_delivery, try_source),
    *(add_source, sources, add_secret, take_secret),
    *(create_token, open_history, end_history, asides, retry_aside),
    *(subscriptions, add_subscription, change_subscription, drop_subscription),
    *(check_subscription, replay, subscription_deliveries),
    *(add_organization, organizations, change_organization),
)
OPERATIONS: Final = (live, ready, metrics)


def create_document() -> Document:
    """The document of all calls."""
    return Document([*(("/v1", handler) for handler in V1), *(("", handler) for handler in OPERATIONS)])


def create_app(all_parts: AllParts) -> Litestar:
    """The whole API over these parts."""
    v1 = Router("/v1", route_handlers=V1, before_request=refuse_unknown_words)
    return Litestar(
        route_handlers=[v1, *OPERATIONS, schema, schema_json],
        state=State({"all_parts": all_parts, "document": create_document()}, deep_copy=False),
        exception_handlers={
            Problem: on_problem,
            SourcesError: on_sources_error,
            RunError: on_run_error,
            StoreError: on_store_error,
            ValidationException: on_wrong_parameters,
            HTTPException: on_http_exception,
            Exception: on_bug,
        },
        openapi_config=None,
        request_max_body_size=MAX_BODY_BYTES,
        logging_config=None,
    )
