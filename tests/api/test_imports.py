"""Tables of people over HTTP: each row's fate, and what became of the last nights."""

from engine.run.roster.sheet import MOST_BYTES
from engine.sources.events import MAX_BODY_BYTES
from engine.store.imports import Night, ToldFate, ToldFault
from tests.api.desk import Desk, problem

HEADER = "name,email,country"
GOOD, BAD = "Aada Esimerkki,aada@example.org,FI", "Otso Esimerkki,otso@example.org,Finland"


async def test_every_row_of_a_table_has_its_fate(desk: Desk) -> None:
    table = f"{HEADER}\n{GOOD}\n{BAD}".encode()

    first = await desk.call("POST", "/v1/members/import", content=table, kind="text/csv; charset=utf-8", by="hr")
    again = await desk.call("POST", "/v1/members/import", content=table, kind="text/csv", by="hr")

    said = first.json()
    member = await desk.house.parts.members.find("email:aada@example.org")
    assert (first.status_code, said["new"], said["refused"], said["elsewhere"]) == (200, 1, 1, 0)
    assert said["rows"] == [
        {
            "line": 2,
            "fate": "new",
            "member": member,
            "changes": ["name", "email", "aliases", "country"],
            "faults": [],
        },
        {
            "line": 3,
            "fate": "refused",
            "member": None,
            "changes": [],
            "faults": [{"column": "country", "found": "“Finland”", "expected": "two letters of ISO 3166, such as FI"}],
        },
    ]
    assert (again.json()["unchanged"], again.json()["new"]) == (1, 0)


async def test_what_is_no_table_is_refused_whole(desk: Desk) -> None:
    before = await desk.house.position()

    nothing = await desk.call("POST", "/v1/members/import", content=b"fame\nAada", kind="text/csv", by="hr")
    json = await desk.call("POST", "/v1/members/import", {"name": "Aada"}, by="hr")
    large = await desk.call("POST", "/v1/members/import", content=b"a" * (MAX_BODY_BYTES + 1), kind="text/csv", by="hr")

    assert (nothing.status_code, problem(nothing)) == (422, "does-not-fit")
    assert "Line 1: column 1 is called “fame”" in nothing.json()["detail"]
    assert (json.status_code, large.status_code) == (415, 413)
    assert MAX_BODY_BYTES < MOST_BYTES
    assert await desk.house.position() == before


async def test_hr_reads_what_became_of_the_last_nights(desk: Desk) -> None:
    imports = desk.house.parts.imports
    await imports.note(Night(20_779, desk.house.now, "people.csv: No such file or directory. Nothing was changed."))
    fate = ToldFate(7, "refused", None, (), (ToldFault("country", "two letters"),))
    await imports.note(Night(20_780, desk.house.now, None, {"new": 1, "unchanged": 8, "refused": 1}, (fate,), 0, 3))

    newest, before = (await desk.right("GET", "/v1/imports", by="hr"))["imports"]

    assert (newest["day"], newest["new"], newest["gone"], newest["absent"]) == ("2026-11-23", 1, 0, 3)
    assert newest["rows"] == [
        {
            "line": 7,
            "fate": "refused",
            "member": None,
            "changes": [],
            "faults": [{"column": "country", "expected": "two letters"}],
        }
    ]
    assert (before["day"], before["why_nothing"]) == (
        "2026-11-22",
        "people.csv: No such file or directory. Nothing was changed.",
    )
