"""Walking through pages: each answers rows and, but for the last, the cursor of the next one."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from typing import Protocol, TypeVar


class Page(Protocol):
    """What every page has."""

    @property
    def cursor(self) -> str | None: ...


P = TypeVar("P", bound=Page)
Row = TypeVar("Row")


def walk(ask: Callable[[str | None], P], rows: Callable[[P], Sequence[Row]]) -> Iterator[Row]:
    """The rows of all pages; the next page is asked for when the rows of the last are used up."""
    cursor: str | None = None
    while True:
        page = ask(cursor)
        yield from rows(page)
        cursor = page.cursor
        if cursor is None:
            return


async def walk_async(
    ask: Callable[[str | None], Awaitable[P]], rows: Callable[[P], Sequence[Row]]
) -> AsyncIterator[Row]:
    """The same, awaited."""
    cursor: str | None = None
    while True:
        page = await ask(cursor)
        for row in rows(page):
            yield row
        cursor = page.cursor
        if cursor is None:
            return


def number(cursor: str | None) -> int | None:
    """A cursor that is a number."""
    return None if cursor is None else int(cursor)
