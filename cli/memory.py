"""Python's collector of cycles, tuned so that nobody waits for it.

Reference counting frees nearly everything; the collector only looks for cycles. Its full collections walk through all
that lives: measured 100 to 750 ms in an engine that remembers 20,000 members, during which nothing is judged.
"""

import gc

YOUNG_OBJECTS, YOUNG_COLLECTIONS = 5_000, 10
"""After so many new objects the youngest are looked at, after so many times of that the next older ones, too."""


def settle() -> None:
    """Take what lives now out of all collections: a process that has started keeps it until its end."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, YOUNG_COLLECTIONS)


def collect_nothing() -> None:
    """No collections any more: for an engine, whose work leaves no cycles (`tests/run/test_engine.py`)."""
    settle()
    gc.disable()
