"""Messages of a stream, however the line cuts them."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sulka_client.messages import MOST_BYTES, Message, Messages, TooLong

BODY = (
    b'retry: 2000\n\nid: 1\nevent: points\ndata: {"a":"\xe2\x80\xa8"}\n\n:\nid: 2\n\n'
    b"id: 3\r\ndata:x\r\ndata: y\r\n\r\ndata: unfinished\n"
)
WHOLE = [
    Message("1", "points", b'{"a":"\xe2\x80\xa8"}'),
    Message("2", "message", b""),
    Message("3", "message", b"x\ny"),
]


@given(st.lists(st.integers(0, len(BODY)), max_size=8))
def test_messages_are_the_same_wherever_the_line_cuts_them(cuts: list[int]) -> None:
    messages, found = Messages(), []
    places = [0, *sorted(cuts), len(BODY)]

    for start, end in pairwise(places):
        found += list(messages.take(BODY[start:end]))

    assert found == WHOLE
    assert messages.retry_ms == 2_000


def test_a_message_without_end_is_refused() -> None:
    with pytest.raises(TooLong):
        list(Messages().take(b"data: " + b"x" * MOST_BYTES))
