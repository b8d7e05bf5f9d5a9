"""Writes the part of `sulka_client` that follows from the OpenAPI document: its forms and its calls. `make client`.

The document is the one source of truth; a test holds what is checked in against it.
"""

import sys

from api.app import create_document
from tools.client.making import FOLDER, files


def main() -> None:
    """Write the files."""
    for file, text in files(create_document().content).items():
        (FOLDER / file).write_text(text, encoding="utf-8")
    sys.stdout.write("sulka_client is made\n")


if __name__ == "__main__":
    main()
