#!/usr/bin/python3
"""The figures that the project promises, measured in one run: medians, and ratios to what Dovecot's IMAP
server needs for the same where that can be compared. Prints a table; says "over" where a bound is missed.
"""
from __future__ import annotations

import argparse
import gc
import imaplib
import os
import re
import resource
import smtplib
import statistics
import sys
import threading
import time
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / 'integration'), str(TESTS / 'fixtures')]

from accounts import Account, make_message  # pylint: disable=wrong-import-position
from conftest import start_instance, stop_instance  # pylint: disable=wrong-import-position
from eas_client import Device, E  # pylint: disable=wrong-import-position
from eas_client.client import body_preference  # pylint: disable=wrong-import-position

ROWS: list[tuple[str, str, str, str]] = []


def row(figure: str, measured: str, bound: str, holds: bool | None) -> None:
    ROWS.append((figure, measured, bound, {True: 'yes', False: 'over', None: ''}[holds]))
    print(f'   {figure}: {measured}', flush=True)


def milliseconds(seconds: float) -> str:
    return f'{seconds * 1000:.1f} ms'


# ---------------------------------------------------------------------- push


def push(instance, scale: float) -> None:
    """From LMTP's "250" to the Ping's answer, and to IDLE's for comparison."""
    rounds = max(5, int(40 * scale))
    account = Account(instance, instance.take_user())
    device = account.phone()
    inbox = device.inbox()
    device.sync_all(inbox)

    def ping() -> None:
        device.client.receive().expect()

    eas = []
    for number in range(rounds):
        device.start_ping(60, [inbox])
        eas.append(_push_once(instance, account, ping, number))
        device.sync_all(inbox)
    median = statistics.median(eas)
    row('push: LMTP\'s 250 to the Ping\'s answer, median', milliseconds(median), 'under 25 ms', median < 0.025)

    with account.imap('INBOX') as connection:
        idle = [_push_once(instance, account, lambda: _idle(connection), number) for number in range(max(3, rounds // 4))]
    row('   the same to IMAP IDLE\'s', f'{milliseconds(statistics.median(idle))}, ratio {median / statistics.median(idle):.2f}', '', None)
    account.close()


def _push_once(instance, account: Account, wait, number: int) -> float:
    """Delivers a message while `wait` waits in a thread; seconds from the 250 to its return, at least 0."""
    arrived: list[float] = []
    thread = threading.Thread(target=lambda: (wait(), arrived.append(time.monotonic())))
    thread.start()
    time.sleep(0.3)
    with smtplib.LMTP('127.0.0.1', instance.ports['LMTP_PORT']) as lmtp:
        lmtp.sendmail('a@b.example', [account.user], make_message(f'Push {number}'))
        accepted = time.monotonic()
    thread.join(60)
    return max(0.0, arrived[0] - accepted)


def _idle(connection: imaplib.IMAP4) -> None:
    tag = connection._new_tag()  # pylint: disable=protected-access
    connection.send(tag + b' IDLE\r\n')
    while b'EXISTS' not in connection.readline():
        pass
    connection.send(b'DONE\r\n')
    while not connection.readline().startswith(tag):
        pass


# ---------------------------------------------------------------------- waiting phones


def waiting(instance, scale: float) -> None:
    """Memory of eas-ping a phone, and eas processes left, while many phones wait."""
    count = max(50, int(1000 * scale))
    accounts = [Account(instance, instance.take_user()) for _ in range(max(1, count // 10))]
    ready = [account.phone() for account in accounts for _ in range(10)][:count]
    for device in ready[:5]:
        _park(device)
    time.sleep(0.5)
    before, phones_before = _private_bytes(_pids(instance, 'eas-ping')[0]), 5
    for device in ready[5:]:
        _park(device)
    time.sleep(2)
    each = (_private_bytes(_pids(instance, 'eas-ping')[0]) - before) / (len(ready) - phones_before)
    row(f'memory in eas-ping a waiting phone, {len(ready)} phones', f'{each / 1024:.1f} KB', 'under 8 KB', each < 8 * 1024)
    left = len(_pids(instance, 'eas'))
    row('   eas processes left meanwhile', str(left), 'none but spare ones', left <= 2)
    for account in accounts:
        account.close()


def _park(device: Device) -> None:
    device.sync_all(device.inbox())
    device.start_ping(600, [device.inbox()])


def _pids(instance, service: str) -> list[int]:
    """Processes of a service of this instance: children of its master with that title."""
    master, found = instance.dovecot.pid(), []
    for path in Path('/proc').glob('[0-9]*'):
        try:
            parent = int((path / 'stat').read_text().rsplit(')', 1)[1].split()[1])
            title = (path / 'cmdline').read_bytes().split(b'\0')[0].decode()
        except (OSError, IndexError):
            continue
        if parent == master and title.split()[0].rsplit('/', 1)[-1] == service:
            found.append(int(path.name))
    return found


def _private_bytes(pid: int) -> int:
    text = Path(f'/proc/{pid}/smaps_rollup').read_text()
    return 1024 * sum(int(match) for match in re.findall(r'^Private_\w+:\s+(\d+) kB', text, re.M))


# ---------------------------------------------------------------------- a Sync without changes


def unchanged(instance, scale: float) -> None:
    """What a Sync without changes costs in a small and in a large mailbox, and what it writes."""
    times = {}
    for count in (100, int(100_000 * scale)):
        account = Account(instance, instance.take_user())
        _fill_maildir(instance, account, count)
        device = account.phone()
        inbox = device.inbox()
        device.sync_all(inbox, options=[body_preference(1, 1)], window=512)
        device.sync(inbox)  # the first request of this form is remembered
        time.sleep(3)       # Dovecot reads a Maildir again that was written in the last seconds
        gc.collect()
        before = _state(instance, account)
        samples = []
        for _ in range(60):
            started = time.perf_counter()
            device.sync(inbox)
            samples.append(time.perf_counter() - started)
        times[count] = statistics.median(samples)
        wrote = _state(instance, account) != before
        row(f'Sync without changes at {count} messages, median', milliseconds(times[count]) + (', wrote state' if wrote else ', wrote nothing'),
            'writes nothing', not wrote)
        account.close()
    small, large = times.values()
    row('   ratio of the two', f'{large / small:.2f}', 'at most 1.5', large / small <= 1.5)


def _fill_maildir(instance, account: Account, count: int, make=None) -> None:
    """Writes the files itself: delivering 100,000 messages would take longer than measuring."""
    with account.imap('INBOX'):
        pass  # makes the Maildir
    directory = instance.mail_root / account.user / 'Maildir/cur'
    start = int(time.time()) - count
    for number in range(count):
        message = make(number) if make else f'From: a@b.example\nSubject: Message {number}\n\nText.\n'.encode()
        path = directory / f'{start + number}.M{number}P1.bench:2,S'
        path.write_bytes(message)
        if os.geteuid() == 0:
            os.chown(path, instance.uid, instance.gid)
    instance.dovecot.doveadm('index', '-u', account.user, 'INBOX')


def _state(instance, account: Account) -> list[tuple[str, int, int]]:
    """Name, time and inode of every file of the device's state."""
    home = instance.mail_root / account.user / '.eas'
    return sorted((str(path), path.stat().st_mtime_ns, path.stat().st_ino) for path in home.rglob('*'))


# ---------------------------------------------------------------------- the first Sync


def initial(instance, scale: float) -> None:
    """The first Sync of a large mailbox against an IMAP client that fetches the same from an equal one."""
    count = int(10_000 * scale)
    accounts = [Account(instance, instance.take_user()) for _ in range(2)]
    for account in accounts:
        _fill_maildir(instance, account, count, _ordinary)
    started = time.perf_counter()
    fetched = _fetch_by_imap(accounts[0], count)
    imap = time.perf_counter() - started
    device = accounts[1].phone()
    started = time.perf_counter()
    held = device.sync_all(device.inbox(), options=[body_preference(2, 500)], window=100)
    eas = time.perf_counter() - started
    assert len(held.items) == fetched == count
    row(f'first Sync of {count} messages', f'{eas:.1f} s', '', None)
    row('   IMAP: the same headers and partial bodies', f'{imap:.1f} s, ratio {eas / imap:.2f}', 'at most 2', eas / imap <= 2)
    for account in accounts:
        account.close()


def _ordinary(number: int) -> bytes:
    """Every third message is HTML, every tenth has an attachment."""
    text = f'Hello,\n\nthis is message {number}.\n' + 'A line of ordinary length with ordinary words in it.\n' * (number % 40)
    html = '<html><body>' + ''.join(f'<p>{line}</p>' for line in text.splitlines()) + '</body></html>' if number % 3 == 0 else None
    attachments = [('file.bin', 'application/octet-stream', b'x' * 20_000)] if number % 10 == 0 else None
    return make_message(f'Message {number}', text, html=html, attachments=attachments).replace(b'\r\n', b'\n')


def _fetch_by_imap(account: Account, count: int) -> int:
    fields = 'FROM TO CC SUBJECT DATE REPLY-TO SENDER MESSAGE-ID IN-REPLY-TO REFERENCES IMPORTANCE X-PRIORITY CONTENT-CLASS'
    fetched = 0
    with account.imap('INBOX') as connection:
        for first in range(1, count + 1, 100):
            _, data = connection.fetch(f'{first}:{min(first + 99, count)}',
                                       f'(UID FLAGS INTERNALDATE RFC822.SIZE BODYSTRUCTURE '
                                       f'BODY.PEEK[HEADER.FIELDS ({fields})] BODY.PEEK[1]<0.500>)')
            fetched += sum(1 for part in data if isinstance(part, tuple) and b'HEADER.FIELDS' in part[0])
    return fetched


# ---------------------------------------------------------------------- memory of a mail process


def memory(instance, scale: float) -> None:
    """Private memory of one eas process over many requests, and its peak while a large attachment goes out."""
    account = Account(instance, instance.take_user())
    account.append_many(20)
    device = account.phone()
    inbox = device.inbox()
    device.sync_all(inbox)
    pid = int(re.findall(rf'Login: user=<{re.escape(account.user)}>.*mpid=(\d+)', instance.log())[-1])
    requests = max(1000, int(10_000 * scale))
    server_id = next(iter(device.held(inbox).items))
    measured = {}
    for number in range(requests + 1):
        if number in (requests // 10, requests):
            measured[number] = _private_bytes(pid)
        if number % 10 == 0:
            device.change(inbox, server_id, E('Email:Read', number // 10 % 2))
        elif number % 10 == 5:
            device.client.fetch(E('ItemOperations:Fetch', E('ItemOperations:Store', 'Mailbox'), E('AirSync:CollectionId', inbox),
                                  E('AirSync:ServerId', server_id))).expect()
        else:
            device.sync(inbox)
    early, late = measured.values()
    row(f'memory of an eas process after {requests // 10} and {requests} requests',
        f'{early / 1024:.0f} and {late / 1024:.0f} KB, ratio {late / early:.2f}', 'flat', late / early < 1.1)
    account.close()
    _large_attachment(instance, max(10, int(100 * scale)))


def _large_attachment(instance, megabytes: int) -> None:
    account = Account(instance, instance.take_user())
    account.deliver_raw(make_message('Large', attachments=[('large.bin', 'application/octet-stream', os.urandom(1 << 20) * megabytes)]))
    device = account.phone()
    inbox = device.inbox()
    held = device.sync_all(inbox)
    pid = int(re.findall(rf'Login: user=<{re.escape(account.user)}>.*mpid=(\d+)', instance.log())[-1])
    reference = next(iter(held.items.values()))['AirSyncBase:Attachments'].get('Attachment/FileReference')
    before = _peak_bytes(pid)
    started = time.perf_counter()
    answer = device.client.fetch(E('ItemOperations:Fetch', E('ItemOperations:Store', 'Mailbox'),
                                   E('AirSyncBase:FileReference', reference))).expect()
    seconds = time.perf_counter() - started
    grown = _peak_bytes(pid) - before
    assert answer.get('Response/Fetch/Status') == '1'
    row(f'peak memory that an attachment of {megabytes} MB adds', f'{grown / 1024:.0f} KB ({seconds:.1f} s)', 'not its size', grown < (4 << 20))
    account.close()


def _peak_bytes(pid: int) -> int:
    return 1024 * int(re.search(r'VmHWM:\s+(\d+) kB', Path(f'/proc/{pid}/status').read_text()).group(1))


FIGURES = {'push': push, 'waiting': waiting, 'unchanged': unchanged, 'initial': initial, 'memory': memory}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('figures', nargs='*', choices=[[], *FIGURES])
    parser.add_argument('--scale', type=float, default=1)
    options = parser.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65536), hard))
    instance = start_instance('maildir', fsync='optimized')
    try:
        for name in options.figures or FIGURES:
            print(f'== {name}', flush=True)
            FIGURES[name](instance, options.scale)
    finally:
        stop_instance(instance)
    widths = [max(len(one[column]) for one in ROWS) for column in range(4)]
    print()
    for one in [('Figure', 'Measured', 'Bound', 'Holds'), *ROWS]:
        print('  '.join(cell.ljust(width) for cell, width in zip(one, widths)).rstrip())
    return 0


if __name__ == '__main__':
    sys.exit(main())
