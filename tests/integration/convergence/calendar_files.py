"""What other programs do to a user's calendar files: editors and vdirsyncer in the directories, CalDAV clients
through a Radicale that serves them."""
from __future__ import annotations

import datetime
import os
import random
import shutil
from pathlib import Path

from calendars import CalDav, Fact, Files, event, facts_of, task
from calendars.files import ical_moment, ical_text, series

BROKEN = 'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:broken\r\n'
DAY = datetime.date(2026, 11, 22)
UTC = datetime.timezone.utc


class Collections:
    """`root` holds a user's collections; `caldav` is a client of the Radicale that serves it."""

    def __init__(self, root: Path, caldav: CalDav, owner: tuple[int, int], choice: random.Random, note):
        self.root, self.caldav, self.owner, self.choice, self.note = root, caldav, owner, choice, note
        self.count = 0
        self.kinds: dict[str, tuple[str, ...]] = {}  # of each collection; others may stand beside them, but no phone sees them
        for name, *kinds in (('work', 'VEVENT'), ('todo', 'VTODO'), ('both', 'VEVENT', 'VTODO')):
            self._make(name, *kinds)

    def _make(self, name: str, *kinds: str) -> None:
        self.caldav.make(name, *kinds)
        self.kinds[name] = kinds

    # ------------------------------------------------------------------ what there is

    def names(self) -> list[str]:
        return sorted(path.name for path in self.root.iterdir() if path.is_dir() and not path.name.startswith('.'))

    def files(self, name: str) -> Files:
        return Files(self.root / name, *self.owner)

    def facts(self) -> list[Fact]:
        """Of all collections, those that an edit broke left out."""
        found = []
        for name in self.names():
            for text in self.files(name).texts().values():
                if text != BROKEN:
                    found += facts_of(text)
        return sorted(found)

    # ------------------------------------------------------------------ by files

    def _summary(self) -> str:
        self.count += 1
        summary = f'Item {self.count}' + self.choice.choice(['', ', with a comma', ' äöü', ' ' + 'long ' * 30]).rstrip()
        self.note(f'    {summary[:40]}')
        return summary

    def day(self) -> datetime.date:
        return DAY + datetime.timedelta(days=self.choice.randrange(200))

    def times(self):
        """Of an event: days or instants."""
        day = self.day()
        if self.choice.random() < 0.3:
            return day, day + datetime.timedelta(days=self.choice.choice([1, 1, 3]))
        start = datetime.datetime(day.year, day.month, day.day, self.choice.randrange(24), 15, tzinfo=UTC)
        return start, start + datetime.timedelta(minutes=self.choice.choice([15, 60, 24 * 60]))

    def _text(self, collection: str, uid: str) -> str:
        summary, kind = self._summary(), self.choice.choice(self.kinds[collection])
        if kind == 'VTODO':
            done = ['STATUS:COMPLETED', 'COMPLETED:20261120T101112Z'] if self.choice.random() < 0.3 else []
            return task(uid, summary, 'X-KEPT;A=b:c', *done, due=self.choice.choice([None, self.day()]))
        if self.choice.random() < 0.25:
            return self._series(uid, summary)
        lines = self.choice.choice([[], ['LOCATION:Room 1'], [f'DESCRIPTION:{ical_text("Text" + chr(10) + "of two lines")}']])
        return event(uid, summary, *self.times(), 'X-KEPT;A=b:c', *lines)

    def _series(self, uid: str, summary: str) -> str:
        """With instances that are deleted, moved, or have another summary."""
        day, step = self.day(), self.choice.choice([1, 7])
        start = datetime.datetime(day.year, day.month, day.day, self.choice.randrange(24), 15, tzinfo=UTC)
        count = self.choice.choice([2, 5, 12])
        exceptions = []
        for number in sorted(self.choice.sample(range(1, count), min(count - 1, self.choice.choice([0, 1, 2, 4])))):
            original = start + datetime.timedelta(days=step * number)
            kind = self.choice.choice(['gone', 'moved', 'renamed'])
            moved = original + datetime.timedelta(minutes=30 if kind == 'moved' else 0)
            exceptions.append((original, None if kind == 'gone' else moved, f'{summary}, no. {number}' if kind == 'renamed' else summary))
        return series(uid, summary, start, start + datetime.timedelta(hours=1),
                      f'FREQ={"DAILY" if step == 1 else "WEEKLY"};COUNT={count}', exceptions, 'X-KEPT;A=b:c')

    def _edited(self, text: str) -> str:
        """Another subject, and for an event other times; a series anew."""
        if 'RRULE' in text:
            return self._series(text.split('UID:')[1].split('\r\n')[0], self._summary())
        lines = []
        start, end = self.times()
        for line in text.replace('\r\n ', '').split('\r\n'):
            name = line.split(':')[0].split(';')[0]
            if name == 'SUMMARY':
                line = f'SUMMARY:{ical_text(self._summary())}'
            elif name in ('DTSTART', 'DTEND') and 'VEVENT' in text:
                line = ical_moment(name, start if name == 'DTSTART' else end)
            lines.append(line)
        return '\r\n'.join(lines)

    def _collection(self) -> str:
        return self.choice.choice(self.names())

    def _some_file(self) -> tuple[Files, str]:
        files = self.files(self._collection())
        return files, self.choice.choice(files.names() or [''])

    def write(self) -> None:
        files = self.files(self._collection())
        for _ in range(self.choice.choice([1, 1, 2, 6])):
            uid = f'other-{self.count + 1}'
            self.note(f'  write {files.directory.name}/{uid}.ics')
            files.write(f'{uid}.ics', self._text(files.directory.name, uid))

    def edit(self) -> None:
        files, name = self._some_file()
        if not name:
            return
        text = files.text(name)
        in_place = self.choice.random() < 0.3
        self.note(f'  edit {files.directory.name}/{name}{" in place" if in_place else ""}')
        if text == BROKEN:
            text = self._text(files.directory.name, name.removesuffix('.ics'))
        (files.write_in_place if in_place else files.write)(name, self._edited(text))

    def remove(self) -> None:
        files, name = self._some_file()
        if name:
            self.note(f'  remove {files.directory.name}/{name}')
            files.remove(name)

    def spoil(self) -> None:
        files, name = self._some_file()
        if name:
            self.note(f'  spoil {files.directory.name}/{name}')
            files.write(name, BROKEN)

    def touch(self) -> None:
        files, name = self._some_file()
        if name:
            os.utime(files.directory / name)

    def make_collection(self) -> None:
        self.count += 1
        name = f'more{self.count}'
        if len(self.names()) < 5:
            self.note(f'  make {name}')
            self._make(name, *self.choice.choice([['VEVENT'], ['VTODO'], ['VEVENT', 'VTODO']]))

    def remove_collection(self) -> None:
        names = [name for name in self.names() if name.startswith('more')]
        if names:
            name = self.choice.choice(names)
            self.note(f'  remove {name}')
            shutil.rmtree(self.root / name)

    # ------------------------------------------------------------------ by CalDAV

    def put(self) -> None:
        name, uid = self._collection(), f'dav-{self.count + 1}'
        self.note(f'  PUT {name}/{uid}.ics')
        self.caldav.put(name, f'{uid}.ics', self._text(name, uid))

    def put_again(self) -> None:
        name = self._collection()
        items = [each for each in self.files(name).names() if self.files(name).text(each) != BROKEN]
        got = self.caldav.get(name, self.choice.choice(items)) if items else None
        if got:
            item = self.choice.choice(items)
            got = self.caldav.get(name, item)
            if got:
                self.note(f'  PUT again {name}/{item}')
                self.caldav.put(name, item, self._edited(got[1]), got[0])

    def delete(self) -> None:
        files, name = self._some_file()
        if name and files.text(name) != BROKEN:
            self.note(f'  DELETE {files.directory.name}/{name}')
            self.caldav.delete(files.directory.name, name)
