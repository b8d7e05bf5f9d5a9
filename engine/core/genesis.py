"""The rulebook before the first one is published: nothing is counted, nothing is paid."""

from engine.core.rulebook import POINTS, Rulebook
from engine.core.rules import Metric
from engine.core.windows import Window

POINTS_CODE = 0


def genesis(codes_of_points: int = POINTS_CODE) -> Rulebook:
    """The empty rulebook, in UTC."""
    return Rulebook(
        digest=b"",
        zone="UTC",
        week_starts=0,
        grace_ms=0,
        days_back=180,
        country="",
        languages=("en",),
        packs=(),
        topics=(),
        events={},
        groups={},
        metrics=(),
        points=Metric(code=codes_of_points, id=POINTS, on=(), measure="sum", windows=(Window("ever"),)),
        rules=(),
        caps=(),
        currencies=(),
        badges=(),
        levels=(),
        boards=(),
        recognitions=(),
        thanks=None,
        removals=(),
        formulas={},
        names={},
    )
