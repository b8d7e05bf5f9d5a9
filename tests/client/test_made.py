"""The client is what the document says, whole: nothing may drift."""

import inspect
from pathlib import Path

import pytest

from api.app import create_document
from sulka_client import AsyncSulka, Sulka
from tools.client.document import BY_HAND, OF_OTHERS, operations
from tools.client.making import FOLDER, files

DOCUMENT = create_document().content


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    return files(DOCUMENT)


@pytest.mark.parametrize("name", ["forms.py", "calls.py", "async_calls.py"])
def test_forms_and_calls_are_those_of_the_document(made: dict[str, str], name: str) -> None:
    assert Path(FOLDER / name).read_text(encoding="utf-8") == made[name], "The API has changed: make client"


def test_every_call_has_its_method() -> None:
    calls = {call["operationId"] for _, _, call in operations(DOCUMENT)} - OF_OTHERS

    assert len(calls) > 40
    assert [name for name in sorted(calls - {"stream"}) if not hasattr(Sulka, name)] == []
    assert [name for name in sorted(calls) if not hasattr(AsyncSulka, name)] == []
    assert calls >= BY_HAND


def test_both_clients_can_do_the_same() -> None:
    def methods(kind: type) -> dict[str, list[str]]:
        found = inspect.getmembers(kind, inspect.isfunction)
        return {name: list(inspect.signature(each).parameters) for name, each in found if not name.startswith("_")}

    awaited = methods(AsyncSulka)
    del awaited["stream"]
    assert methods(Sulka) == awaited


def test_the_one_call_whose_bodies_are_of_several_kinds_sends_those_of_the_document() -> None:
    call = DOCUMENT["paths"]["/v1/events"]["post"]

    assert {status for status in call["responses"] if status.startswith("2")} == {"200", "202"}
    assert call["requestBody"]["content"].keys() == {
        "application/json",
        "application/cloudevents+json",
        "application/cloudevents-batch+json",
    }
    assert {(each["in"], each["name"]) for each in call["parameters"]} == {
        ("query", "try"),
        ("header", "Sulka-Recorded-At"),
        ("header", "Accept-Language"),
    }
