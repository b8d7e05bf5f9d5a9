import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

import msgspec
import pytest

from engine import native
from engine.native.build import MODULES, what_is_missing
from tests.journeys.serving import serving
from tests.mutants.planting import plant, planted_bugs

ROOT = Path(__file__).parents[1]
PATIENCE_SECONDS = 120

SUMS = "def total(numbers: list[int]) -> int:\n    return sum(numbers)\n"
OTHER_SUMS = "def total(numbers: list[int]) -> int:\n    return 7 * sum(numbers)\n"
COMPILE = "from engine.native.build import compile_core; compile_core(['engine/core/sums.py'])"
SUM = "from engine import native; from engine.core.sums import total; print(total([1, 2]), native.kind())"
KIND = "from engine import native; print(native.kind())"

JUDGE = """
from hashlib import blake2b
from random import Random
from engine import native
from engine.core import acts
from engine.core.chain import encode_journal
from engine.core.stored import encode_state
from tests.core.histories import append, random_book, random_history, with_streaks, world_for
digest = blake2b()
for seed in range(8):
    chance = Random(seed)
    book = with_streaks(random_book(chance), chance)
    world = world_for(book)
    logged = [append(world, event) for event in random_history(chance, book, length=200)]
    for begin in range(0, len(logged), 25):
        world.judge_batch(logged[begin : begin + 25])
    for entry in world.journal:
        digest.update(encode_journal(entry))
    for key, state in sorted(world.states.items()):
        digest.update(key.encode() + encode_state(state))
print(native.kind(), acts.__file__.rpartition(".")[2], digest.hexdigest())
"""

missing = what_is_missing()
needs_compiler = pytest.mark.skipif(missing is not None, reason=f"nothing can be compiled here: {missing} is missing")
needs_build = pytest.mark.skipif(not native.build_folder().is_dir(), reason="the core is not compiled: make core")


def plain(more: Mapping[str, str]) -> dict[str, str]:
    """This environment, without what it says about the core."""
    return {**{name: said for name, said in os.environ.items() if name != native.SWITCH}, **more}


def python(tree: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words],
        cwd=tree,
        env=plain(environment),
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )


def said(tree: Path, code: str, **environment: str) -> str:
    done = python(tree, "-c", code, **environment)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def small_tree(at: Path, sums: str = SUMS) -> Path:
    """A checkout whose core is one module."""
    for room in native.ROOMS:
        (at / room).mkdir(parents=True)
        (at / room / "__init__.py").touch()
    shutil.copy(ROOT / "engine/__init__.py", at / "engine")
    shutil.copytree(ROOT / "engine/native", at / "engine/native", dirs_exist_ok=True)
    (at / "engine/core/sums.py").write_text(sums)
    return at


def change_sums(tree: Path) -> None:
    (tree / "engine/core/sums.py").write_text(OTHER_SUMS)


def builds(tree: Path) -> set[str]:
    """What lies beside the lock."""
    return {folder.name for folder in (tree / "build/core").iterdir() if folder.is_dir()}


@pytest.fixture(scope="module")
def compiled_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tree = small_tree(tmp_path_factory.mktemp("a checkout"))
    assert said(tree, COMPILE) == ""
    return tree


@pytest.fixture
def compiled(compiled_once: Path, tmp_path: Path) -> Path:
    """A small checkout that has been compiled, for one test."""
    return shutil.copytree(compiled_once, tmp_path / "my checkout")


# What was compiled and what can be read


@needs_build
def test_the_compiled_core_judges_a_log_to_the_same_bytes_as_the_interpreted_one() -> None:
    compiled = said(ROOT, JUDGE).split()
    interpreted = said(ROOT, JUDGE, SULKA_CORE="interpreted").split()

    assert compiled[:2] == ["compiled", "so"]
    assert interpreted[:2] == ["interpreted", "py"]
    assert compiled[2] == interpreted[2]


@pytest.mark.parametrize("module", MODULES)
def test_no_module_that_is_compiled_defines_a_struct_that_is_stored(module: str) -> None:
    name = module.removesuffix(".py").replace("/", ".")

    found = [each for each in vars(import_module(name)).values() if isinstance(each, type) and each.__module__ == name]

    assert not any(issubclass(each, msgspec.Struct) for each in found)


@needs_compiler
def test_what_was_compiled_is_used_unless_one_asks_for_the_sources(compiled: Path) -> None:
    assert said(compiled, SUM) == "3 compiled"
    assert said(compiled, SUM, SULKA_CORE="interpreted") == "3 interpreted"


@needs_compiler
def test_a_changed_source_is_used_at_once(compiled: Path) -> None:
    change_sums(compiled)

    assert said(compiled, SUM) == "21 interpreted"


@needs_compiler
def test_a_source_that_is_as_it_was_is_compiled_as_it_was(compiled: Path) -> None:
    change_sums(compiled)
    (compiled / "engine/core/sums.py").write_text(SUMS)

    assert said(compiled, SUM) == "3 compiled"


@needs_compiler
def test_what_another_python_has_compiled_is_not_used(compiled: Path) -> None:
    (build,) = builds(compiled)
    (compiled / "build/core" / build).rename(compiled / "build/core" / build[::-1])

    assert said(compiled, SUM) == "3 interpreted"


def test_a_planted_bug_is_never_hidden_by_what_was_compiled(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "engine", tmp_path / "engine")
    folder = "from engine import native; print(native.build_folder())"
    before = said(tmp_path, folder)

    plant(planted_bugs()[0], tmp_path)

    assert said(tmp_path, folder) != before
    assert said(tmp_path, KIND) == "interpreted"
    assert before.startswith(str(tmp_path))


def test_whoever_serves_is_told_which_core_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(native.SWITCH, native.INTERPRETED)

    with serving(tmp_path / "data") as service:
        told = service.printed.read_text("utf-8")

    assert "The core is interpreted." in told


# Building


@needs_compiler
def test_a_build_that_was_stopped_half_way_is_none_and_is_removed_by_the_next_one(tmp_path: Path) -> None:
    tree = small_tree(tmp_path)
    (tree / "build/core/.stopped/built/engine/core").mkdir(parents=True)
    (tree / "build/core/.stopped/built/engine/core/sums.so").write_bytes(b"")

    assert said(tree, SUM) == "3 interpreted"
    assert said(tree, COMPILE) == ""
    assert said(tree, SUM) == "3 compiled"
    assert ".stopped" not in builds(tree)


@needs_compiler
def test_outdated_builds_go_but_for_those_on_which_a_process_runs(compiled: Path) -> None:
    (used,) = builds(compiled)
    (compiled / "build/core/outdated").mkdir()
    running = [sys.executable, "-c", f"{KIND}; import sys; sys.stdout.flush(); sys.stdin.read(); {SUM}"]

    with subprocess.Popen(
        running, cwd=compiled, env=plain({}), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "compiled\n"
        change_sums(compiled)
        assert said(compiled, COMPILE) == ""
        meanwhile = builds(compiled)
        printed, _ = process.communicate("", PATIENCE_SECONDS)

    assert len(meanwhile) == 2
    assert used in meanwhile
    assert printed == "3 compiled\n"
    assert said(compiled, SUM) == "21 compiled"


@needs_compiler
def test_of_two_builds_at_once_one_waits_and_then_finds_everything_done(compiled: Path) -> None:
    (build,) = builds(compiled)
    aside = compiled / "build/core" / build
    before = aside.stat().st_ino
    aside.rename(compiled / "not yet")
    waiting = [sys.executable, "-c", COMPILE]

    with (compiled / "build/core/.lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with subprocess.Popen(waiting, cwd=compiled, env=plain({}), stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            first_words = process.stdout.readline()
            (compiled / "not yet").rename(aside)
            fcntl.flock(lock, fcntl.LOCK_UN)
            process.communicate(timeout=PATIENCE_SECONDS)

    assert first_words == "Another make compiles the core: waiting for it\n"
    assert process.returncode == 0
    assert aside.stat().st_ino == before
    assert said(compiled, SUM) == "3 compiled"


# What keeps a machine from building


def test_what_is_missing_for_compiling_is_said(tmp_path: Path) -> None:
    (tmp_path / "Python.h").touch()

    assert "a C compiler" in str(what_is_missing(path=str(tmp_path), headers=tmp_path))
    assert "Python.h" in str(what_is_missing(headers=tmp_path / "nowhere"))


def test_without_a_compiler_one_line_says_what_to_install(tmp_path: Path) -> None:
    tree = small_tree(tmp_path)

    done = python(tree, "-m", "engine.native.build", PATH=str(tmp_path))

    assert done.returncode == 0
    assert done.stdout.count("\n") == 1
    assert "a C compiler" in done.stdout
    assert "apt install gcc python3-dev" in done.stdout
    assert said(tree, SUM) == "3 interpreted"


def test_who_asks_for_the_sources_has_nothing_compiled(tmp_path: Path) -> None:
    tree = small_tree(tmp_path)

    done = python(tree, "-m", "engine.native.build", SULKA_CORE="interpreted")

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert not (tree / "build").exists()


@pytest.mark.parametrize(
    ("sums", "environment", "words"),
    [
        (SUMS, {"CC": "false"}, "the C compiler fails: what false has said stands above"),
        (SUMS.replace("sum(numbers)", "'three'"), {}, "mypyc does not take the sources: engine/core/sums.py:2: error"),
        (f"{SUMS}\nraise ValueError('not here')\n", {}, "what was compiled can't be imported: ValueError: not here"),
    ],
    ids=["a compiler that fails", "a source with a wrong type", "a module that does not work"],
)
@needs_compiler
def test_a_build_that_fails_says_why_and_leaves_nothing(
    sums: str, environment: dict[str, str], words: str, tmp_path: Path
) -> None:
    tree = small_tree(tmp_path, sums)

    done = python(tree, "-c", COMPILE, **environment)

    assert f"NotCompiled: {words}" in done.stderr
    assert builds(tree) == set()


def test_a_folder_that_can_not_be_written_is_named(tmp_path: Path) -> None:
    tree = small_tree(tmp_path)
    (tree / "build").touch()

    done = python(tree, "-c", COMPILE)

    assert f"NotCompiled: {tree / 'build'}" in done.stderr
    assert said(tree, SUM) == "3 interpreted"
