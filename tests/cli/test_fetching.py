"""How the nightly table of people is fetched: from a file, or from the operator's own address and from nowhere else."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from cli.fetching import fetch_of, from_address, from_file
from engine.run.roster.nightly import NotFetched
from engine.run.roster.sheet import MOST_BYTES
from engine.settings import DirectorySettings, Settings, SettingsError, read_settings

TABLE = b"name,email\nAada,aada@example.org\n"


def answer(status: str, body: bytes = b"", *headers: str) -> bytes:
    lines = (f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers, "", "")
    return "\r\n".join(lines).encode() + body


@asynccontextmanager
async def served(reply: bytes | Callable[[], bytes], heard: list[bytes]) -> AsyncIterator[str]:
    """An address on loopback that answers so; `heard` takes the requests."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        try:
            writer.write(reply if isinstance(reply, bytes) else reply())
            await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/people.csv"


async def test_a_table_is_read_from_its_address_with_its_token() -> None:
    heard: list[bytes] = []
    async with served(answer("200 OK", TABLE), heard) as url:
        data = await from_address(url, "a-token")

    assert data == TABLE
    assert b"authorization: bearer a-token" in heard[0].lower()


@pytest.mark.parametrize(
    ("reply", "found"),
    [
        (answer("302 Found", b"", "Location: http://192.0.2.1/"), "sends us elsewhere"),
        (answer("404 Not Found"), "answers 404; expected 200"),
        (answer("200 OK", TABLE)[:-9], "can't be reached"),
        (b"nonsense\r\n\r\n", "can't be reached"),
    ],
)
async def test_whatever_else_is_answered_changes_nothing(reply: bytes, found: str) -> None:
    heard: list[bytes] = []
    async with served(reply, heard) as url:
        with pytest.raises(NotFetched, match=found):
            await from_address(url, "a-token")

    assert len(heard) == 1


async def test_where_nobody_listens_nothing_is_fetched() -> None:
    async with served(b"", []) as url:
        pass

    with pytest.raises(NotFetched, match="can't be reached"):
        await from_address(url, None)


async def test_no_more_is_taken_than_is_read() -> None:
    async with served(lambda: answer("200 OK", b"a" * (2 * MOST_BYTES)), []) as url:
        data = await from_address(url, None)

    assert MOST_BYTES < len(data) < 2 * MOST_BYTES


async def test_a_table_is_read_from_its_file_and_a_missing_one_is_named(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    with pytest.raises(NotFetched, match=r"people\.csv: No such file or directory"):
        await from_file(path)
    path.write_bytes(TABLE)

    fetch = fetch_of(DirectorySettings(file=str(path)), None)

    assert fetch is not None
    assert await fetch() == TABLE
    assert fetch_of(DirectorySettings(), None) is None


@pytest.mark.parametrize(
    ("variable", "value", "found"),
    [
        ("SULKA_DIRECTORY_URL", "http://people.example.org/", "directory.url"),
        ("SULKA_DIRECTORY_URL", "https://user@people.example.org/", "directory.url"),
        ("SULKA_DIRECTORY_URL", "http://127.0.0.1.example.org/", "directory.url"),
        ("SULKA_DIRECTORY_AT", "24:00", "directory.at"),
        ("SULKA_DIRECTORY_AT", "2:30", "directory.at"),
        ("SULKA_DIRECTORY_MOST_MISSING_PERCENT", "101", "directory.most_missing_percent"),
        ("SULKA_DIRECTORY_MISSING", "go", "directory.missing"),
    ],
)
def test_a_setting_that_can_not_be_used_is_refused_at_its_place(
    tmp_path: Path, variable: str, value: str, found: str
) -> None:
    with pytest.raises(SettingsError, match=found):
        read_settings(tmp_path / "config.toml", {variable: value})


def test_a_file_and_an_address_together_are_refused(tmp_path: Path) -> None:
    both = {"SULKA_DIRECTORY_URL": "https://people.example.org/table", "SULKA_DIRECTORY_FILE": "people.csv"}

    with pytest.raises(SettingsError, match="one of them"):
        read_settings(tmp_path / "config.toml", both)


def test_a_time_of_the_day_is_read_in_minutes() -> None:
    assert [DirectorySettings(at=said).at_minutes for said in ("00:00", "02:30", "23:59")] == [0, 150, 1439]
    assert Settings().directory.at_minutes == 150
