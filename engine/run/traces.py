"""What names or reaches one person, gathered before it is wiped, so that a search for it afterwards means something.

An id in the log is not among it: it is random, and once the directory is wiped it leads to nobody.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import msgspec

from engine.run.held import UNKNOWN, Held
from engine.store.directory import MemberRecord, TextRecord

SHORTEST_WORD: Final = 4
"""A shorter name would be found in any file, by chance."""

SHORTEST_VALUE: Final = 6
SHORTEST_TEXT: Final = 8


class Traces(msgspec.Struct, frozen=True, kw_only=True):
    """All that leads to the person; digests and keys in hex."""

    member: str
    aliases: tuple[str, ...] = ()
    words: dict[str, str] = {}
    """Names and aliases that mean them and nobody else -> how a finding of one is called, without saying it."""
    left_out: tuple[str, ...] = ()
    """What is not looked for, and why."""
    digests: tuple[str, ...] = ()
    """Keyed digests under which events wait for them: of their aliases, and of their id."""
    tokens: tuple[str, ...] = ()
    texts: dict[str, str] = {}
    """What they wrote, and what was written to them or about them, by key."""

    def with_what_is_in(self, other: "Traces") -> "Traces":
        """Both together."""
        return Traces(
            member=self.member,
            aliases=_united(self.aliases, other.aliases),
            words={**other.words, **self.words},
            left_out=_united(self.left_out, other.left_out),
            digests=_united(self.digests, other.digests),
            tokens=_united(self.tokens, other.tokens),
            texts={**self.texts, **other.texts},
        )


def with_words(traces: Traces, names: Iterable[str], others: Mapping[str, MemberRecord]) -> Traces:
    """The same with the words that mean this person, found in these names and in the aliases.

    The value of an alias counts alone where it is long and holds a letter: a number is found anywhere. Left out is
    what somebody else has as well, such as a second person of the same name.
    """
    found: dict[str, str] = {}
    left_out: list[str] = []
    for name in names:
        if len(name) >= SHORTEST_WORD:
            found[name] = "the name"
        else:
            left_out.append("the name is too short to be told from chance")
    for alias in traces.aliases:
        kind, _, value = alias.partition(":")
        found[alias] = f"the alias of kind {kind}"
        if len(value) >= SHORTEST_VALUE and re.search(r"[^\W\d]", value):
            found[value] = f"the alias of kind {kind}"
    of_others = {word.lower() for member, one in others.items() if member != traces.member for word in _words(one)}
    shared = [word for word in found if word.lower() in of_others]
    left_out += dict.fromkeys(f"{found.pop(word)} is that of another member, too" for word in shared)
    return msgspec.structs.replace(traces, words=found, left_out=tuple(left_out))


def needles_of(traces: Traces, texts: Mapping[str, TextRecord]) -> dict[str, str]:
    """What to look for in every byte; `texts` are those that stay, whose words may be the same few words of thanks."""
    named = dict(traces.words)
    others = {one.text for key, one in texts.items() if key not in traces.texts}
    for text in traces.texts.values():
        if len(text) >= SHORTEST_TEXT and not any(text in other for other in others):
            named.setdefault(text, "a text")
    named |= dict.fromkeys(traces.digests, "the digest of an alias")
    named |= dict.fromkeys(traces.tokens, "the digest of a token")
    return named


def mentions(traces: Traces, text: str) -> bool:
    """Whether a text names the person by their whole name or an alias."""
    lowered = text.lower()
    return any(re.search(rf"(?<!\w){re.escape(word.lower())}(?!\w)", lowered) for word in traces.words)


def names_them(traces: Traces, called: str, held: Held | None) -> bool:
    """Whether an event that waits is for the person, or speaks of them. `called` is `<whom>:<mark in hex>`."""
    if called.partition(":")[0] in traces.digests:
        return True
    if held is None:
        return False
    whom = {traces.member, *traces.aliases, *(UNKNOWN + digest for digest in traces.digests)}
    said = [held.subject, *_texts(held.data.values())]
    return any(each in whom or mentions(traces, each) for each in said)


def _texts(values: Iterable[object]) -> Iterator[str]:
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, list):
            yield from (each for each in value if isinstance(each, str))


def _words(record: MemberRecord) -> Iterator[str]:
    yield record.name
    for alias in record.aliases:
        yield alias
        yield alias.partition(":")[2]


def _united(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *second)))
