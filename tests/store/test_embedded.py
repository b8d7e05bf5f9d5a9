import fcntl
import os
import select
import signal
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from engine.store import launch
from engine.store.embedded import EmbeddedServer, Loading, Progress
from engine.store.errors import FolderInUse, FolderUnusable, ServerDidNotStart, StartedOffMainThread
from engine.store.folder import LOCK_FILE, SHORT_FOLDER_FILE, DataFolder

MANY_KEYS = 300_000
ENOUGH_SECONDS = 20

PARENT = """
import sys
from pathlib import Path
from engine.store.embedded import EmbeddedServer

server = EmbeddedServer.start(Path(sys.argv[1]))
print(server.pid, server.url, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short path: pytest's own temporary folders can be too long for a socket."""
    with tempfile.TemporaryDirectory(prefix="sulka-test-") as made:
        yield Path(made) / "store"


@pytest.fixture
def deep_folder(folder: Path) -> Path:
    return folder / ("deep" * 10) / ("deeper" * 10)


def client(server: EmbeddedServer) -> Redis:
    return Redis.from_url(server.url)


def fill(server: EmbeddedServer) -> None:
    script = f"for i = 1, {MANY_KEYS} do redis.call('SET', 'key' .. i, string.rep('x', 20)) end"
    with client(server) as redis:
        redis.eval(script, 0)


def kill(server: EmbeddedServer) -> None:
    """As a crash would: the server has no chance to clear up."""
    os.kill(server.pid, signal.SIGKILL)
    wait_until_gone(os.pidfd_open(server.pid))


def wait_until_gone(pidfd: int) -> None:
    ready, _, _ = select.select([pidfd], [], [], ENOUGH_SECONDS)
    os.close(pidfd)
    assert ready, "the process still runs"


def writable_memory(pid: int) -> bytes:
    regions = [line.split() for line in Path(f"/proc/{pid}/maps").read_text().splitlines()]
    found = []
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for bounds, access, *_ in regions:
            first, last = (int(bound, 16) for bound in bounds.split("-"))
            if access.startswith("rw"):
                memory.seek(first)
                found.append(memory.read(last - first))
    return b"".join(found)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_data_are_kept_between_runs(folder: Path) -> None:
    with EmbeddedServer.start(folder) as first, client(first) as redis:
        redis.set("points", 10)

    with EmbeddedServer.start(folder) as second, client(second) as redis:
        kept = redis.get("points")

    assert kept == b"10"


def test_an_answered_write_survives_a_kill(folder: Path) -> None:
    with EmbeddedServer.start(folder) as first:
        with client(first) as redis:
            redis.set("points", 10)
        kill(first)

    with EmbeddedServer.start(folder) as second, client(second) as redis:
        kept = redis.get("points")

    assert kept == b"10"


def test_a_second_start_on_the_same_folder_is_refused_and_names_the_first(folder: Path) -> None:
    with EmbeddedServer.start(folder) as first:
        with pytest.raises(FolderInUse) as refusal:
            EmbeddedServer.start(folder)

        assert refusal.value.pid == first.pid
        assert f"process {first.pid}" in str(refusal.value)
        assert first.alive()


def test_a_stopped_server_leaves_the_folder_free_and_stopping_twice_is_once(folder: Path) -> None:
    server = EmbeddedServer.start(folder)

    server.stop()
    server.stop()

    assert not server.alive()
    DataFolder.take(folder).let_go()


def test_the_server_dies_with_its_parent_and_the_folder_is_free_only_when_it_is_gone(folder: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline().split()[0])
        server = os.pidfd_open(pid)
        # Stopped, the server can't obey the signal yet: a server that outlives its parent for a while.
        os.kill(pid, signal.SIGSTOP)

        parent.kill()
        parent.wait(ENOUGH_SECONDS)
        with pytest.raises(FolderInUse) as refusal:
            DataFolder.take(folder)
        os.kill(pid, signal.SIGCONT)
        wait_until_gone(server)

    assert refusal.value.pid == pid
    DataFolder.take(folder).let_go()


def test_a_server_whose_parent_is_gone_already_does_not_start(folder: Path) -> None:
    folder.mkdir()
    trace = folder / "started"
    somebody_else = os.getppid()

    ended = subprocess.run(
        [sys.executable, launch.__file__, str(somebody_else), "/bin/touch", str(trace)],
        timeout=ENOUGH_SECONDS,
        check=False,
    )

    assert ended.returncode == launch.PARENT_GONE
    assert not trace.exists()


def test_only_the_main_thread_may_start_a_server(folder: Path) -> None:
    refusals: list[StartedOffMainThread] = []

    def start() -> None:
        with pytest.raises(StartedOffMainThread) as refusal:
            EmbeddedServer.start(folder)
        refusals.append(refusal.value)

    thread = threading.Thread(target=start, name="worker-7")
    thread.start()
    thread.join(ENOUGH_SECONDS)

    assert [refusal.thread for refusal in refusals] == ["worker-7"]
    assert not folder.exists()


def test_loading_shows_how_far_it_is(folder: Path) -> None:
    seen: list[Progress] = []
    with EmbeddedServer.start(folder) as first:
        fill(first)

    with EmbeddedServer.start(folder, on_progress=seen.append) as second, client(second) as redis:
        keys = redis.dbsize()

    loading = [progress for progress in seen if isinstance(progress, Loading)]
    loaded = [progress.loaded_bytes for progress in loading]
    assert keys == MANY_KEYS
    assert loading
    assert loaded == sorted(loaded)
    assert all(0 < progress.loaded_bytes <= progress.total_bytes for progress in loading[-1:])


def test_a_start_that_is_broken_off_while_loading_leaves_no_server_behind(folder: Path) -> None:
    def ctrl_c(progress: Progress) -> None:
        if isinstance(progress, Loading):
            raise KeyboardInterrupt

    with EmbeddedServer.start(folder) as first:
        fill(first)

    with pytest.raises(KeyboardInterrupt):
        EmbeddedServer.start(folder, on_progress=ctrl_c)

    DataFolder.take(folder).let_go()


def test_a_server_that_cannot_read_its_data_is_reported_with_its_last_words(folder: Path) -> None:
    with EmbeddedServer.start(folder) as first, client(first) as redis:
        redis.set("points", 10)
        redis.set("badges", 3)
    (file,) = (folder / "appendonlydir").glob("*.incr.aof")
    file.write_bytes(file.read_bytes().replace(b"\r\n$6\r\npoints", b"\r\n$x\r\npoints"))

    with pytest.raises(ServerDidNotStart) as failure:
        EmbeddedServer.start(folder)

    assert failure.value.exit_code == 1
    assert any("Bad file format" in line for line in failure.value.last_lines)
    assert str(folder) in failure.value.reason
    DataFolder.take(folder).let_go()


def test_a_long_path_gets_a_short_private_folder_that_goes_with_the_server(deep_folder: Path) -> None:
    with EmbeddedServer.start(deep_folder) as server, client(server) as redis:
        place = Path(server.url.removeprefix("unix://")).parent
        redis.set("points", 10)

        assert place != deep_folder
        assert mode(place) == 0o700

    assert not place.exists()
    assert not (deep_folder / SHORT_FOLDER_FILE).exists()


def test_the_short_folder_that_a_crash_left_is_used_again_and_then_removed(deep_folder: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(deep_folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with parent:
        assert parent.stdout is not None
        pid, url = parent.stdout.readline().decode().split()
        server = os.pidfd_open(int(pid))
        parent.kill()
        wait_until_gone(server)
    left = Path(url.removeprefix("unix://")).parent
    assert left.exists()

    with EmbeddedServer.start(deep_folder) as second:
        assert second.url == url

    assert not left.exists()


def test_a_short_folder_that_others_can_enter_is_not_used(deep_folder: Path) -> None:
    deep_folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory(prefix="sulka-", dir="/tmp") as open_to_all:
        Path(open_to_all).chmod(0o755)
        (deep_folder / SHORT_FOLDER_FILE).write_text(open_to_all)

        with EmbeddedServer.start(deep_folder) as server:
            place = Path(server.url.removeprefix("unix://")).parent

        assert place != Path(open_to_all)
        assert Path(open_to_all).exists()


def test_a_path_with_spaces_quotes_and_letters_of_every_kind_works(folder: Path) -> None:
    with EmbeddedServer.start(folder / 'Höyhen "1" #?%20') as server, client(server) as redis:
        answered = redis.ping()

    assert answered


def test_nobody_else_can_read_the_data(folder: Path) -> None:
    folder.mkdir()
    folder.chmod(0o755)

    with EmbeddedServer.start(folder):
        modes = {path.name: mode(path) for path in folder.rglob("*") if path.is_file()}

        assert mode(folder) == 0o700
        assert modes
        assert not [name for name, bits in modes.items() if bits & 0o077]


def test_the_server_is_given_no_secrets(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Looks through its memory, since the server wipes what the system shows of its environment."""
    monkeypatch.setenv("TZ", "Europe/Helsinki")
    monkeypatch.setenv("SULKA_SECRET", "a-feather-in-the-cap")

    with EmbeddedServer.start(folder) as server:
        memory = writable_memory(server.pid)

    assert b"Europe/Helsinki" in memory
    assert b"a-feather-in-the-cap" not in memory


def test_a_ctrl_c_in_the_terminal_does_not_reach_the_server(folder: Path) -> None:
    with EmbeddedServer.start(folder) as server:
        group = os.getpgid(server.pid)

        assert group == server.pid


def test_a_file_in_the_place_of_the_folder_is_named(folder: Path) -> None:
    folder.write_text("not a folder")

    with pytest.raises(FolderUnusable) as failure:
        EmbeddedServer.start(folder)

    assert failure.value.folder == folder


def test_the_lock_is_the_servers_own_and_not_its_parents(folder: Path) -> None:
    with EmbeddedServer.start(folder) as server:
        kill(server)

        with (folder / LOCK_FILE).open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)

        assert not server.alive()


def test_a_log_that_has_grown_long_is_put_aside(folder: Path) -> None:
    folder.mkdir()
    (folder / "valkey.log").write_bytes(b"old line\n" * 200_000)

    with EmbeddedServer.start(folder):
        kept = (folder / "valkey.log").read_text()

    assert "old line" not in kept
    assert (folder / "valkey.log.1").read_text().startswith("old line")
