"""A Sync that has nothing to tell: the same at 100 messages and at 100,000, and it writes nothing.

Every 50th message is unread: what the server remembers of the phone is not just one range of messages.
"""
from __future__ import annotations

import argparse
import os
import time
from dataclasses import dataclass, field
from pathlib import Path

from private_instance import Instance
from private_instance.processes import StartError

from . import phones, processes
from .figures import Table, median
from .instances import Workshop
from .mailboxes import fill, small_message

SMALL = 100
TARGET_RATIO = 1.5
ROUNDS, REQUESTS = 12, 50
# Dovecot trusts a directory of a Maildir only when it has not changed for two seconds (MAILDIR_SYNC_SECS).
MAILDIR_SETTLES_SECONDS = 3


@dataclass
class Case:
    """A phone that has everything, and what its requests cost."""
    raw: phones.RawClient
    home: Path
    pid: int
    request: object
    wall: list[float] = field(default_factory=list)  # milliseconds a request, a value a round
    cpu: list[float] = field(default_factory=list)

    def run(self) -> None:
        cpu, wall = processes.cpu_seconds(self.pid), time.monotonic()
        for _ in range(REQUESTS):
            answer = self.raw.post('Sync', self.request)
            if answer.body:
                raise StartError('a Sync without changes has an answer that is not empty')
        self.wall.append((time.monotonic() - wall) * 1000 / REQUESTS)
        self.cpu.append((processes.cpu_seconds(self.pid) - cpu) * 1000 / REQUESTS)


def measure(workshop: Workshop, options: argparse.Namespace, table: Table) -> None:
    for mail_format in options.formats:
        with workshop.instance(mail_format) as instance:
            large = _prepare(instance, options.large)  # first: it takes time, and idle connections are closed
            small = _prepare(instance, SMALL)
            before = _files(small.home) | _files(large.home)
            for _ in range(ROUNDS):  # in turn, so that whatever else the machine does hits both
                small.run()
                large.run()
            written = len(before ^ (_files(small.home) | _files(large.home)))
            table.add(f'Sync without changes at {SMALL} messages, {mail_format}', median(small.wall), 'ms',
                      note=f'processor {median(small.cpu):.2f} ms')
            ratio = median(large.wall) / median(small.wall)
            table.add(f'the same at {options.large}: times that, {mail_format}', ratio, '', TARGET_RATIO,
                      f'{median(large.wall):.2f} ms, processor {median(large.cpu):.2f} ms, '
                      f'times {median(large.cpu) / median(small.cpu):.2f}')
            table.add(f'files written by {2 * ROUNDS * REQUESTS} of these, {mail_format}', written, '', 0,
                      'in the homes: state, indexes, everything but messages')
            small.raw.close()
            large.raw.close()


def _prepare(instance: Instance, count: int) -> Case:
    user = instance.take_user()
    fill(instance, user, count, small_message, lambda number: number % 50 == 0)
    device = phones.phone(instance, user)
    device.client.close()
    inbox = device.inbox()
    time.sleep(MAILDIR_SETTLES_SECONDS)
    raw = phones.client(instance, user, raw=True, timeout_seconds=300)
    answers = phones.sync_everything(raw, inbox, window=512, body_bytes=0)
    request = phones.sync_request(inbox, phones.last_key(answers))
    raw.post('Sync', request)
    pid = processes.only(instance, 'eas', user)
    return Case(raw, instance.mail_root / user, pid, request)


def _files(home: Path) -> set[tuple[str, int, int, int]]:
    """Every file but the messages, with what a write would change."""
    found = set()
    for directory, _, files in os.walk(home):
        for file in files if Path(directory).name not in ('cur', 'new') else ():
            if not file.startswith('u.'):
                status = os.stat(f'{directory}/{file}')
                found.add((f'{directory}/{file}', status.st_ino, status.st_size, status.st_mtime_ns))
    return found
