"""Sulka from Python: `Sulka` and, for asyncio, `AsyncSulka`. What calls take and give is in `sulka_client.forms`."""

from sulka_client.async_client import AsyncSulka
from sulka_client.client import Sulka
from sulka_client.errors import AnswerNotUnderstood, NotReached, Problem, SulkaError
from sulka_client.patience import Patience

__all__ = ["AnswerNotUnderstood", "AsyncSulka", "NotReached", "Patience", "Problem", "Sulka", "SulkaError"]
