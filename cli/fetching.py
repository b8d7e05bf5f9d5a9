"""The nightly table of people, from its file or its address, which is the operator's own and usually inside."""

import asyncio
from functools import partial
from pathlib import Path
from typing import Final

import httpx

from engine.run.roster.nightly import Fetch, NotFetched
from engine.run.roster.sheet import MOST_BYTES
from engine.settings import DirectorySettings

MOST_SECONDS: Final = 60


def fetch_of(settings: DirectorySettings, token: str | None) -> Fetch | None:
    """How the table is read; None where the settings name none."""
    if settings.url:
        return partial(from_address, settings.url, token)
    return partial(from_file, Path(settings.file)) if settings.file else None


async def from_file(path: Path) -> bytes:
    """The file's bytes, at most one more than are read.

    Raises:
        NotFetched: It is not there, or can't be read.
    """
    try:
        return await asyncio.to_thread(_read, path)
    except OSError as error:
        raise NotFetched(found=f"{path}: {error.strerror}.") from None


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)


async def from_address(url: str, token: str | None) -> bytes:
    """What the address answers, at most one part more than is read. The token is sent there and nowhere else.

    Raises:
        NotFetched: It does not answer in time, answers something else than 200, or sends the caller elsewhere.
    """
    headers = {"accept": "text/csv", "accept-encoding": "identity"} | (
        {} if token is None else {"authorization": f"Bearer {token}"}
    )
    try:
        async with (
            asyncio.timeout(MOST_SECONDS),
            httpx.AsyncClient(follow_redirects=False, trust_env=False) as client,
            client.stream("GET", url, headers=headers) as answer,
        ):
            if answer.is_redirect:
                raise NotFetched(found="directory.url sends us elsewhere: write the address to which it leads.")
            if answer.status_code != httpx.codes.OK:
                raise NotFetched(found=f"directory.url answers {answer.status_code}; expected 200.")
            return await _bounded(answer)
    except TimeoutError:
        raise NotFetched(found=f"directory.url has not sent the table within {MOST_SECONDS} seconds.") from None
    except httpx.HTTPError as error:
        raise NotFetched(found=f"directory.url can't be reached ({type(error).__name__}).") from None


async def _bounded(answer: httpx.Response) -> bytes:
    """As much as is read; what is longer is refused by whoever reads the table."""
    data = bytearray()
    async for part in answer.aiter_bytes():
        data += part
        if len(data) > MOST_BYTES:
            break
    return bytes(data)
