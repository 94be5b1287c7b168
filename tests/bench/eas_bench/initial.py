"""A new phone takes a whole Inbox, against an IMAP client that fetches the same from the same Dovecot.

Both read answers of 100 messages each and keep the bytes: headers, structure, and the first 500 bytes of the
HTML part, or of the text where there is no other. Both start twice: once without dovecot.index.cache, as in a
mailbox that nobody opened before, and once with what the first start left in it. The system's own page cache
is warm in all runs.
"""
from __future__ import annotations

import argparse
import imaplib
import re
import time
from dataclasses import dataclass, field
from typing import Callable

from eas_client import Device
from private_instance import Instance
from private_instance.processes import StartError

from . import phones, processes
from .figures import Table, median
from .instances import Workshop
from .mailboxes import fill, forget_cache

WINDOW, BODY_BYTES = 100, 500
TARGET_RATIO = 2
FIELDS = 'FROM TO CC REPLY-TO SUBJECT DATE MESSAGE-ID REFERENCES IN-REPLY-TO IMPORTANCE X-PRIORITY THREAD-TOPIC ' \
         'CONTENT-CLASS SENDER'
# How BODYSTRUCTURE begins, and the number of the part that is shown.
PARTS = [(re.compile(rb'BODYSTRUCTURE \(\(\("', re.I), '1.2'), (re.compile(rb'BODYSTRUCTURE \(\("', re.I), '2'),
         (re.compile(rb'BODYSTRUCTURE \("', re.I), '1')]


@dataclass
class Times:
    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)


def measure(workshop: Workshop, options: argparse.Namespace, table: Table) -> None:
    for mail_format in options.formats:
        with workshop.instance(mail_format) as instance:
            user = instance.take_user()
            fill(instance, user, options.messages)
            taken: dict[tuple[str, str], Times] = {}
            for number in range(options.repeat):
                for name, run in (('EAS', _phone_run), ('IMAP', _imap_run)):
                    forget_cache(instance, user)
                    for state in ('no cache', 'cache'):
                        times = taken.setdefault((name, state), Times())
                        _take(instance, user, options.messages, number, run, times)
            _report(mail_format, options.messages, taken, table)


def _report(mail_format: str, count: int, taken: dict[tuple[str, str], Times], table: Table) -> None:
    for state in ('no cache', 'cache'):
        eas, imap = taken['EAS', state], taken['IMAP', state]
        ratio = median(eas.wall) / median(imap.wall)
        table.add(f'initial sync of {count}, {mail_format}, {state}: times IMAP', ratio, '', TARGET_RATIO,
                  f'{median(eas.wall):.2f} s against {median(imap.wall):.2f} s; ' +
                  f'processor {median(eas.cpu):.2f} s against {median(imap.cpu):.2f} s, ' +
                  f'times {median(eas.cpu) / median(imap.cpu):.2f}')


def _take(instance: Instance, user: str, count: int, number: int, run: Callable, times: Times) -> None:
    wall, cpu = run(instance, user, count, f'Bench{number}n{len(times.wall)}')
    times.wall.append(wall)
    times.cpu.append(cpu)


def _phone_run(instance: Instance, user: str, count: int, device_id: str) -> tuple[float, float]:
    """Seconds on the clock, and of the processor in the user's server process."""
    device = phones.phone(instance, user, device_id)
    device.client.close()
    with phones.client(instance, user, device_id, raw=True) as raw:
        began = time.monotonic()
        answers = phones.sync_everything(raw, device.inbox(), window=WINDOW, body_bytes=BODY_BYTES)
        wall = time.monotonic() - began
        pid = processes.only(instance, 'eas', user)
        cpu = processes.cpu_seconds(pid)
    _check(device, answers, count)
    return wall, cpu


def _check(device: Device, answers: list[phones.RawAnswer], count: int) -> None:
    """That the phone got every message: the first answers are validated, the rest is counted."""
    device.apply(answers[0].decoded())
    for answer in answers[1:]:
        device.apply(answer.decoded())
    items = device.held(device.inbox()).items.values()
    with_body = sum(1 for item in items if item['AirSyncBase:Body'].find('AirSyncBase:Data') is not None)
    if len(items) != count or with_body != count:
        raise StartError(f'the phone has {len(items)} messages, {with_body} with a body, of {count}')


def _imap_run(instance: Instance, user: str, count: int, device_id: str) -> tuple[float, float]:
    del device_id
    began = time.monotonic()
    connection = instance.imap(user)
    connection.select('INBOX', readonly=True)
    uids = connection.uid('SEARCH', 'ALL')[1][0].split()
    bodies = sum(_fetch(connection, uids[at:at + WINDOW]) for at in range(0, len(uids), WINDOW))
    wall = time.monotonic() - began
    pid = processes.only(instance, 'imap', user)
    cpu = processes.cpu_seconds(pid)
    connection.logout()
    if bodies != count:
        raise StartError(f'the IMAP client has {bodies} bodies of {count}')
    return wall, cpu


def _fetch(connection: imaplib.IMAP4, uids: list[bytes]) -> int:
    """What a mail program fetches of a window: how many bodies came."""
    answer = connection.uid('FETCH', b','.join(uids).decode(),
                            f'(FLAGS INTERNALDATE RFC822.SIZE BODYSTRUCTURE BODY.PEEK[HEADER.FIELDS ({FIELDS})])')[1]
    by_part: dict[str, list[str]] = {}
    for line in answer:
        if isinstance(line, tuple):
            uid = re.search(rb'UID (\d+)', line[0]).group(1).decode()
            number = next(number for pattern, number in PARTS if pattern.search(line[0]))
            by_part.setdefault(number, []).append(uid)
    bodies = 0
    for number, members in by_part.items():
        answer = connection.uid('FETCH', ','.join(members), f'(BODY.PEEK[{number}]<0.{BODY_BYTES}>)')[1]
        bodies += sum(1 for line in answer if isinstance(line, tuple) and line[1])
    return bodies
