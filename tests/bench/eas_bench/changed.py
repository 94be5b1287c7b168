"""One new message: what its Sync costs the user's process in a mailbox of 100 messages and in one of 100,000, in one
whose messages are alike in long runs and in one in tatters, where every second message is unread and every third gone.
"""
from __future__ import annotations

import argparse
import time
from dataclasses import dataclass, field

from private_instance import Instance
from private_instance.processes import StartError

from . import phones, processes
from .figures import Table, median
from .instances import Workshop
from .mailboxes import fill, small_message

SMALL = 100
TARGET_RATIO = 2
ROUNDS = 60


@dataclass
class Case:
    """A phone that has everything, and what each new message costs it."""
    instance: Instance
    user: str
    raw: phones.RawClient
    inbox: str
    key: str
    pid: int = 0
    state_bytes: int = 0
    cpu: list[float] = field(default_factory=list)  # milliseconds

    def wake(self) -> None:
        """Its connection may rest in eas-ping: a request brings it to a process."""
        self.raw.post('Sync', phones.sync_request(self.inbox, self.key))
        self.pid = processes.only(self.instance, 'eas', self.user)

    def run(self, number: int) -> None:
        self.instance.deliver(self.user, small_message(number, self.user))
        before = processes.cpu_seconds(self.pid)
        answer = self.raw.post('Sync', phones.sync_request(self.inbox, self.key))
        self.cpu.append((processes.cpu_seconds(self.pid) - before) * 1000)
        if f'Message {number}'.encode() not in answer.body:
            raise StartError('the new message is not in the answer')
        self.key = phones.last_key([answer])

    def measure_state(self) -> None:
        """The size of what is written at each change."""
        home = self.instance.mail_root / self.user
        self.state_bytes = max(path.stat().st_size for path in (home / '.eas').rglob('mail-*'))


def measure(workshop: Workshop, options: argparse.Namespace, table: Table) -> None:
    for mail_format in options.formats:
        with workshop.instance(mail_format) as instance:
            tatters = _prepare(instance, options.large, in_tatters=True)
            large = _prepare(instance, options.large)
            small = _prepare(instance, SMALL)
            for case in (small, large, tatters):
                case.wake()
            for number in range(ROUNDS):  # in turn, so that whatever else the machine does hits all
                for case in (small, large, tatters):
                    case.run(1_000_000 + number)
            for case in (small, large, tatters):
                case.measure_state()
                case.raw.close()
            table.add(f'Sync of one new message at {SMALL}, {mail_format}: processor', median(small.cpu), 'ms',
                      note=f'state {small.state_bytes} bytes')
            _report(f'the same at {options.large}: times that, {mail_format}', small, large, table)
            _report(f'the same in tatters: times that, {mail_format}', small, tatters, table)


def _report(name: str, small: Case, other: Case, table: Table) -> None:
    table.add(name, median(other.cpu) / median(small.cpu), '', TARGET_RATIO,
              f'{median(other.cpu):.2f} ms, state {other.state_bytes} bytes')


def _prepare(instance: Instance, count: int, in_tatters: bool = False) -> Case:
    user = instance.take_user()
    fill(instance, user, count, small_message, lambda number: number % 2 == 0 if in_tatters else False)
    if in_tatters:
        _expunge(instance, user, range(1, count, 3))
    device = phones.phone(instance, user)
    device.client.close()
    raw = phones.client(instance, user, raw=True, timeout_seconds=300)
    answers = phones.sync_everything(raw, device.inbox(), window=512, body_bytes=0)
    time.sleep(1)
    return Case(instance, user, raw, device.inbox(), phones.last_key(answers))


def _expunge(instance: Instance, user: str, uids: range) -> None:
    connection = instance.imap(user)
    connection.select('INBOX')
    for start in range(0, len(uids), 1000):
        connection.uid('STORE', ','.join(map(str, uids[start:start + 1000])), '+FLAGS.SILENT', r'(\Deleted)')
    connection.expunge()
    connection.logout()
