"""Tables of people, for HR: brought in by a call, and what became of those of the last nights."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Annotated, Final, Literal, TypeAlias

import msgspec
from litestar import get, post
from msgspec import Meta

from api.calls import allow, parts_of, when_of
from api.documented import DOCUMENTED, PEOPLE, Answer, Body, Documented
from api.examples import rfc3339
from api.fields import Count, Day, Moment
from api.problems import Call, Problem
from api.v1.member_forms import KNOWN
from engine.run.roster.importing import Fate
from engine.run.roster.nightly import MOST_FATES
from engine.run.roster.sheet import MOST_CHARACTERS, read_sheet
from engine.sources.events import MAX_BODY_BYTES
from engine.store.imports import MOST_KEPT, Night

CSV: Final = "text/csv"
EPOCH: Final = date(1970, 1, 1)

Is: TypeAlias = Literal["new", "changed", "unchanged", "refused"]
Table = Annotated[str, Meta(max_length=MAX_BODY_BYTES)]
Line = Annotated[Count, Meta(description="Where the row begins in the table; 0 for somebody who has no row")]
Member = Annotated[str | None, Meta(description="Whose row it is; null where that is not known")]
New = Annotated[Count, Meta(description="So many people were not known before")]
Changed = Annotated[Count, Meta(description="Of so many something is new")]
Unchanged = Annotated[Count, Meta(description="Of so many all is as it was")]
Refused = Annotated[Count, Meta(description="So many rows can't be used, and changed nothing")]
Changes = Annotated[tuple[str, ...], Meta(description="The columns that are new")]


class CellFault(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong in a row."""

    column: Annotated[str, Meta(description="Which column; empty where it is about the whole row")]
    found: Annotated[str, Meta(max_length=MOST_CHARACTERS, description="What stands there, shortened")]
    expected: Annotated[str, Meta(description="What may stand there")]


class RowFate(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one row."""

    line: Line
    fate: Annotated[Is, Meta(description="A row that is refused changed nothing; the others are in")]
    member: Member
    changes: Changes
    faults: Annotated[tuple[CellFault, ...], Meta(description="All that is wrong with a row that is refused")]


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the table."""

    new: New
    changed: Changed
    unchanged: Unchanged
    refused: Refused
    elsewhere: Annotated[Count, Meta(description="So many more are known; nothing happened to them")]
    rows: Annotated[tuple[RowFate, ...], Meta(description="Every row, in the order of the table")]


class NightFault(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong in a row; what stands there is in the table alone."""

    column: Annotated[str, Meta(description="Which column; empty where it is about the whole row")]
    expected: Annotated[str, Meta(description="What may stand there")]


class NightRow(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one row that was not unchanged."""

    line: Line
    fate: Annotated[
        Literal["new", "changed", "refused", "gone", "unchanged"],
        Meta(description="gone: known and not in the table, so they do not work here any more"),
    ]
    member: Member
    changes: Changes
    faults: Annotated[tuple[NightFault, ...], Meta(description="All that is wrong with a row that is refused")]


class NightView(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the table of one night."""

    day: Annotated[Day, Meta(description="The day, in the organization's zone")]
    at: Annotated[Moment, Meta(description="When it was read")]
    why_nothing: Annotated[str | None, Meta(description="Why nothing was changed; null where it was brought in")]
    new: New
    changed: Changed
    unchanged: Unchanged
    refused: Refused
    gone: Annotated[Count, Meta(description="Known and not in the table, so they do not work here any more")]
    absent: Annotated[Count, Meta(description="So many work here, are not in the table, and stay")]
    rows: Annotated[
        tuple[NightRow, ...], Meta(max_length=MOST_FATES, description="Refused rows first, none that were unchanged")
    ]
    untold: Annotated[Count, Meta(description="So many more rows that are not listed")]


class Nights(msgspec.Struct, frozen=True):
    """The last nights."""

    imports: Annotated[tuple[NightView, ...], Meta(max_length=MOST_KEPT, description="The newest first")]


TABLE: Final = "name;email;team;country;active\nAnna Example;anna@example.org;blue;FI;yes\n"
DONE: Final = Imported(
    new=1,
    changed=0,
    unchanged=0,
    refused=0,
    elsewhere=4,
    rows=(
        RowFate(
            line=2, fate="new", member=KNOWN.id, changes=("name", "email", "aliases", "country", "team"), faults=()
        ),
    ),
)
NIGHT: Final = Nights(
    (
        NightView(
            day="2026-11-23",
            at="2026-11-23T00:30:00.000Z",
            why_nothing=None,
            new=0,
            changed=1,
            unchanged=248,
            refused=1,
            gone=0,
            absent=2,
            rows=(
                NightRow(
                    line=17,
                    fate="refused",
                    member=None,
                    changes=(),
                    faults=(NightFault(column="country", expected="two letters of ISO 3166, such as FI"),),
                ),
                NightRow(line=4, fate="changed", member=KNOWN.id, changes=("team",), faults=()),
            ),
            untold=0,
        ),
    )
)


@post(
    "/members/import",
    status_code=200,
    guards=[allow("hr")],
    opt={
        DOCUMENTED: Documented(
            tag=PEOPLE,
            takes=(Body(kind=Table, examples={"a table": TABLE}, media_type=CSV),),
            gives=(Answer(description="What became of every row.", kind=Imported, example=DONE),),
            appends=True,
            problems=("wrong-state",),
            never=("not-json",),
        )
    },
)
async def import_members(request: Call) -> Imported:
    """Bring a table of people (CSV) into the directory, as `sulka members import` does; larger ones go in by that.

    A row that can't be used is refused with its faults, and the others are in. The same again changes nothing; who is
    not in the table stays.
    """
    parts, when = parts_of(request), when_of(request)
    data = await request.body()
    kind = request.headers.get("content-type", "")
    if kind.partition(";")[0].strip().lower() != CSV:
        found = f'"{kind[:100]}"' if kind else "missing"
        raise Problem("wrong-content-type", f"Content-Type is {found}; expected {CSV}.")
    sheet = await parts.workshop.do(lambda: read_sheet(data))
    comparison = await parts.importer.compare(sheet, when)
    fates = await parts.importer.write(comparison, when)
    return Imported(**_counts(fates), elsewhere=comparison.elsewhere, rows=tuple(map(_row, fates)))


@get(
    "/imports",
    guards=[allow("hr")],
    opt={DOCUMENTED: Documented(tag=PEOPLE, gives=(Answer(description="All kept.", kind=Nights, example=NIGHT),))},
)
async def imports(request: Call) -> Nights:
    """What became of the nightly tables of people (`[directory]` in config.toml), of the last weeks."""
    return Nights(tuple(map(_night, await parts_of(request).imports.nights())))


def _counts(fates: Iterable[Fate]) -> dict[Is, int]:
    counts: dict[Is, int] = {"new": 0, "changed": 0, "unchanged": 0, "refused": 0}
    for fate in fates:
        counts[fate.is_] += 1
    return counts


def _row(fate: Fate) -> RowFate:
    faults = tuple(CellFault(column=each.column, found=each.found, expected=each.expected) for each in fate.faults)
    return RowFate(line=fate.line, fate=fate.is_, member=fate.member, changes=fate.changes, faults=faults)


def _night(night: Night) -> NightView:
    counts = night.counts
    return NightView(
        day=(EPOCH + timedelta(days=night.day)).isoformat(),
        at=rfc3339(night.at),
        why_nothing=night.why,
        new=counts.get("new", 0),
        changed=counts.get("changed", 0),
        unchanged=counts.get("unchanged", 0),
        refused=counts.get("refused", 0),
        gone=counts.get("gone", 0),
        absent=night.absent,
        rows=tuple(
            NightRow(
                line=each.line,
                fate=each.is_,
                member=each.member,
                changes=each.changes,
                faults=tuple(NightFault(column=fault.column, expected=fault.expected) for fault in each.faults),
            )
            for each in night.fates
        ),
        untold=night.untold,
    )
