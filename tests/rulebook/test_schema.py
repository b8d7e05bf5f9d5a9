import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from engine.rulebook.schema import SCHEMA_FILE, SOURCES_SCHEMA_FILE, json_schema, schemas, sources_schema

ROOT = Path(__file__).parents[2]
SHIPPED = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "rules").rglob("*.toml"))
Json = dict[str, object]


def tombi(path: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("tombi")
    return subprocess.run(
        [program, "lint", "--offline", path.name],
        cwd=path.parent,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def definitions() -> dict[str, Json]:
    rules = msgspec.convert(json_schema()["$defs"], dict[str, Json])
    sources = msgspec.convert(sources_schema()["$defs"], dict[str, Json])
    return {**rules, **{f"sources: {name}": definition for name, definition in sources.items()}}


def test_the_published_schemas_are_those_of_the_types() -> None:
    for name, schema in schemas().items():
        assert (ROOT / name).read_text("utf-8") == schema, "run: python -m engine.rulebook.schema"


def test_unknown_words_are_refused_everywhere_but_where_names_are_free() -> None:
    open_ = {
        name: definition["additionalProperties"]
        for name, definition in definitions().items()
        if "properties" in definition and definition.get("additionalProperties") is not False
    }

    assert list(open_) == ["Rule"]
    assert msgspec.convert(open_["Rule"], Json)["type"] == "integer"
    assert json_schema()["additionalProperties"] is False
    assert sources_schema()["additionalProperties"] is False


def test_every_word_is_described_with_an_example() -> None:
    bare = [
        f"{name}.{word}"
        for name, definition in definitions().items()
        for word, said in msgspec.convert(definition.get("properties", {}), dict[str, Json]).items()
        if not (said.get("description") and said.get("examples"))
    ]

    assert bare == []


@pytest.mark.parametrize("path", SHIPPED)
def test_a_linter_accepts_every_shipped_file(path: str) -> None:
    first, _, _ = (ROOT / path).read_text("utf-8").partition("\n")

    assert first.startswith("#:schema ")
    schema = SOURCES_SCHEMA_FILE if path.startswith("rules/sources/") else SCHEMA_FILE
    assert ((ROOT / path).parent / first.removeprefix("#:schema ")).resolve() == ROOT / schema
    found = tombi(ROOT / path)
    assert found.returncode == 0, found.stdout + found.stderr


@pytest.mark.parametrize(
    ("line", "refused"),
    [
        ("if.metrics.acts.ever = 1", False),
        ("if.content.age_days.at_most = 30", False),
        ("coins = 5", False),
        ('points_per = "week"', True),
        ("fade = { percent = [100] }", True),
        ('once_per = "channel"', True),
    ],
)
def test_a_linter_sees_what_an_editor_would_show(tmp_path: Path, line: str, *, refused: bool) -> None:
    schema = tmp_path / "rules.schema.json"
    schema.write_text(schemas()[SCHEMA_FILE], "utf-8")
    rules = tmp_path / "rules.toml"
    head = '#:schema ./rules.schema.json\n[[rule]]\nid = "a"\ntitle = "A"\non = "content.shared"\npoints = 10\n'
    rules.write_text(head + line + "\n", "utf-8")

    found = tombi(rules)

    assert (found.returncode != 0) is refused, found.stdout + found.stderr
    assert ("rules.toml:7:" in found.stdout + found.stderr) is refused
