"""Tracks: numbers by ascending key in one flat list, each key as its distance from the one before.

A record is `width` numbers and the distance to the next record's key; in the last record that key itself stands in
the place of the distance. So what is written down is short, and the newest records, which are asked for most, are at
hand without going through the rest: `[4, 1, 7, 20600]` is 4 at 20599 and 7 at 20600.
"""

from typing import Final, TypeAlias

Track: TypeAlias = list[int]

ONLY_KEYS: Final = 0
"""The width of a track of nothing but keys."""

NOTHING: Final = -1
"""No record lies there."""


def locate(track: Track, width: int, key: int) -> tuple[int, int]:
    """Where the last record that is not above the key ends, and its key; `NOTHING` and the key where there is none."""
    at = len(track) - 1
    if at < 0:
        return NOTHING, key
    found = track[at]
    while found > key:
        at -= width + 1
        if at < 0:
            return NOTHING, key
        found -= track[at]
    return at, found


def record_at(track: Track, width: int, key: int) -> int:
    """Where the record of a key ends; one that was not there begins with zeros."""
    at = len(track) - 1
    found = track[at] if at >= 0 else key
    if at < 0 or found < key:  # a new one after all others
        if at >= 0:
            track[at] = key - found
        for _ in range(width):
            track.append(0)
        track.append(key)
        return at + width + 1
    if found > key:
        at, found = locate(track, width, key)
        if at < 0 or found < key:
            _make_room(track, width, at, found, key)
            return at + width + 1
    return at


def _make_room(track: Track, width: int, at: int, found: int, key: int) -> None:
    """Begin a record after the one that ends there, whose key this is, and before another."""
    if at < 0:
        following = first_key(track, width)
    else:
        following = found + track[at]
        track[at] = key - found
    track[at + 1 : at + 1] = [*([0] * width), following - key]


def track_for(tracks: dict[int, dict[str, Track]], code: int, value: str) -> Track:
    """The track of a value under a code, begun where there is none."""
    values = tracks.get(code)
    if values is None:
        values = tracks[code] = {}
    track = values.get(value)
    if track is None:
        track = values[value] = []
    return track


def drop_track(tracks: dict[int, dict[str, Track]], code: int, value: str) -> None:
    """Take away the track of a value under a code, if there is one."""
    values = tracks.get(code)
    if values is not None:
        values.pop(value, None)
        if not values:
            del tracks[code]


def append_key(track: Track, key: int) -> None:
    """Add a key, above all others, to a track of nothing but keys."""
    if track:
        track[-1] = key - track[-1]
    track.append(key)


def end_record(track: Track, width: int, at: int, found: int) -> None:
    """Take out the record that ends there, whose key this is."""
    before = at - width - 1
    if before >= 0:
        track[before] = found - track[before] if at == len(track) - 1 else track[before] + track[at]
    del track[at - width : at + 1]


def first_key(track: Track, width: int) -> int:
    """The lowest key of a track that has any."""
    at = len(track) - 1
    found = track[at]
    while at > width:
        at -= width + 1
        found -= track[at]
    return found


def keys_of(track: Track, width: int) -> list[int]:
    """All keys, ascending."""
    if not track:
        return []
    found = first_key(track, width)
    keys = [found]
    for at in range(width, len(track) - 1, width + 1):
        found += track[at]
        keys.append(found)
    return keys
