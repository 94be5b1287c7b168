"""SIGKILL for the server's processes, found among the children of the private instance's master."""
from __future__ import annotations

import os
import random
import signal
import threading
import time
from pathlib import Path

from private_instance import Instance
from private_instance.processes import children

PROGRAMS = ('eas', 'eas-login', 'eas-ping')


class Accidents:
    def __init__(self, instance: Instance, choice: random.Random):
        self.instance, self.choice = instance, choice
        self.last = float('-inf')  # when, by time.monotonic()
        self.killed = 0  # processes that write

    def processes(self, program: str) -> list[int]:
        """The master's children with that name that run."""
        return [child.pid for child in children(self.instance.dovecot.pid()) if child.name == program and child.state != 'Z']

    def zombies(self) -> list[int]:
        """Those that ended and wait to be collected."""
        return [child.pid for child in children(self.instance.dovecot.pid()) if child.state == 'Z']

    def kill(self, program: str) -> None:
        self.last = time.monotonic()
        for pid in self.processes(program):
            try:
                os.kill(pid, signal.SIGKILL)
                self.killed += program == 'eas'
            except ProcessLookupError:
                pass
        self.last = time.monotonic()

    def may_have_met(self, started: float) -> bool:
        """Whether a request of that time, by time.monotonic(), may have come to a process that died."""
        return self.last > started - 3

    def remove_their_locks(self) -> None:
        """Removes lock files that nobody can have any more. Dovecot would wait for them for minutes."""
        for directory, _, names in os.walk(self.instance.mail_root):
            for path in (Path(directory) / name for name in names if name.endswith(('.lock', '.newlock'))):
                try:
                    if time.time() - path.stat().st_mtime > 15:
                        path.unlink()
                except FileNotFoundError:
                    pass

    def may_have_interrupted_a_deletion(self) -> bool:
        """Dovecot gives a mailbox back half a minute after a process died that was deleting it."""
        return time.monotonic() - self.last < 60

    def soon(self) -> threading.Thread:
        """Kills one kind of process while a request is under way."""
        program = self.choice.choices(PROGRAMS, (8, 1, 1))[0]
        pause = self.choice.random() * 0.03

        def strike() -> None:
            time.sleep(pause)
            self.kill(program)

        thread = threading.Thread(target=strike)
        thread.start()
        return thread
