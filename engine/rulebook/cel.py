"""The one place that knows the CEL library: its environments, its programs, its words.

Its words end here: complaints at load are handed on for translation, faults at run time become reasons of our own,
which never change with a version of the library.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final, Literal, Protocol

import msgspec
from cel_expr_python import cel as library

Kind = Literal["string", "int", "bool", "list of strings", "time"]
"""What a value is for a formula."""

Result = Literal["bool", "int"]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

_LANGUAGE: Final = """
stdlib:
  include_macros: [all, exists, exists_one]
  include_functions:
    - name: "_&&_"
    - name: "_||_"
    - name: "!_"
    - name: "_?_:_"
    - name: "_==_"
    - name: "_!=_"
    - name: "@in"
    - name: "@not_strictly_false"
    - {name: "_<_", overloads: [{id: less_int64}, {id: less_timestamp}, {id: less_duration}]}
    - {name: "_<=_", overloads: [{id: less_equals_int64}, {id: less_equals_timestamp}, {id: less_equals_duration}]}
    - {name: "_>_", overloads: [{id: greater_int64}, {id: greater_timestamp}, {id: greater_duration}]}
    - name: "_>=_"
      overloads: [{id: greater_equals_int64}, {id: greater_equals_timestamp}, {id: greater_equals_duration}]
    - {name: "_+_", overloads: [{id: add_int64}, {id: add_timestamp_duration}, {id: add_duration_timestamp}]}
    - name: "_-_"
      overloads: [{id: subtract_int64}, {id: subtract_timestamp_timestamp}, {id: subtract_timestamp_duration}]
    - {name: "_*_", overloads: [{id: multiply_int64}]}
    - {name: "_/_", overloads: [{id: divide_int64}]}
    - {name: "_%_", overloads: [{id: modulo_int64}]}
    - {name: "-_", overloads: [{id: negate_int64}]}
    - {name: "_[_]", overloads: [{id: index_list}]}
    - {name: size, overloads: [{id: size_string}, {id: string_size}, {id: size_list}, {id: list_size}]}
    - name: contains
    - name: startsWith
    - name: endsWith
    - name: matches
    - {name: timestamp, overloads: [{id: string_to_timestamp}]}
    - {name: duration, overloads: [{id: string_to_duration}]}
    - {name: getHours, overloads: [{id: duration_to_hours}]}
    - {name: getMinutes, overloads: [{id: duration_to_minutes}]}
    - {name: getSeconds, overloads: [{id: duration_to_seconds}]}
"""
"""The part of CEL that formulas may use. Left out, because a formula must cost little and say the same for ever:
fractions; joining texts or lists and `map` and `filter`, which build them (they double in a few characters);
hours and weekdays of a time, which would come from the machine's own time zones."""

FUNCTIONS: Final = (
    *("size", "contains", "startsWith", "endsWith", "matches", "timestamp", "duration"),
    *("getHours", "getMinutes", "getSeconds", "all", "exists", "exists_one"),
)

_TYPES: Final = {
    "string": library.Type.STRING,
    "int": library.Type.INT,
    "bool": library.Type.BOOL,
    "list of strings": library.Type.List(library.Type.STRING),
    "time": library.Type.TIMESTAMP,
}

_TYPES_IN_WORDS: Final = {
    "int": "a whole number",
    "string": "a text",
    "bool": "a yes-or-no",
    "list(string)": "a list of texts",
    "list(int)": "a list of whole numbers",
    "google.protobuf.Timestamp": "a time",
    "google.protobuf.Duration": "a span of time",
    # What the library calls the type of a whole formula.
    "INT": "a whole number",
    "STRING": "a text",
    "BOOL": "a yes-or-no",
    "TIMESTAMP": "a time",
    "DURATION": "a span of time",
}


class _Value(Protocol):
    def value(self) -> object: ...


class _Type(Protocol):
    def name(self) -> str: ...


class Program(Protocol):
    """An expression of the library."""

    def eval(self, activation: object) -> _Value: ...

    def return_type(self) -> _Type: ...


class Complaint(msgspec.Struct, frozen=True, kw_only=True):
    """What the library says against a formula, in its own words; line and column count from 1, or are -1."""

    line: int
    column: int
    said: str


class Environment:
    """Typed variables under their qualified names (`event.channel`)."""

    def __init__(self, variables: Mapping[str, Kind]) -> None:
        self._library = library.NewEnv(
            config=_CONFIGURATION, variables={name: _TYPES[kind] for name, kind in variables.items()}
        )
        # Version 0.1.3 binds times only in an environment that has compiled something.
        self._library.compile("true")

    def compile(self, source: str) -> Program | tuple[Complaint, ...]:
        """The checked program, or all complaints, at least one."""
        try:
            program: Program = self._library.compile(source)
        except RuntimeError as error:
            return tuple(_complaints(str(error)))
        return program

    def bind(self, values: Mapping[str, object]) -> object:
        """Values for every program whose variables this environment has; a missing one is absent."""
        bound: object = self._library.Activation(values)
        return bound


@lru_cache(maxsize=128)
def environment_of(variables: tuple[tuple[str, Kind], ...]) -> Environment:
    """An environment for these names, made once: that takes ten times as long as compiling a formula in it."""
    return Environment(dict(variables))


_CONFIGURATION: Final = library.NewEnvConfigFromYaml(_LANGUAGE)


def evaluate(program: Program, bound: object) -> object:
    """The result; where there is none, the library's words (`reason_of` translates them). Never raises."""
    try:
        return program.eval(bound).value()
    except RuntimeError as error:
        return str(error)


def result_is(program: Program, result: Result) -> bool:
    """Whether the checked type of a program is this one."""
    return program.return_type().name() == result.upper()


def result_in_words(program: Program) -> str:
    """What a program gives, as a noun with its article."""
    return type_in_words(program.return_type().name())


def type_in_words(name: str) -> str:
    """A type of the library as a noun with its article."""
    if name in _TYPES_IN_WORDS:
        return _TYPES_IN_WORDS[name]
    return "a list" if name.lower().startswith("list") else "another kind of value"


def moment(ms: int) -> datetime | None:
    """Milliseconds since 1970 as the aware time that the library needs; None beyond the years 1 to 9999."""
    try:
        return _EPOCH + timedelta(milliseconds=ms)
    except OverflowError:
        return None


_REASONS: Final = (
    (re.compile(r"by zero"), "it divides by zero"),
    (re.compile(r"overflow|too big|out of range|above maximum|below minimum", re.IGNORECASE), "a number is too large"),
    (re.compile(r"Index error|index out of bounds"), "a list is shorter than the formula expects"),
    (re.compile(r"regular expression"), "a pattern of matches( ) can't be read"),
    (re.compile(r"to Timestamp conversion"), "a date of timestamp( ) can't be read"),
    (re.compile(r"to Duration conversion"), "a span of duration( ) can't be read"),
    (re.compile(r"[Ii]teration budget"), "a list is too long"),
)
_ABSENT: Final = re.compile(r'No value with name "([^"]+)"')


def reason_of(said: object) -> str:
    """Why there is no result, in our own words; `absent: event.channel` where a value is missing."""
    words = str(said)
    absent = _ABSENT.search(words)
    if absent is not None:
        return f"absent: {absent[1]}"
    return next((reason for known, reason in _REASONS if known.search(words)), "it can't be worked out")


_COMPLAINT: Final = re.compile(r"ERROR: <input>:(-?\d+):(-?\d+): (.*)")


def _complaints(words: str) -> Iterable[Complaint]:
    found = _COMPLAINT.findall(words)
    if not found:
        yield Complaint(line=-1, column=-1, said=words)
    for line, column, said in found:
        yield Complaint(line=int(line), column=int(column), said=said)
