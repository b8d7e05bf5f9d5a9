"""History through the door: so many days of a crowd, in order, over HTTP, while the engine judges.

Every event and every thanks is posted; people are made known in bulk by the rows that the door's calls write. Each
request says when it was recorded, which may never go back: what is of one moment is answered before the next goes out.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec

from bench.crowd import Crowd, Done, milliseconds, post_of
from bench.service import ADMIN, Service, give_tokens, make_known, own_token, post, store_of, stored_rows

AT_ONCE, CONNECTIONS = 500, 8
MORNING = timedelta(hours=8)
REPORTS, BETWEEN_REPORTS = 4, timedelta(hours=3)
"""A day's acts are done at so many moments, and reported half an hour later."""

LATER = timedelta(minutes=30)


class Filled(msgspec.Struct, frozen=True, kw_only=True):
    """What went in. `before` is the last entry of the preparations, `entries` of all.

    `file_bytes` and `rows` are what came of the events. `cpu` is by process, until the last answer.
    """

    events: int
    before: int
    entries: int
    seconds: float
    judged_meanwhile: int
    file_bytes: int
    rows: int
    cpu: dict[str, float]

    @property
    def per_second(self) -> float:
        """Events a second, thanks among them, that the door took."""
        return self.events / self.seconds


async def fill(
    service: Service, crowd: Crowd, *, events: int, begin: datetime, days: int, texts: dict[str, str]
) -> Filled:
    """Open history at midnight of the first day, publish these rules, make the people known, post, and end history."""
    async with store_of(service) as site:
        await give_tokens(site)
        await service.take([post({}, path="/v1/history", token=ADMIN, at=begin)], 1)
        await service.take([post({"files": texts}, path="/v1/rulebook/publish", token=ADMIN, at=begin)], 1)
        await make_known(site, crowd.members, milliseconds(begin))
        before, file_bytes = await service.judged(), service.file_bytes()
        rows = await stored_rows(site.read, site.keys.prefix)
        stages = list(_stages(crowd, events, begin, days))
        requests = [each for stage in stages for each in stage]
        load, cpu = await service.take(requests, CONNECTIONS, [len(stage) for stage in stages])
        judged = await site.reader.judged() - before
        entries = await service.judged()
        return Filled(
            events=events,
            before=before,
            entries=entries,
            seconds=load.seconds,
            judged_meanwhile=judged,
            file_bytes=service.file_bytes() - file_bytes,
            rows=await stored_rows(site.read, site.keys.prefix) - rows,
            cpu=cpu,
        )


def _stages(crowd: Crowd, events: int, begin: datetime, days: int) -> Iterator[list[bytes]]:
    sent = 0
    for day in range(days):
        at = begin + timedelta(days=day) + MORNING
        published = post_of(day, at)
        if published is not None:
            yield [post(published, path="/v1/content", at=at)]
        for report in range(REPORTS):
            due = events * (day * REPORTS + report + 1) // (days * REPORTS)
            done = list(crowd.acts(due - sent, at, day))
            if done:
                yield list(_reported(done, at + LATER))
            sent, at = due, at + BETWEEN_REPORTS


def _reported(done: list[Done], at: datetime) -> Iterator[bytes]:
    reported = [each.body for each in done if each.giver is None]
    for start in range(0, len(reported), AT_ONCE):
        yield post(reported[start : start + AT_ONCE], at=at)
    for each in done:
        if each.giver is not None:
            yield post(each.body, path="/v1/thanks", token=own_token(each.giver), at=at)
