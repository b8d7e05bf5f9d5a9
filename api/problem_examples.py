"""An example of each problem, as the API really gives it (tests/api/test_problems_listed.py)."""

from collections.abc import Mapping
from typing import Final

from api.problems import PROBLEMS, Fault, ProblemBody, ProblemType, address_of


def _example(type_: ProblemType, detail: str, *errors: Fault) -> ProblemBody:
    status, title = PROBLEMS[type_]
    return ProblemBody(type=address_of(type_), title=title, status=status, detail=detail, errors=errors)


_UNFINISHED = Fault("", "not-json", "a text that ends at byte 23, unfinished", "JSON")
_MISSPELT = Fault(
    "/nam",
    "unknown-field",
    'a field "nam"',
    "only country, team, department, time_zone, language, started_on, is_leader, name, email, aliases, invited_by, id",
    did_you_mean="name",
)
_MISSING = Fault("/name", "missing", "nothing", "a text of 1 to 200 characters")
_OTHER_SOURCE = Fault("/source", "foreign-source", '"crm"', "hub, or nothing")

_EXAMPLES: Final = {
    "not-json": (
        "1 fault(s); the first at the body: a text that ends at byte 23, unfinished. Expected JSON.",
        _UNFINISHED,
    ),
    "not-understood": ('limit is "0"; expected a whole number of 1 to 50.',),
    "does-not-fit": ("2 fault(s); nothing was changed.", _MISSPELT, _MISSING),
    "content-conflict": ("This id came before with other content. Give what is new an id of its own.",),
    "foreign-source": ('This token speaks for "hub".',),
    "too-large": ("The body is larger than 1 MiB; send fewer events at once.",),
    "wrong-content-type": ('Content-Type is "text/plain"; expected application/json. With curl: curl --json',),
    "no-token": ("Send it as a header: Authorization: Bearer <token>.",),
    "not-authentic": (
        "This address takes what its sender has signed. Whoever runs Sulka sees why it was refused in its deliveries.",
    ),
    "not-allowed": ("This is a token for source; this call needs one for admin or hr.",),
    "not-found": ('No member has the id or alias "email:nobody@example.org".',),
    "wrong-method": ("PUT is not a method of /v1/events.",),
    "wrong-state": ("History is not open: leave Sulka-Recorded-At out, or open history on an empty log.",),
    "too-often": ("5 codes in this minute linked nothing. Nothing was done; wait for the next minute.",),
    "too-many-streams": ("You have 3 streams open, and more are not given. Close one, then open another.",),
    "busy": ("Nothing was done; send it again.",),
    "damaged": ("Waiting does not mend it. The operator has to look: sulka verify.",),
    "internal": ("The fault is recorded. Sending the same again does no harm.",),
}
PROBLEM_EXAMPLES: Final[Mapping[ProblemType, ProblemBody]] = {
    each: _example(each, *_EXAMPLES[each])  # type: ignore[arg-type]
    for each in PROBLEMS
}
