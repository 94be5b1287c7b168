"""A Sync that has nothing to tell: the same at 100 messages and at 100,000, and it writes nothing.

Half of a second large folder's messages are unread, every other one: then what the server knows of the phone is
as large as it gets.
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


@dataclass
class Case:
    """A phone that has everything, and what its requests cost."""
    name: str
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
    mostly_read, every_other = (lambda number: number % 50 == 0), (lambda number: number % 2 == 0)
    for mail_format in options.formats:
        with workshop.instance(mail_format) as instance:
            small = _prepare(instance, 'small', SMALL, mostly_read)
            large = _prepare(instance, 'large', options.large, mostly_read)
            ragged = _prepare(instance, 'ragged', options.large, every_other)
            cases = (small, large, ragged)
            before = {case.name: _files(case.home) for case in cases}
            for _ in range(ROUNDS):  # in turn, so that whatever else the machine does hits all of them
                for case in cases:
                    case.run()
            _report(mail_format, options.large, cases, table)
            written = sum(len(before[case.name] ^ _files(case.home)) for case in cases)
            table.add(f'files that {3 * ROUNDS * REQUESTS} of these wrote in the users\' homes, {mail_format}', written, '', 0)
            for case in cases:
                case.raw.close()


def _report(mail_format: str, count: int, cases: tuple[Case, Case, Case], table: Table) -> None:
    small, large, ragged = cases
    table.add(f'Sync without changes at {SMALL} messages, {mail_format}', median(small.wall), 'ms',
              note=f'processor {median(small.cpu):.2f} ms')
    for case, target, note in ((large, TARGET_RATIO, 'every 50th unread'), (ragged, None, 'every other one unread')):
        table.add(f'the same at {count}: times that, {mail_format}', median(case.wall) / median(small.wall), '', target,
                  f'{median(case.wall):.2f} ms, processor {median(case.cpu):.2f} ms, ' +
                  f'times {median(case.cpu) / median(small.cpu):.2f}; {note}')


def _prepare(instance: Instance, name: str, count: int, unread) -> Case:
    user = instance.take_user()
    fill(instance, user, count, small_message, unread)
    with phones.phone(instance, user).client as client:
        inbox = _inbox(client)
    others = processes.serving(instance, 'eas', user)
    raw = phones.client(instance, user, raw=True, timeout_seconds=300)
    answers = phones.sync_everything(raw, inbox, window=512, body_bytes=0)
    request = phones.sync_request(inbox, phones.last_key(answers))
    raw.post('Sync', request)
    pid, = processes.serving(instance, 'eas', user) - others
    return Case(name, raw, instance.mail_root / user, pid, request)


def _inbox(client) -> str:
    device = phones.Device(client)
    device.folder_sync()
    return device.inbox()


def _files(home: Path) -> set[tuple[str, int, int, int]]:
    """Every file outside the mail itself, with what a write would change."""
    found = set()
    for directory, names, files in os.walk(home):
        if Path(directory).name in ('cur', 'new'):
            names.clear()
            continue
        for file in files:
            if not file.startswith('u.'):
                status = os.stat(f'{directory}/{file}')
                found.add((f'{directory}/{file}', status.st_ino, status.st_size, status.st_mtime_ns))
    return found
