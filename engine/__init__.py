"""Sulka's engine. Whoever imports any part of it gets the compiled core, where there is one."""

from engine import native

native.use()
