"""What can go wrong, for whoever calls."""

from sulka_client.forms import EventResult, Fault
from sulka_client.forms import Problem as ProblemForm


class SulkaError(Exception):
    """Any error of this client."""


class Problem(SulkaError):
    """Sulka refused a request and says why (RFC 9457). Nothing was changed unless `results` say so.

    `type` is the problem's name in docs/api.md, which never changes; `faults` are all that is wrong with the body;
    `results` say what became of each event of an array; `retry_after_seconds` is None where waiting does not help.
    """

    def __init__(self, said: ProblemForm, *, retry_after_seconds: int | None = None) -> None:
        self.retry_after_seconds = retry_after_seconds
        self.type = said.type.rpartition("#")[2]
        self.title, self.status, self.detail = said.title, said.status, said.detail
        self.faults: tuple[Fault, ...] = tuple(said.errors)
        self.results: tuple[EventResult, ...] = tuple(said.results)
        told = "".join(
            f"\n  {fault.pointer or '(all)'}: {fault.found}; expected {fault.expected}" for fault in self.faults
        )
        super().__init__(f"{self.type}: {said.detail}{told}")


class NotReached(SulkaError):
    """There was no answer. `is_unknown`: the request may have been carried out all the same."""

    def __init__(self, why: str, *, is_unknown: bool) -> None:
        self.is_unknown = is_unknown
        fate = "It may have been carried out all the same." if is_unknown else "Nothing was carried out."
        super().__init__(f"Sulka gave no answer: {why}. {fate}")


class AnswerNotUnderstood(SulkaError):
    """An answer that is none of this Sulka's."""

    def __init__(self, *, status: int, why: str, retry_after_seconds: int | None = None) -> None:
        self.status, self.retry_after_seconds = status, retry_after_seconds
        super().__init__(f"The answer ({status}) can't be understood: {why}")
