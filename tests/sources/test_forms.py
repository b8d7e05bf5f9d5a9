import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.sources.events import MAX_FAULTS, NotUnderstood
from engine.sources.forms import MOST_FORM_FIELDS, read_form


def test_the_fields_of_a_form_are_texts() -> None:
    assert read_form(b"name=p%C3%A4iv%C3%A4+1&empty=&n=3") == {"name": "päivä 1", "empty": "", "n": "3"}
    assert read_form(b"") == {}


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        (b"\xff=1", "not-utf8", ""),
        (b"a=%ff", "not-utf8", ""),
        (b"a=1&b=2&a=3", "duplicate-key", "/a"),
        ("&".join(f"f{number}=1" for number in range(MOST_FORM_FIELDS + 1)).encode(), "too-many", ""),
    ],
)
def test_a_form_that_two_might_read_differently_is_not_understood(body: bytes, code: str, pointer: str) -> None:
    with pytest.raises(NotUnderstood) as refused:
        read_form(body)

    assert [(fault.code, fault.pointer) for fault in refused.value.faults] == [(code, pointer)]


def test_as_many_fields_as_are_possible_are_read_and_faults_are_bounded() -> None:
    many = "&".join(f"f{number}=1" for number in range(MOST_FORM_FIELDS)).encode()

    assert len(read_form(many)) == MOST_FORM_FIELDS
    with pytest.raises(NotUnderstood) as refused:
        read_form("&".join(f"f{number % 50}=1" for number in range(100)).encode())
    assert len(refused.value.faults) == MAX_FAULTS


@given(st.binary(max_size=200))
def test_no_bytes_are_more_than_not_understood(body: bytes) -> None:
    try:
        form = read_form(body)
    except NotUnderstood:
        return

    assert all(isinstance(value, str) for value in form.values())
