"""A word of a query that a call does not know is refused: answered as if it were not there, it would mislead."""

import pytest

from api.app import create_document
from api.fast_lane import FastLane
from tests.api.desk import Desk, problem
from tests.api.house import share
from tests.api.test_fast_lane import get

BOARD = "/v1/leaderboards/advocates"
NO_PEROD = 'There is no parameter "perod". Did you mean "period"?'
NO_LIMT = 'There is no parameter "limt". Did you mean "limit"?'
OF_A_BOARD = "This call has period, by, around, limit, cursor."


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("perod=2026-W45", f"{NO_PEROD} {OF_A_BOARD}"),
        ("Period=2026-W45", f'There is no parameter "Period". Did you mean "period"? {OF_A_BOARD}'),
        ("foo=1&limit=2", f'There is no parameter "foo". {OF_A_BOARD}'),
        ("foo=", f'There is no parameter "foo". {OF_A_BOARD}'),
        ("limt=5&perod=week", f"{NO_LIMT} {NO_PEROD} {OF_A_BOARD}"),
        (f"{'x' * 1_000}=1", f'There is no parameter "{"x" * 60}". {OF_A_BOARD}'),
    ],
)
@pytest.mark.parametrize("by", ["hr", "anna"])
async def test_an_unknown_word_is_told_with_what_was_meant_and_what_there_is(
    desk: Desk, by: str, query: str, told: str
) -> None:
    await desk.as_member("anna")

    answer = await desk.get(f"{BOARD}?{query}", by=by)

    assert (answer.status_code, problem(answer)) == (400, "not-understood")
    assert answer.json()["detail"] == told


async def test_many_unknown_words_get_a_short_answer(desk: Desk) -> None:
    query = "&".join(f"word{number}=1" for number in range(100))

    answer = await desk.get(f"{BOARD}?{query}", by="hr")

    assert answer.json()["detail"].count("There is no parameter") == 3


async def test_it_is_the_same_past_the_framework(desk: Desk) -> None:
    """Whose board was just read goes the fast way with the next question."""
    await desk.as_member("anna")
    app = FastLane(desk.app)
    secret = desk.secret("anna")

    answers = [(await get(app, f"{BOARD}?{query}", secret)).status_code for query in ("limit=2", "limit=2&perod=week")]

    assert answers == [200, 400]


async def test_whoever_means_to_try_and_misspells_it_posts_nothing(desk: Desk) -> None:
    await desk.as_member("anna")
    await desk.post("/v1/events", share())
    before = await desk.house.position()

    answer = await desk.post("/v1/events?tri=true", share(id="share-2"))

    assert (answer.status_code, problem(answer)) == (400, "not-understood")
    assert answer.json()["detail"] == 'There is no parameter "tri". Did you mean "try"? This call has try.'
    assert await desk.house.position() == before


async def test_every_call_refuses_words_that_it_does_not_know(desk: Desk) -> None:
    await desk.as_member("anna")
    before = await desk.house.position()
    taken = []

    for path, operations in create_document().content["paths"].items():
        for method, operation in operations.items():
            if not path.startswith("/v1/"):
                continue
            roles = [role for each in operation["security"] for role in each]
            by = next((token for token, role in TOKENS.items() if role in roles), None)
            address = path.replace("{position}", "1").replace("{", "").replace("}", "")
            answer = await desk.call(method.upper(), f"{address}?nothing=1", {"any": 1}, by=by)
            if problem(answer) != "not-understood" or 'no parameter "nothing"' not in answer.json()["detail"]:
                taken.append((method, path, answer.text))

    assert taken == []
    assert await desk.house.position() == before


TOKENS = {"source": "source", "anna": "member", "hr": "hr", "admin": "admin"}


@pytest.mark.parametrize("path", ["/health/live", "/health/ready", "/schema"])
async def test_who_watches_may_add_words_of_their_own(desk: Desk, path: str) -> None:
    answer = await desk.call("GET", f"{path}?t=1764000000", by=None)

    assert answer.status_code == 200
