"""The files of `sulka_client` that follow from the document, as they have to be."""

import subprocess
import sys
from pathlib import Path
from typing import Final

from tools.client.calls import calls
from tools.client.document import Node
from tools.client.forms import forms

FOLDER: Final = Path(__file__).parents[2] / "sulka_client"


def files(document: Node) -> dict[str, str]:
    """The files by name, as they have to be."""
    made = {
        "forms.py": forms(document),
        "calls.py": calls(document, is_async=False),
        "async_calls.py": calls(document, is_async=True),
    }
    return {name: formatted(text) for name, text in made.items()}


def formatted(text: str) -> str:
    """As `make check` wants it."""
    ruff = [str(Path(sys.executable).with_name("ruff"))]
    sort = [*ruff, "check", "--quiet", "--select", "I,F401", "--fix", "--stdin-filename", str(FOLDER / "made.py"), "-"]
    sorted_ = subprocess.run(sort, input=text, capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own
    layout = [*ruff, "format", "--quiet", "--stdin-filename", str(FOLDER / "made.py"), "-"]
    return subprocess.run(layout, input=sorted_, capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own
