"""A push as phones live it: Ping waits in eas-ping, a message arrives, a new process of the user runs the Ping again and
then the Sync that takes the message. All that this process takes of the processor counts, its start too; beside it what
`imap` takes for a new connection that selects the mailbox and fetches the message.
"""
from __future__ import annotations

import argparse
import time
from dataclasses import dataclass, field

from eas_client import Device
from private_instance import Instance
from private_instance.processes import StartError, wait_until

from . import phones, processes
from .figures import Table, median
from .instances import Workshop
from .mailboxes import fill, small_message

SMALL = 100
TARGET_RATIO = 2
ROUNDS = 15


@dataclass
class Push:
    """A phone that has everything and waits; nobody else looks at the mailbox."""
    instance: Instance
    device: Device
    raw: phones.RawClient
    key: str
    cpu: list[float] = field(default_factory=list)  # milliseconds

    def run(self, number: int) -> None:
        inbox, user = self.device.inbox(), self.device.client.user
        self.device.start_ping(600, [inbox])
        if not wait_until(lambda: not processes.serving(self.instance, 'eas', user), 15, 0.02):
            raise StartError('the phone is not parked')
        self.instance.deliver(user, small_message(number, user))
        self.device.client.receive()
        self.raw.connection = self.device.client.connection
        answer = self.raw.post('Sync', phones.sync_request(inbox, self.key))
        self.cpu.append(processes.cpu_seconds(processes.only(self.instance, 'eas', user)) * 1000)
        if f'Message {number}'.encode() not in answer.body:
            raise StartError('the new message is not in the answer')
        self.key = phones.last_key([answer])


@dataclass
class ImapClient:
    """One that connects for each new message."""
    instance: Instance
    user: str
    cpu: list[float] = field(default_factory=list)

    def run(self, number: int) -> None:
        self.instance.deliver(self.user, small_message(number, self.user))
        connection = self.instance.imap(self.user)
        connection.select('INBOX')
        _, data = connection.fetch('*', '(FLAGS INTERNALDATE RFC822.SIZE BODYSTRUCTURE BODY.PEEK[])')
        self.cpu.append(processes.cpu_seconds(processes.only(self.instance, 'imap', self.user)) * 1000)
        if f'Message {number}'.encode() not in data[0][1]:
            raise StartError('the new message is not what IMAP fetched')
        connection.logout()


def measure(workshop: Workshop, options: argparse.Namespace, table: Table) -> None:
    for mail_format in options.formats:
        with workshop.instance(mail_format) as instance:
            sizes = (SMALL, options.large)
            clients = [ImapClient(instance, _filled(instance, size)) for size in sizes]
            pushes = [_push(instance, _filled(instance, size)) for size in sizes]
            for number in range(ROUNDS):  # in turn, so that whatever else the machine does hits all
                for case in (*pushes, *clients):
                    case.run(1_000_000 + number)
            _report('Ping and Sync in a new process after a push', options, mail_format, pushes, table, TARGET_RATIO)
            _report('the same of imap: SELECT and FETCH', options, mail_format, clients, table)
            for push in pushes:
                push.device.client.close()


def _report(name, options, mail_format, cases, table, target=None) -> None:
    small, large = (median(case.cpu) for case in cases)
    table.add(f'{name} at {SMALL}, {mail_format}: processor', small, 'ms')
    table.add(f'at {options.large}: times that, {mail_format}', large / small, '', target, f'{large:.2f} ms')


def _filled(instance: Instance, count: int) -> str:
    user = instance.take_user()
    fill(instance, user, count, small_message, lambda number: False)
    return user


def _push(instance: Instance, user: str) -> Push:
    device = phones.phone(instance, user)
    raw = phones.client(instance, user, raw=True, timeout_seconds=300)
    answers = phones.sync_everything(raw, device.inbox(), window=512, body_bytes=0)
    raw.close()
    time.sleep(1)
    return Push(instance, device, raw, phones.last_key(answers))
