"""Memory of a user's process: flat over many requests of a connection, and however large a message is."""
from __future__ import annotations

import argparse
import base64
from typing import Callable

from eas_client import Device, E
from eas_client.client import body_preference
from private_instance import Instance
from private_instance.processes import StartError

from . import phones, processes
from .figures import Table
from .instances import Workshop
from .mailboxes import fill
from .smtp_sink import SmtpSink

MESSAGES = 500
# What counts as flat: an allocator's noise over thousands of requests; a few buffers beside a large message.
FLAT_KB, FLAT_LARGE_MB = 512, 4


def measure(workshop: Workshop, options: argparse.Namespace, table: Table) -> None:
    with SmtpSink() as sink, workshop.instance(
            extra=f'submission_host = 127.0.0.1:{sink.port}',
            eas_extra=f'eas_max_request_size = {options.megabytes * 2}M') as instance:
        _many_requests(instance, options.requests, table)
        _large_attachment(instance, options.megabytes, table)
        _large_mail(instance, sink, options.megabytes, table)


# ---------------------------------------------------------------------- many requests


def _many_requests(instance: Instance, count: int, table: Table) -> None:
    user = instance.take_user()
    fill(instance, user, MESSAGES)
    device = phones.phone(instance, user)
    device.sync_all(device.inbox())
    device.client.close()
    with phones.client(instance, user, raw=True) as raw:
        requests = _requests(raw, device)
        early = _run(requests, range(count // 10))
        pid = processes.only(instance, 'eas', user)
        early = processes.resident_bytes(pid) // 1024
        _run(requests, range(count // 10, count))
        late = processes.resident_bytes(pid) // 1024  # fails if another process has served the rest
    table.add(f'memory of eas: growth from {count // 10} to {count} requests', late - early, 'KB', FLAT_KB,
              f'{early} KB and {late} KB resident; Sync, GetItemEstimate, FolderSync, ItemOperations in turn')


def _run(requests: list[Callable[[int], object]], numbers: range) -> None:
    for number in numbers:
        requests[number % len(requests)](number)


def _requests(raw: phones.RawClient, device: Device) -> list[Callable[[int], object]]:
    """What a phone asks in turn; each takes a number."""
    inbox = device.inbox()
    held = device.held(inbox)
    ids = list(held.items)

    def first_messages(_: int) -> None:
        raw.device_id = 'Bench2'
        key = phones.last_key([raw.post('Sync', phones.sync_request(inbox, '0'))])
        raw.post('Sync', phones.sync_request(inbox, key, window=20, options=[body_preference(2, 500)]))
        raw.device_id = device.client.device_id

    return [lambda _: raw.post('Sync', phones.sync_request(inbox, held.sync_key)),
            lambda _: raw.get_item_estimate(inbox, held.sync_key),
            lambda _: raw.folder_sync(device.folder_key),
            lambda number: raw.fetch(_whole_message(inbox, ids[number % len(ids)])),
            first_messages]


def _whole_message(inbox: str, server_id: str):
    return E('ItemOperations:Fetch', E('ItemOperations:Store', 'Mailbox'), E('AirSync:CollectionId', inbox),
             E('AirSync:ServerId', server_id), E('ItemOperations:Options', body_preference(2)))


# ---------------------------------------------------------------------- large messages


def _large_attachment(instance: Instance, megabytes: int, table: Table) -> None:
    user = instance.take_user()
    fill(instance, user, 1, lambda number, name: large_message(name, megabytes << 20))
    device = phones.phone(instance, user)
    (item,) = device.sync_all(device.inbox()).items.values()
    reference = item['AirSyncBase:Attachments'].children[0].get('FileReference')
    device.client.close()
    fetch = E('ItemOperations:Fetch', E('ItemOperations:Store', 'Mailbox'), E('AirSyncBase:FileReference', reference))
    empty = E('ItemOperations:EmptyFolderContents', E('AirSync:CollectionId', device.inbox()))
    for form, multi_part, operations in (('multipart', True, (fetch,)), ('base64 in WBXML', False, (fetch,)),
                                         ('before the folder is emptied', False, (fetch, empty))):
        with phones.client(instance, user, raw=True, timeout_seconds=300) as raw:
            raw.folder_sync(device.folder_key)
            pid = processes.only(instance, 'eas', user)
            idle = processes.anonymous_bytes(pid)
            with processes.Peak(pid) as peak:
                answer = raw.fetch(*operations, multi_part=multi_part)
        if len(answer.body) < megabytes << 20:
            raise StartError(f'the attachment has only {len(answer.body)} bytes')
        table.add(f'memory of eas: growth while {megabytes} MB are fetched, {form}', (peak.bytes - idle) / 2**20, 'MB',
                  FLAT_LARGE_MB, f'{idle / 2**20:.1f} MB before')


def _large_mail(instance: Instance, sink: SmtpSink, megabytes: int, table: Table) -> None:
    user = instance.take_user()
    mime = large_message('friend@elsewhere.example', megabytes * 720_000).replace(b'\n', b'\r\n')
    for version in ('14.1', '12.1'):
        device = phones.phone(instance, user, f'Bench{version[:2]}', version=version)
        pid = processes.only(instance, 'eas', user)
        idle = processes.anonymous_bytes(pid)
        with device.client, processes.Peak(pid) as peak:
            device.client.timeout_seconds = 300
            device.client.connection.sock.settimeout(300)
            device.send_mail(mime, save_in_sent=True)
        if sink.last_bytes < len(mime):
            raise StartError(f'the submission server got only {sink.last_bytes} bytes')
        table.add(f'memory of eas: growth while {megabytes} MB are sent, {version}', (peak.bytes - idle) / 2**20, 'MB',
                  FLAT_LARGE_MB, f'{idle / 2**20:.1f} MB before; with a copy in Sent')


def large_message(recipient: str, size: int) -> bytes:
    """With an attachment of `size` bytes, which are 4/3 and line ends in the message."""
    line = base64.b64encode(bytes(range(57))) + b'\n'
    return (f'From: sender@elsewhere.example\nTo: {recipient}\nSubject: Large\nMIME-Version: 1.0\n'
            'Content-Type: multipart/mixed; boundary=sep\n\n--sep\nContent-Type: text/plain\n\nSee the file.\n--sep\n'
            'Content-Type: application/octet-stream\nContent-Disposition: attachment; filename=large.bin\n'
            'Content-Transfer-Encoding: base64\n\n').encode() + line * (size // 57 + 1) + b'--sep--\n'
