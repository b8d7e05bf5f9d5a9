"""All organizations of a store, over the same connections."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from redis.asyncio import Redis

from engine.bootstrap.site import Site, join
from engine.run.workshop import Workshop
from engine.settings import Settings
from engine.store.connect import read_client, write_client
from engine.store.examine import examine
from engine.store.keys import Keys
from engine.store.news import News
from engine.store.organizations import MAIN, Organizations


class Sites:
    """The organizations of one installation: they share connections, and nothing else."""

    def __init__(self, write: Redis, read: Redis, blocking: Redis) -> None:
        self._write, self._read, self._blocking = write, read, blocking
        self._compiling = Workshop()
        self.organizations = Organizations(write=write, read=read)
        self.news = News(blocking)

    def of(self, organization: str) -> Site:
        """The parts of this organization, joined anew; nothing is asked."""
        return join(Keys(organization), self._write, self._read, self._blocking, self._compiling.beside())

    async def asked_for(self, settings: Settings) -> Site:
        """The one that the settings name.

        Raises:
            UnknownOrganization: There is none of this name.
        """
        organization = settings.commands.organization
        await self.organizations.check(organization)
        return self.of(organization)

    async def besides(self, site: Site) -> list[Site]:
        """All others, open or closed."""
        names = (MAIN, *await self.organizations.all())
        return [self.of(name) for name in names if name != site.keys.organization]

    async def open_names(self) -> list[str]:
        """The organizations that are not closed, `main` first."""
        others = await self.organizations.all()
        return [MAIN, *(name for name, record in others.items() if not record.closed)]


@asynccontextmanager
async def sites_at(url: str, settings: Settings) -> AsyncIterator[Sites]:
    """The organizations in the store at this address, examined first; its connections are closed at the end.

    Raises:
        StoreRefused: The server can't keep what Sulka promises.
        StoreUnavailable: It does not answer.
    """
    async with write_client(url) as write, read_client(url) as read, read_client(url) as blocking:
        await examine(read, durability=settings.store.durability)
        yield Sites(write, read, blocking)


@asynccontextmanager
async def site_at(url: str, settings: Settings, organization: str | None = None) -> AsyncIterator[Site]:
    """The parts of one organization over the store at this address; see `sites_at`.

    Without a name it is the one that the settings name, which has to be there.

    Raises:
        UnknownOrganization: It is not.
    """
    async with sites_at(url, settings) as sites:
        yield await sites.asked_for(settings) if organization is None else sites.of(organization)
