"""Becomes the server, tied to the life of the process that started it.

Run as a program of its own, by path: `launch.py PARENT_PID SERVER ARGUMENT…`. Asking for the signal between
fork and exec would run Python in a forked child of a process that may have threads, which can deadlock; this
file runs in a fresh interpreter and then replaces itself, so the process id stays the one the parent knows.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
"""Source: prctl(2). The kernel keeps the setting across the exec of a program without set-user-id."""

PARENT_GONE = 75
"""Exit status: the parent had ended before the tie was made. Source: EX_TEMPFAIL of sysexits.h."""


def main() -> None:
    parent, server, *arguments = sys.argv[1:]
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG) failed")
    # A parent that ended before the line above sends nothing any more.
    if os.getppid() != int(parent):
        sys.exit(PARENT_GONE)
    os.execv(server, [server, *arguments])  # noqa: S606 – no shell is the point


if __name__ == "__main__":
    main()
