"""The official cases of the language: what the pinned library can do, and that our part of it says the same."""

import json
import math
import re
from base64 import b64decode
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cel_expr_python import cel as library

from engine.rulebook.formulas import CompiledFormula, FormulaScope, FormulaSet, compile_formula

CORE = {
    *("basic", "comparisons", "conversions", "fields", "fp_math", "integer_math", "lists", "logic"),
    *("macros", "namespace", "parse", "plumbing", "string", "timestamps"),
}

KNOWN_FAILURES = {
    "fields/qualified_identifier_resolution/map_value_repeat_key_heterogeneous",
    "fields/qualified_identifier_resolution/qualified_identifier_resolution_unchecked",
    "namespace/namespace/self_eval_container_lookup_unchecked",
    "parse/bytes_literals/triple_double_quoted_unescaped_punctuation",
    "parse/bytes_literals/triple_single_quoted_unescaped_punctuation",
}

TYPES = {"null_type": "null", "google.protobuf.Timestamp": "timestamp", "google.protobuf.Duration": "duration"}

Case = dict[str, Any]


@pytest.fixture(scope="module")
def core_cases(vectors: Path) -> list[Case]:
    cases: list[Case] = json.loads((vectors / "cel" / "simple-as-json.json").read_text())
    return [case for case in cases if case["id"].split("/")[0] in CORE and not case["needs_proto"]]


def test_the_library_passes_the_official_core_cases_except_the_known_ones(core_cases: list[Case]) -> None:
    failed = {case["id"] for case in core_cases if not passes(case)}

    assert len(core_cases) == 1_094
    assert failed == KNOWN_FAILURES


def test_formulas_give_the_official_result_wherever_they_accept_the_expression(core_cases: list[Case]) -> None:
    scope = FormulaScope({})
    accepted = 0
    for case in core_cases:
        said = case.get("value", {}).get("bool")
        if said is None or case.get("container"):
            continue
        formula = compile_formula(case["expr"], scope=scope, result="bool")
        if isinstance(formula, CompiledFormula):
            accepted += 1
            assert formula.evaluate(FormulaSet(()).bind([])) is said, case["id"]

    assert accepted >= 100


def passes(case: Case) -> bool:
    """Whether the library gives the value, or any error where one is expected."""
    try:
        environment = library.NewEnv(
            variables={row["name"]: type_of(row["type"]) for row in case.get("type_env", ())},
            container=case.get("container", ""),
        )
        program = environment.compile(case["expr"], disable_check=case.get("disable_check", False))
        bindings = {name: native(value) for name, value in case.get("bindings", {}).items()}
        result = program.eval(environment.Activation(bindings))
    except RuntimeError:
        return "error" in case
    kind = result.type().name()
    if "error" in case:
        return bool(kind == "ERROR")
    return kind != "ERROR" and same(result, case.get("value", {"bool": True}))


def type_of(name: str) -> object:
    """A type of the library by the name that the cases use."""
    inner = re.fullmatch(r"(list|map)<(.*)>", name)
    if inner is None:
        return getattr(library.Type, name.upper())
    parts = [type_of(part) for part in inner[2].split(",")]
    return library.Type.List(*parts) if inner[1] == "list" else library.Type.Map(*parts)


def native(value: Mapping[str, Any]) -> object:
    """A tagged value of the cases as the library takes it."""
    ((kind, held),) = value.items()
    match kind:
        case "int" | "uint":
            return int(held)
        case "double":
            return float(held)
        case "bytes":
            return b64decode(held)
        case "object":
            return timedelta(seconds=float(held["value"].removesuffix("s")))
        case "list":
            return [native(item) for item in held]
        case "map":
            return {native(key): native(item) for key, item in held}
        case _:
            return held


def same(result: Any, expected: Mapping[str, Any]) -> bool:  # noqa: ANN401 — the library has no types
    """Whether a result of the library is the tagged value, its type included."""
    ((kind, held),) = expected.items()
    value = result.value()
    match kind:
        case "int" | "uint":
            return bool(result.type().name() == kind.upper() and value == int(held))
        case "double":
            return isinstance(value, float) and (value == float(held) or (math.isnan(value) and held == "nan"))
        case "bytes":
            return isinstance(value, bytearray) and bytes(value) == b64decode(held)
        case "null":
            return value is None
        case "type":
            return bool(value.name().split("<")[0].lower() == TYPES.get(held, held))
        case "list":
            return len(value) == len(held) and all(same(a, b) for a, b in zip(value, held, strict=True))
        case "map":
            plain = result.plain_value()
            return bool(plain == {native(key): native(item) for key, item in held})
        case _:
            return bool(type(value) is type(held) and value == held)
