"""Ports, child processes, and ending by pid exactly those that we started."""
from __future__ import annotations

import os
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Callable, NamedTuple, Optional, Sequence


class StartError(Exception):
    """A program of the instance did not start; the message says what it said."""


class Child(NamedTuple):
    pid: int
    name: str  # at most 15 characters of its program's
    state: str  # one letter, see proc(5); Z: has ended and waits to be collected


def children(parent: int) -> list[Child]:
    """All of the process with that pid, in no order."""
    found = []
    for path in Path('/proc').glob('[0-9]*/stat'):
        try:
            pid, rest = path.read_text().split(' (', 1)
            name, fields = rest.rsplit(') ', 1)
        except (OSError, ValueError):
            continue
        state, its_parent = fields.split()[:2]
        if int(its_parent) == parent:
            found.append(Child(int(pid), name, state))
    return found


def free_ports(count: int) -> list[int]:
    """Different loopback ports that nobody listens on at this moment."""
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(('127.0.0.1', 0))
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()


def listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(('127.0.0.1', port)) == 0


def wait_until(condition: Callable[[], bool], seconds: float, step: float = 0.02) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(step)
    return True


def suspend(pid: int) -> None:
    """Stops a process for a while (SIGCONT lets it go on); returns when all its threads stand still."""
    os.kill(pid, signal.SIGSTOP)
    tasks = Path(f'/proc/{pid}/task')
    wait_until(lambda: all((task / 'stat').read_text().rpartition(')')[2].split()[0] == 'T' for task in tasks.iterdir()), 10)


def run(command: Sequence[object], *, environment: Optional[dict[str, str]] = None,
        given: Optional[bytes] = None, what: str = '') -> str:
    """Runs a program to its end; StartError with its output if it fails.

    The output goes through a file: a pipe would stay open as long as a daemon that the program leaves behind.
    """
    with tempfile.TemporaryFile() as file:
        result = subprocess.run([str(word) for word in command], input=given, env=environment, check=False,
                                stdin=subprocess.DEVNULL if given is None else None,
                                stdout=file, stderr=subprocess.STDOUT)
        file.seek(0)
        output = file.read().decode('utf-8', 'replace')
    if result.returncode != 0:
        raise StartError(f'{what or command[0]} failed with exit code {result.returncode}:\n{output[-3000:]}')
    return output


def read_pid(path: Path) -> Optional[int]:
    """The pid in the file; None if there is none, or it was written before the machine's last start or by a
    process that has gone (then its number may be another's by now)."""
    try:
        pid = int(path.read_text().split()[0])
        started, written = _started(pid), path.stat().st_mtime
    except (OSError, ValueError, IndexError):
        return None
    # The process is older than the file that it wrote; a later one with its number is younger.
    return pid if started <= written + 2 and runs(pid) else None


def _started(pid: int) -> float:
    """When the process started, seconds since 1970. proc(5): field 22, in clock ticks since the boot."""
    ticks = int(Path(f'/proc/{pid}/stat').read_text().rsplit(')', 1)[1].split()[19])
    boot = next(int(line.split()[1]) for line in Path('/proc/stat').read_text().splitlines()
                if line.startswith('btime'))
    return boot + ticks / os.sysconf('SC_CLK_TCK')


def end(pid: Optional[int], seconds: float = 60) -> None:
    """Asks the process to end, insists after `seconds`, and waits until it has gone."""
    if pid is None:
        return
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.kill(pid, sign)
        except ProcessLookupError:
            return
        if wait_until(lambda: not runs(pid), seconds):
            return


def runs(pid: int) -> bool:
    """False also for a process that has ended and waits to be collected."""
    try:
        with open(f'/proc/{pid}/stat', encoding='utf-8') as file:
            return file.read().rsplit(')', 1)[1].split()[0] != 'Z'
    except OSError:
        return False
