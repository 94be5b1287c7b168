"""Processes of an instance: processor time and memory, from proc(5)."""
from __future__ import annotations

import threading
from pathlib import Path
from types import TracebackType
from typing import Callable, Optional

from private_instance import Instance
from private_instance.processes import StartError, wait_until


def named(instance: Instance, name: str) -> set[int]:
    """Pids of the service's processes, which are children of Dovecot's master."""
    return _children(instance, lambda place: (place / 'comm').read_text().strip() == name)


def serving(instance: Instance, name: str, user: Optional[str] = None) -> set[int]:
    """Of those, the ones that have a connection of the user, or of anybody: Dovecot may keep a spare one. They
    show it in their title, as `verbose_proctitle` asks them to."""
    mark = ('@' if user is None else user).encode()
    return named(instance, name) & _children(instance, lambda place: mark in (place / 'cmdline').read_bytes())


def only(instance: Instance, name: str, user: str) -> int:
    """The pid of the one that serves the user, once those of closed connections have gone."""
    if not wait_until(lambda: len(serving(instance, name, user)) == 1, 10):
        raise StartError(f'{len(serving(instance, name, user))} processes "{name}" serve {user}')
    return serving(instance, name, user).pop()


def _children(instance: Instance, condition: Callable[[Path], bool]) -> set[int]:
    master = instance.dovecot.pid()
    found = set()
    for pid in Path(f'/proc/{master}/task/{master}/children').read_text().split():
        try:
            if condition(Path('/proc') / pid):
                found.add(int(pid))
        except OSError:
            continue  # it has ended
    return found


def cpu_seconds(pid: int) -> float:
    """Spent by the process since its start, user and system."""
    return int(Path(f'/proc/{pid}/schedstat').read_text().split()[0]) / 1e9


def private_bytes(pid: int) -> int:
    """Memory that is the process's own: neither shared nor that of the program's file."""
    rollup = _fields(f'/proc/{pid}/smaps_rollup')
    return (rollup['Private_Clean'] + rollup['Private_Dirty']) * 1024


def anonymous_bytes(pid: int) -> int:
    """Heap and stacks that are in memory, without mappings of files."""
    return _fields(f'/proc/{pid}/status')['RssAnon'] * 1024


def resident_bytes(pid: int) -> int:
    return _fields(f'/proc/{pid}/status')['VmRSS'] * 1024


def _fields(path: str) -> dict[str, int]:
    lines = (line.split() for line in Path(path).read_text().splitlines())
    return {words[0].rstrip(':'): int(words[1]) for words in lines if len(words) == 3 and words[2] == 'kB'}


class Peak:
    """The highest anonymous memory of a process while the block runs, looked at every few milliseconds."""

    def __init__(self, pid: int):
        self.pid, self.bytes = pid, 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> 'Peak':
        self.bytes = anonymous_bytes(self.pid)
        self._thread.start()
        return self

    def __exit__(self, kind: Optional[type], value: Optional[BaseException],
                 trace: Optional[TracebackType]) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._done.wait(0.003):
            try:
                self.bytes = max(self.bytes, anonymous_bytes(self.pid))
            except (OSError, KeyError):
                return  # the process has ended
