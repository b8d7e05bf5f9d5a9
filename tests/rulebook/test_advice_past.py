"""Advice about rules that pay for what happened before them."""

import dataclasses

import msgspec
import pytest

from engine.rulebook.advice import advise
from tests.core.books import Plain, book_from, names_of


def found(past: str, *, per_point: int = 1, worth: tuple[str, str] | None = ("eur", "0.02")) -> list[str]:
    rule = {"id": "share", "on": ["content.shared"], "points": 10, "past": past}
    spec: Plain = {"rules": [rule], "currencys": [{"id": "coins", "per_point": per_point}]}
    book = book_from(spec, {name: code for code, name in enumerate(names_of(spec))})
    (coins,) = book.currencies
    book = msgspec.structs.replace(book, currencies=(dataclasses.replace(coins, worth=worth),))
    return [each.subject for each in advise(book) if each.code == "pays-the-past"]


@pytest.mark.parametrize("past", ["count", "count-and-tell"])
def test_a_rule_that_pays_money_for_the_past_is_advised_against(past: str) -> None:
    assert found(past) == ["rule:share"]


def test_a_rule_that_begins_now_or_pays_nothing_of_worth_is_not() -> None:
    assert found("ignore") == []
    assert found("count", per_point=0) == []
    assert found("count", worth=None) == []
