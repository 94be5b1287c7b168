"""A large attachment, whole and in ranges, against an IMAP client that fetches the same bytes; and what memory it takes."""
from __future__ import annotations

import argparse
import time
from typing import Callable

from eas_client import E
from private_instance import Instance
from private_instance.processes import StartError

from . import phones, processes
from .figures import Table, median
from .instances import Workshop
from .mailboxes import fill
from .memory import FLAT_LARGE_MB, large_message

MEGABYTES, RANGE_BYTES, RUNS = 25, 1 << 20, 5
TARGET_RATIO = 2


def measure(workshop: Workshop, options: argparse.Namespace, table: Table) -> None:
    for mail_format in options.formats:
        with workshop.instance(mail_format) as instance:
            user = instance.take_user()
            fill(instance, user, 1, lambda number, name: large_message(name, MEGABYTES << 20))
            _compare(instance, user, mail_format, table)


def _compare(instance: Instance, user: str, mail_format: str, table: Table) -> None:
    device = phones.phone(instance, user)
    (item,) = device.sync_all(device.inbox()).items.values()
    reference = item['AirSyncBase:Attachments'].children[0].get('FileReference')
    device.client.close()
    connection = instance.imap(user)
    connection.select('INBOX', readonly=True)
    stored = len(connection.fetch('1', '(BODY.PEEK[2])')[1][0][1])
    with phones.client(instance, user, raw=True, timeout_seconds=300) as raw:
        raw.folder_sync(device.folder_key)
        pid = processes.only(instance, 'eas', user)
        idle = processes.anonymous_bytes(pid)
        with processes.Peak(pid) as peak:
            for name, by_phone, by_imap in (
                    ('whole', lambda: _fetch(raw, reference, MEGABYTES << 20), lambda: _imap_fetch(connection, 0, stored, stored)),
                    ('in ranges of 1 MB', lambda: _fetch_ranges(raw, reference), lambda: _imap_fetch(connection, 0, RANGE_BYTES, stored))):
                eas, imap = _seconds(by_phone), _seconds(by_imap)
                table.add(f'attachment of {MEGABYTES} MB {name}, {mail_format}: times IMAP', eas / imap, '', TARGET_RATIO,
                          f'{eas:.2f} s against {imap:.2f} s')
    connection.logout()
    table.add(f'memory of eas meanwhile, {mail_format}', (peak.bytes - idle) / 2**20, 'MB', FLAT_LARGE_MB,
              f'{idle / 2**20:.1f} MB before')


def _seconds(run: Callable[[], None]) -> float:
    times = []
    for _ in range(RUNS):
        began = time.monotonic()
        run()
        times.append(time.monotonic() - began)
    return median(times)


def _fetch(raw: phones.RawClient, reference: str, at_least: int, *options) -> None:
    answer = raw.fetch(E('ItemOperations:Fetch', E('ItemOperations:Store', 'Mailbox'), E('AirSyncBase:FileReference', reference),
                         E('ItemOperations:Options', *options) if options else None), multi_part=True)
    if len(answer.body) < at_least:
        raise StartError(f'the attachment has only {len(answer.body)} bytes')


def _fetch_ranges(raw: phones.RawClient, reference: str) -> None:
    for first in range(0, MEGABYTES << 20, RANGE_BYTES):
        _fetch(raw, reference, RANGE_BYTES, E('ItemOperations:Range', f'{first}-{first + RANGE_BYTES - 1}'))


def _imap_fetch(connection, first: int, step: int, end: int) -> None:
    for at in range(first, end, step):
        size = min(step, end - at)
        if len(connection.fetch('1', f'(BODY.PEEK[2]<{at}.{size}>)')[1][0][1]) != size:
            raise StartError('IMAP gave another number of bytes')
