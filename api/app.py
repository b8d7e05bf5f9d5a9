"""The application: calls, the problems they may give, and the document that describes them."""

from litestar import Litestar, Router
from litestar.datastructures import State
from litestar.exceptions import HTTPException

from api.parts import Parts
from api.problems import Problem, on_bug, on_http_exception, on_problem, on_run_error, on_sources_error, on_store_error
from api.schema import openapi
from api.v1.admin import add_source, create_token, end_history, open_history
from api.v1.asides import asides, retry_aside
from api.v1.boards import leaderboard, leaderboards
from api.v1.events import event_fate, event_type, event_types, post_events, whoami
from api.v1.health import live, ready
from api.v1.hr import award, correct, know_content
from api.v1.me import choose_membership, choose_visibility
from api.v1.members import add_member, change_member
from api.v1.mine import ledger, me, receipt, say_act, thank
from api.v1.retractions import retract, retract_mine
from api.v1.rulebook import check_rulebook, publish, rulebook, versions
from engine.run.errors import RunError
from engine.sources.events import MAX_BODY_BYTES, SourcesError
from engine.store.errors import StoreError


def create_app(parts: Parts) -> Litestar:
    """The whole API over these parts."""
    v1 = Router(
        "/v1",
        route_handlers=[
            *(post_events, whoami, event_types, event_type, event_fate),
            *(add_member, change_member, choose_membership, choose_visibility),
            *(me, ledger, receipt, say_act, thank),
            *(know_content, award, correct, retract, retract_mine),
            *(leaderboards, leaderboard),
            *(create_token, add_source, open_history, end_history),
            *(asides, retry_aside),
            *(rulebook, versions, check_rulebook, publish),
        ],
    )
    return Litestar(
        route_handlers=[v1, live, ready],
        state=State({"parts": parts}, deep_copy=False),
        exception_handlers={
            Problem: on_problem,
            SourcesError: on_sources_error,
            RunError: on_run_error,
            StoreError: on_store_error,
            HTTPException: on_http_exception,
            Exception: on_bug,
        },
        openapi_config=openapi(),
        request_max_body_size=MAX_BODY_BYTES,
        logging_config=None,
    )
