"""Where the bytes of half a year are counted."""

from bench.half_year import FAMILIES
from engine.store.keys import Keys, Place

PLACE = Place(1, 2, 3)


def test_every_key_of_an_organization_is_counted_in_one_family() -> None:
    keys = Keys("t")
    names = [name for name in dir(keys) if name[0] != "_" and name not in {"organization", "prefix"}]
    plain = {value for name in names if isinstance(value := getattr(keys, name), str)}
    made = {
        *(keys.recent(1), keys.board(PLACE), keys.units(PLACE, "teams"), keys.pages(PLACE, "members")),
        *(keys.wall("thanks"), keys.ranks(PLACE), keys.team("red"), keys.looks("m1"), keys.waiting_for("ab")),
        *(keys.deliveries("hub"), f"{keys.attempts}s1"),
    }

    for key in plain | made:
        name = key.removeprefix(keys.prefix)
        families = [
            family
            for family, starts in FAMILIES.items()
            if any(name == start or (start.endswith(":") and name.startswith(start)) for start in starts)
        ]
        assert len(families) == 1, key
