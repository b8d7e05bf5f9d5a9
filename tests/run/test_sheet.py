"""Tables of people as offices save them."""

import pytest

from engine.run.roster import sheet as sheet_module
from engine.run.roster.rows import Refused, Said, read_row
from engine.run.roster.sheet import (
    MOST_BYTES,
    MOST_CHARACTERS,
    MOST_COLUMNS,
    MOST_LINES,
    Broken,
    Line,
    Sheet,
    SheetRefused,
    read_sheet,
)

HEADER = "name,email,team"
AADA = {"name": "Aada Esimerkki", "email": "aada@example.org", "team": "sales"}


def table(*lines: str, header: str = HEADER, ends: str = "\n") -> bytes:
    return ends.join((header, *lines, "")).encode()


def cells(read: Sheet) -> list[dict[str, str]]:
    return [line.cells for line in read.lines if isinstance(line, Line)]


def row(**said: str) -> Said | Refused:
    return read_row(Line(2, {"name": "Aada", "email": "aada@example.org", **said}))


@pytest.mark.parametrize(
    "data",
    [
        table("Aada Esimerkki,aada@example.org,sales"),
        table("Aada Esimerkki;aada@example.org;sales", header="name;email;team"),
        table("Aada Esimerkki\taada@example.org\tsales", header="name\temail\tteam"),
        table("Aada Esimerkki,aada@example.org,sales", ends="\r\n"),
        b"\xef\xbb\xbf" + table("Aada Esimerkki,aada@example.org,sales"),
        b"sep=;\r\n" + table("Aada Esimerkki;aada@example.org;sales", header="name;email;team", ends="\r\n"),
        table("Aada Esimerkki;aada@example.org;sales", header=" Nimi ;SÄHKÖPOSTI;tiimi"),
        table("Aada Esimerkki;aada@example.org;sales;;", ";;;;", "", header="name;email;team;;"),
        table('"Aada Esimerkki","aada@example.org","sales"'),
    ],
    ids=["plain", "semicolon", "tab", "crlf", "bom", "sep", "finnish", "empty-cells", "quoted"],
)
def test_a_table_is_read_as_offices_save_it(data: bytes) -> None:
    read = read_sheet(data)

    assert cells(read) == [AADA]
    assert set(read.columns) == set(AADA)


def test_a_quoted_line_end_belongs_to_its_cell_and_lines_are_counted_as_an_editor_does() -> None:
    read = read_sheet(table('"Aada\r\nEsimerkki",a@example.org,sales', "Otso,o@example.org,sales", ends="\r\n"))

    said = [read_row(line) for line in read.lines]

    assert [each.line for each in said] == [2, 4]
    assert isinstance(said[0], Said)
    assert said[0].name == "Aada Esimerkki"


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        (b"", 0, "empty"),
        (table("Ääni,a@example.org,sales").decode().encode("latin-1"), 2, "in Latin-1, also called ANSI, it is “Ä”"),
        (table().decode().encode("utf-16"), 0, "UTF-16"),
        (b"PK\x03\x04rest", 0, "workbook"),
        (table(header="name,email,tema"), 1, "Did you mean “team”?"),
        (table(header="name,email,salary"), 1, "Take the column out"),
        (table(header="name,email,Email"), 1, "two columns are called “email”"),
        (table(header="name,team"), 1, "no column says by what a person is recognised"),
        (table('"Aada,a@example.org,sales', "Otso,o@example.org,sales"), 2, "quotation mark"),
        (table('"Aada"x,a@example.org,sales'), 2, "quotation mark"),
        (table(header=",".join(["email", *["team"] * MOST_COLUMNS])), 1, f"at most {MOST_COLUMNS}"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_its_line_and_what_to_do(data: bytes, line: int, words: str) -> None:
    with pytest.raises(SheetRefused) as refused:
        read_sheet(data)

    assert refused.value.line == line
    assert words in str(refused.value)
    assert str(refused.value).endswith("Nothing was changed.")


def test_a_file_has_its_limit_of_bytes() -> None:
    with pytest.raises(SheetRefused, match="at most 33,554,432"):
        read_sheet(b"x" * (MOST_BYTES + 1))


def test_a_file_has_its_limit_of_people() -> None:
    people = [f"{number}@example.org" for number in range(MOST_LINES)]

    assert len(read_sheet(table(*people, header="email")).lines) == MOST_LINES
    with pytest.raises(SheetRefused, match="more than 100,000 rows") as refused:
        read_sheet(table(*people, "one@example.org", header="email"))
    assert refused.value.line == MOST_LINES + 2


@pytest.mark.parametrize(
    ("line", "count"),
    [("Aada,a@example.org", 2), ("Aada,a@example.org,sales,more", 4)],
)
def test_a_row_that_does_not_have_the_headers_cells_is_refused(line: str, count: int) -> None:
    read = read_sheet(table(line))

    assert read.lines == (Broken(2, f"{count} cells", "3, one for each column of the header"),)
    assert isinstance(read_row(read.lines[0]), Refused)


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        ("name", "", "the person's name"),
        ("name", "x" * 201, "1 to 200 characters"),
        ("name", "x" * (MOST_CHARACTERS + 1), "at most 5,000"),
        ("name", "Aada\x07", "1 to 200 characters"),
        ("email", "aada", "an address such as anna@example.org"),
        ("aliases", "4711", "kind:value"),
        ("aliases", ",".join(f"slack:{number}" for number in range(20)), "at most 20"),
        ("aliases", "s:" + "x" * 5_000, "at most 5,000"),
        ("alias:employee", "4" * 200, "kind:value"),
        ("country", "Finland", "two letters of ISO 3166, such as FI"),
        ("team", "x" * 101, "1 to 100 characters"),
        ("time_zone", "Europe/Helsinky", "did you mean Europe/Helsinki?"),
        ("language", "finnish", "two letters of ISO 639, such as fi"),
        ("started_on", "March 2024", "a month such as 2024-03"),
        ("started_on", "31.2.2024", "a month such as 2024-03"),
        ("started_on", "2024-13", "a month such as 2024-03"),
        ("is_leader", "maybe", "yes or no"),
    ],
)
def test_a_wrong_cell_says_its_column_what_was_found_and_what_was_expected(
    column: str, value: str, expected: str
) -> None:
    refused = row(**{column: value})

    assert isinstance(refused, Refused)
    (fault,) = refused.faults
    assert fault.column == column
    assert expected in fault.expected
    assert len(str(fault)) < 200


def test_all_faults_of_a_row_are_said_at_once() -> None:
    refused = row(country="Finland", language="finnish", is_leader="maybe")

    assert isinstance(refused, Refused)
    assert [fault.column for fault in refused.faults] == ["country", "language", "is_leader"]


def test_a_row_without_anything_to_know_the_person_by_is_refused() -> None:
    refused = read_row(Line(2, {"name": "Aada", "email": ""}))

    assert isinstance(refused, Refused)
    assert "email, alias or id" in refused.faults[0].found


@pytest.mark.parametrize(
    ("column", "value", "kept"),
    [
        ("country", "fi", "FI"),
        ("country", "", None),
        ("language", "FI", "fi"),
        ("team", " North\u00a0 east ", "North east"),
        ("started_on", "2024-03", 2024 * 12 + 2),
        ("started_on", "2024-03-15", 2024 * 12 + 2),
        ("started_on", "15.3.2024", 2024 * 12 + 2),
        ("is_leader", "TOSI", True),
        ("is_leader", "x", True),
        ("is_leader", "Ei", False),
        ("is_leader", "", False),
    ],
)
def test_a_cell_is_kept_in_one_way_however_it_was_written(column: str, value: str, kept: object) -> None:
    said = row(**{column: value})

    assert isinstance(said, Said)
    assert said.facts == {column: kept}


def test_aliases_come_from_the_address_the_list_and_columns_of_their_own() -> None:
    said = row(**{"aliases": "Slack:U123; github:4713\nslack:u123", "alias:employee": " 4711 "})

    assert isinstance(said, Said)
    assert said.aliases == ("email:aada@example.org", "slack:u123", "github:4713", "employee:4711")


def test_every_column_that_is_known_in_finnish_is_known() -> None:
    assert set(sheet_module.IN_FINNISH.values()) == set(sheet_module.COLUMNS)
