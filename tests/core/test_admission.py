import pytest

from engine.core.admission import AdmissionFault, Admitted, Offered, People, admit
from engine.core.entries import Act, Blank
from tests.core.history import at
from tests.core.programme import rulebook

NOW = at("2026-11-23 12:00")
ALIASES = {"email:anna": "anna", "anna": "anna", "bea": "bea", "carl": "carl"}
PEOPLE = People(resolve=ALIASES.get, takes_part=lambda member, _: member in {"anna", "bea"})


def offer(
    type_: str = "content.shared",
    *,
    subject: str | None = "anna",
    time: int | None = NOW,
    data: dict[str, object] | None = None,
    said_by_member: bool = False,
) -> Offered:
    return Offered(
        type=type_,
        source="hub",
        subject=subject,
        time=time,
        data={"channel": "linkedin"} if data is None else data,
        key=None,
        said_by_member=said_by_member,
    )


def faults(offered: Offered) -> list[AdmissionFault]:
    result = admit(rulebook(), offered, PEOPLE, NOW)
    assert not isinstance(result, Admitted)
    return list(result)


def admitted(offered: Offered) -> Admitted:
    result = admit(rulebook(), offered, PEOPLE, NOW)
    assert isinstance(result, Admitted)
    return result


def test_an_event_that_fits_becomes_an_entry_with_its_defaults() -> None:
    entry = admitted(offer()).entry

    assert entry == Act("content.shared", NOW, "hub", "anna", {"channel": "linkedin", "own_words": False, "topics": []})


def test_everything_that_is_wrong_is_said_at_once() -> None:
    wrong = offer(data={"channel": "linkedn", "own_word": True, "minutes": 1.5}, time=NOW + 6 * 60_000)

    found = {(fault.pointer, fault.code, fault.near) for fault in faults(wrong)}

    assert found == {
        ("/data/channel", "wrong-value", "linkedin"),
        ("/data/own_word", "unknown-field", "own_words"),
        ("/data/minutes", "wrong-type", None),
        ("/time", "time-ahead", None),
    }


@pytest.mark.parametrize(
    ("type_", "code", "near"),
    [("content.share", "unknown-type", "content.shared"), ("sulka.tick", "reserved-type", None)],
)
def test_a_type_that_may_not_be_sent_is_named(type_: str, code: str, near: str | None) -> None:
    (fault,) = faults(offer(type_))

    assert (fault.code, fault.near) == (code, near)


def test_an_act_older_than_days_back_is_too_old_and_one_at_the_edge_is_not() -> None:
    edge = NOW - 45 * 86_400_000

    assert isinstance(admit(rulebook(), offer(time=edge), PEOPLE, NOW), Admitted)
    assert [fault.code for fault in faults(offer(time=edge - 1))] == ["time-too-old"]


def test_who_takes_no_part_is_left_out_of_the_entry() -> None:
    assert admitted(offer(subject="carl")).entry == Blank()


def test_an_event_whose_subject_takes_no_part_keeps_the_others_whom_it_names() -> None:
    entry = admitted(offer(subject="carl", data={"channel": "x", "helper": "bea"})).entry

    assert isinstance(entry, Act)
    assert (entry.subject, entry.data["helper"]) == (None, "bea")


def test_an_alias_that_nobody_has_is_named_so_that_the_event_can_wait() -> None:
    assert admitted(offer(data={"channel": "x", "helper": "email:nobody"})).unknown == ("email:nobody",)
