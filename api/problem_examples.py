"""An example of each problem, as the API gives it."""

from collections.abc import Mapping
from typing import Final

from api.problems import PROBLEMS, Fault, ProblemBody, ProblemType, address_of


def _example(type_: ProblemType, detail: str, *errors: Fault) -> ProblemBody:
    status, title = PROBLEMS[type_]
    return ProblemBody(type=address_of(type_), title=title, status=status, detail=detail, errors=errors)


_DETAILS: Final[Mapping[ProblemType, str]] = {
    "not-json": "x",
}
PROBLEM_EXAMPLES: Final[Mapping[ProblemType, ProblemBody]] = {each: _example(each, "x") for each in PROBLEMS}
