"""How long a phone takes to know of a message: from LMTP's "250" to the answer of Ping, and of a Sync that waits.

Both answers arrive at this process, which notes when each can be read: before the "250" is possible too.
"""
from __future__ import annotations

import argparse
import select
import smtplib
import socket
import time

from eas_client import Device, E
from private_instance import Instance
from private_instance.processes import StartError, wait_until

from . import phones, processes
from .figures import Table, high, median
from .instances import Workshop
from .mailboxes import message

TARGET_MS = 25


def measure(workshop: Workshop, options: argparse.Namespace, table: Table) -> None:
    for mail_format in options.formats:
        with workshop.instance(mail_format) as instance:
            device = phones.phone(instance, instance.take_user())
            device.sync_all(device.inbox())
            with device.client, smtplib.LMTP('127.0.0.1', instance.ports['LMTP_PORT']) as lmtp:
                lmtp.ehlo_or_helo_if_needed()
                for name, wait in (('Ping', _ping), ('a Sync that waits', _waiting_sync)):
                    times = [_round(instance, device, lmtp, wait, number) for number in range(options.rounds)]
                    table.add(f'push: LMTP\'s 250 to the answer of {name}, {mail_format}', median(times), 'ms',
                              TARGET_MS, f'95 % within {high(times):.1f} ms, {len(times)} deliveries')


def _ping(device: Device) -> None:
    device.start_ping(600, [device.inbox()])


def _waiting_sync(device: Device) -> None:
    held = device.held(device.inbox())
    device.client.post_only('Sync', phones.sync_request(device.inbox(), held.sync_key, extra=[E('AirSync:Wait', 5)]))


def _round(instance: Instance, device: Device, lmtp: smtplib.LMTP, wait, number: int) -> float:
    """Milliseconds."""
    wait(device)
    if not wait_until(lambda: not processes.serving(instance, 'eas'), 5, 0.005):
        raise StartError('the phone is not parked within five seconds')
    time.sleep(0.1)
    accepted, answered = _deliver(lmtp, device, number)
    device.apply(device.client.receive())
    device.sync_all(device.inbox())
    if len(device.held(device.inbox()).items) == 0:
        raise StartError('the phone was woken, but has no message')
    return (answered - accepted) * 1000


def _deliver(lmtp: smtplib.LMTP, device: Device, number: int) -> tuple[float, float]:
    """When LMTP's last answer and when the phone's could be read."""
    data = message(number, device.client.user).replace(b'\n', b'\r\n') + b'.\r\n'
    for command, code in (('MAIL FROM:<sender@elsewhere.example>', 250), (f'RCPT TO:<{device.client.user}>', 250),
                          ('DATA', 354)):
        if lmtp.docmd(command)[0] != code:
            raise StartError(f'LMTP refused {command}')
    lmtp.sock.sendall(data)
    times = _readable(lmtp.sock, device.client.connection.sock)
    if lmtp.getreply()[0] != 250:
        raise StartError('LMTP refused the message')
    return times


def _readable(first: socket.socket, second: socket.socket) -> tuple[float, float]:
    """When each could be read."""
    times: dict[socket.socket, float] = {}
    while len(times) < 2:
        ready, _, _ = select.select([one for one in (first, second) if one not in times], [], [], 30)
        if not ready:
            raise StartError('nothing came within 30 seconds')
        now = time.monotonic()
        times.update({one: now for one in ready})
    return times[first], times[second]
