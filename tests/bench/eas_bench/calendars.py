"""A calendar of 10,000 events, an .ics file each: its first Sync, a Sync without changes, one event that changed.

A process looks at each file once or twice; then the system tells it what was touched, and a Sync without changes must
not grow with the calendar at all. What must not grow in the first Sync of a process, as a phone has it whose connection
rested, is what the server adds to looking at the directory: reading the names and asking the system about each file is
all that look-at-files.c does, and what that takes is told beside. All is processor time, so that a busy machine does not
count.
"""
from __future__ import annotations

import argparse
import os
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from eas_client.device import CALENDAR, USER_CALENDAR
from private_instance import Instance
from private_instance.processes import StartError

from . import phones, processes
from .figures import Table, median
from .instances import Workshop

SMALL, WINDOW = 100, 512
TARGET_RATIO, TARGET_EVENTS_A_SECOND = 1.5, 3000
ROUNDS, REQUESTS = 12, 20
LOOK_AT_FILES = 'look-at-files'
# A file of the last seconds is read again: its time does not tell whether it was written twice.
FILES_SETTLE_SECONDS = 4
ZONE = '''BEGIN:VTIMEZONE\r
TZID:Europe/Berlin\r
BEGIN:DAYLIGHT\r
TZOFFSETFROM:+0100\r
TZOFFSETTO:+0200\r
TZNAME:CEST\r
DTSTART:19700329T020000\r
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r
END:DAYLIGHT\r
BEGIN:STANDARD\r
TZOFFSETFROM:+0200\r
TZOFFSETTO:+0100\r
TZNAME:CET\r
DTSTART:19701025T030000\r
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r
END:STANDARD\r
END:VTIMEZONE\r
'''


def event_file(number: int, subject: str) -> str:
    """As desktop programs write them: with their time zone, an alarm, a text; every 20th is a series."""
    day, hour = f'2026{number % 12 + 1:02}{number % 28 + 1:02}', 8 + number % 9
    lines = [f'UID:bench-{number}@example.com', 'DTSTAMP:20261101T000000Z', f'SUMMARY:{subject}',
             f'DTSTART;TZID=Europe/Berlin:{day}T{hour:02}0000', f'DTEND;TZID=Europe/Berlin:{day}T{hour + 1:02}0000',
             'LOCATION:Room 1', 'DESCRIPTION:' + 'Some text. ' * 5, 'CATEGORIES:Work', 'STATUS:CONFIRMED']
    if number % 20 == 0:
        lines.append('RRULE:FREQ=WEEKLY;COUNT=10')
    alarm = ['BEGIN:VALARM', 'ACTION:DISPLAY', 'DESCRIPTION:Reminder', 'TRIGGER:-PT15M', 'END:VALARM']
    return ('BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Bench//EN\r\n' + ZONE +
            '\r\n'.join(['BEGIN:VEVENT', *lines, *alarm, 'END:VEVENT', 'END:VCALENDAR', '']))


@dataclass
class Case:
    """A phone that has a calendar, and what its requests cost."""
    instance: Instance
    user: str
    look_at_files: Path
    directory: Path
    owner: tuple[int, int]
    raw: phones.RawClient
    collection: str
    key: str
    pid: int = 0
    wall: list[float] = field(default_factory=list)  # milliseconds a request without changes, a value a round
    cpu: list[float] = field(default_factory=list)
    first: list[float] = field(default_factory=list)  # milliseconds of a process until it has answered one
    scan: list[float] = field(default_factory=list)  # milliseconds
    changed: list[float] = field(default_factory=list)

    @property
    def beyond(self) -> float:
        """What the first Sync of a process costs beside a look at the files."""
        return median([first - scan for first, scan in zip(self.first, self.scan)])

    def wake(self) -> None:
        """Its connection may rest in eas-ping: requests bring it to a process that knows the files."""
        for _ in range(3):
            self.raw.post('Sync', phones.sync_request(self.collection, self.key))
        self.pid = processes.only(self.instance, 'eas', self.user)

    def begin(self) -> None:
        """The first Sync of a process."""
        self.raw.close()
        self.raw = phones.client(self.instance, self.user, raw=True, timeout_seconds=300)
        self.raw.post('Sync', phones.sync_request(self.collection, self.key))
        self.first.append(processes.cpu_seconds(processes.only(self.instance, 'eas', self.user)) * 1000)

    def run(self) -> None:
        self.begin()
        self.wake()
        request = phones.sync_request(self.collection, self.key)
        cpu, wall = processes.cpu_seconds(self.pid), time.monotonic()
        for _ in range(REQUESTS):
            if self.raw.post('Sync', request).body:
                raise StartError('a Sync without changes has an answer that is not empty')
        self.wall.append((time.monotonic() - wall) * 1000 / REQUESTS)
        self.cpu.append((processes.cpu_seconds(self.pid) - cpu) * 1000 / REQUESTS)
        self.scan.append(scan_milliseconds(self.look_at_files, self.directory))

    def change(self, number: int) -> None:
        self.wake()
        write(self.directory, 7, event_file(7, f'Changed {number}'), self.owner)
        cpu = processes.cpu_seconds(self.pid)
        answer = self.raw.post('Sync', phones.sync_request(self.collection, self.key))
        self.changed.append((processes.cpu_seconds(self.pid) - cpu) * 1000)
        if f'Changed {number}'.encode() not in answer.body:
            raise StartError('the changed event is not in the answer')
        self.key = phones.last_key([answer])


def measure(workshop: Workshop, options: argparse.Namespace, table: Table) -> None:
    subprocess.run(['make', '-s', '-C', workshop.build, LOOK_AT_FILES], check=True)
    look_at_files = workshop.build / LOOK_AT_FILES
    with workshop.instance() as instance:
        large = _prepare(instance, look_at_files, options.events, table)
        small = _prepare(instance, look_at_files, SMALL, None)
        time.sleep(FILES_SETTLE_SECONDS)
        for case in (small, large):
            case.run()
            case.wall, case.cpu, case.first, case.scan = [], [], [], []
        for _ in range(ROUNDS):  # in turn, so that whatever else the machine does hits both
            small.run()
            large.run()
        table.add(f'Sync without changes of {SMALL} events: processor', median(small.cpu), 'ms', note=f'{median(small.wall):.2f} ms in all')
        table.add(f'the same of {options.events}: times that of {SMALL}', median(large.cpu) / median(small.cpu), '', TARGET_RATIO,
                  f'{median(large.cpu):.2f} ms; {median(large.wall):.2f} ms in all')
        table.add(f'the same, first of a process, of {SMALL}: processor', median(small.first), 'ms',
                  note=f'{median(small.scan):.2f} ms of it to look at the directory')
        table.add(f'the same of {options.events}, beyond the look: times that of {SMALL}', large.beyond / small.beyond, '', TARGET_RATIO,
                  f'{large.beyond:.2f} ms; {median(large.scan):.2f} ms to look at the directory')
        for number in range(ROUNDS):
            for case in (small, large):
                case.change(number)
        table.add(f'Sync of one changed event of {SMALL}: processor', median(small.changed), 'ms')
        table.add(f'the same of {options.events}: processor', median(large.changed), 'ms')
        small.raw.close()
        large.raw.close()


def _prepare(instance: Instance, look_at_files: Path, count: int, table) -> Case:
    user, owner = instance.take_user(), (instance.uid, instance.gid)
    directory = instance.calendar_root / user / 'bench'
    directory.mkdir(parents=True)
    for path in (directory, directory.parent):
        _give(path, owner)
    for number in range(count):
        write(directory, number, event_file(number, f'Event {number}'), owner)
    time.sleep(FILES_SETTLE_SECONDS)
    device = phones.phone(instance, user)
    device.client.close()
    calendar = next(folder.server_id for folder in device.folders.values() if folder.name == 'bench' and folder.type in (CALENDAR, USER_CALENDAR))
    raw = phones.client(instance, user, raw=True, timeout_seconds=300)
    began = time.monotonic()
    answers = phones.sync_everything(raw, calendar, window=WINDOW)
    wall = time.monotonic() - began
    pid = processes.only(instance, 'eas', user)
    cpu = processes.cpu_seconds(pid)
    for answer in answers:
        device.apply(answer.decoded())
    if len(device.held(calendar).items) != count:
        raise StartError(f'the phone has {len(device.held(calendar).items)} events of {count}')
    if table:
        table.add(f'first Sync of {count} events: processor', cpu, 's', count / TARGET_EVENTS_A_SECOND,
                  f'{count / cpu:.0f} events a second; {wall:.2f} s in all')
    return Case(instance, user, look_at_files, directory, owner, raw, calendar, phones.last_key(answers))


def write(directory: Path, number: int, text: str, owner: tuple[int, int]) -> None:
    temporary = directory / '.bench.tmp'
    temporary.write_text(text, newline='')
    _give(temporary, owner)
    temporary.rename(directory / f'bench-{number}.ics')


def _give(path: Path, owner: tuple[int, int]) -> None:
    if os.geteuid() == 0:
        os.chown(path, *owner)


def scan_milliseconds(look_at_files: Path, directory: Path) -> float:
    """Processor time of a program that asks for the names and for a stat of each, and does nothing else."""
    return float(subprocess.run([look_at_files, directory, str(REQUESTS)], check=True, capture_output=True).stdout)
