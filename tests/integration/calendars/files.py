"""iCalendar files of a user, written as other programs write them, and what they say, for comparison."""
from __future__ import annotations

import dataclasses
import datetime
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Iterable, Optional, Union

Moment = Union[datetime.date, datetime.datetime]
FOLD = re.compile(r'\r?\n[ \t]')
ESCAPED = re.compile(r'\\(.)')


def ical_moment(name: str, moment: Moment, zone: str = '') -> str:
    """DTSTART;VALUE=DATE:20261122 and so on; a datetime with tzinfo is written in UTC."""
    if not isinstance(moment, datetime.datetime):
        return f'{name};VALUE=DATE:{moment:%Y%m%d}'
    if moment.tzinfo is not None:
        return f'{name}:{moment.astimezone(datetime.timezone.utc):%Y%m%dT%H%M%SZ}'
    return f'{name};TZID={zone}:{moment:%Y%m%dT%H%M%S}' if zone else f'{name}:{moment:%Y%m%dT%H%M%S}'


def ical_text(text: str) -> str:
    return text.replace('\\', '\\\\').replace(';', '\\;').replace(',', '\\,').replace('\n', '\\n')


def _document(component: str, uid: str, lines: Iterable[str]) -> str:
    return '\r\n'.join(['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Other//EN', f'BEGIN:{component}', f'UID:{uid}',
                        'DTSTAMP:20261101T000000Z', *lines, f'END:{component}', 'END:VCALENDAR', ''])


def event(uid: str, summary: str, start: Moment, end: Moment, *lines: str) -> str:
    return _document('VEVENT', uid, [f'SUMMARY:{ical_text(summary)}', ical_moment('DTSTART', start),
                                     ical_moment('DTEND', end), *lines])


def task(uid: str, summary: str, *lines: str, due: Optional[Moment] = None) -> str:
    return _document('VTODO', uid, [f'SUMMARY:{ical_text(summary)}', *([ical_moment('DUE', due)] if due else []), *lines])


@dataclass(frozen=True, order=True)
class Fact:
    """What a phone can know of a component. Times are UTC instants ("20261122T090000Z") or days ("20261122")."""
    kind: str
    summary: str
    start: str = ''
    end: str = ''
    done: bool = False
    description: str = ''
    location: str = ''
    rule: str = ''  # FREQ and COUNT of a series
    exceptions: tuple[tuple[str, str, str], ...] = ()  # original start; start and summary, or '' and '' if it is deleted


def series(uid: str, summary: str, start: datetime.datetime, end: datetime.datetime, rule: str,
           exceptions: Iterable[tuple[datetime.datetime, Optional[datetime.datetime], str]], *lines: str) -> str:
    """Exceptions as in Fact; no start: that instance is deleted."""
    gone = [ical_moment('EXDATE', original) for original, moved, _ in exceptions if moved is None]
    text = event(uid, summary, start, end, f'RRULE:{rule}', *gone, *lines)
    own = [event(uid, other, moved, moved + (end - start), ical_moment('RECURRENCE-ID', original))
           for original, moved, other in exceptions if moved is not None]
    inside = ''.join(each[each.index('BEGIN:VEVENT'):each.index('END:VCALENDAR')] for each in own)
    return text.replace('END:VCALENDAR', inside + 'END:VCALENDAR')


def facts_of(text: str) -> list[Fact]:
    """Of the VEVENTs and VTODOs that a file's own lines say, of a series one; good for what these tests write, not for
    any file."""
    found: list[Fact] = []
    changed: list[tuple[str, str, str]] = []
    component: Optional[str] = None
    values: dict[str, str] = {}
    depth = 0
    for line in FOLD.sub('', text).splitlines():
        name, _, value = line.partition(':')
        name, *parameters = name.split(';')
        if name == 'BEGIN' and value in ('VEVENT', 'VTODO'):
            component, values, depth = value, {}, 0
        elif name == 'BEGIN':
            depth += 1
        elif name == 'END' and value == component:
            if 'RECURRENCE-ID' in values:
                changed.append((values['RECURRENCE-ID'], values.get('DTSTART', ''), values.get('SUMMARY', '')))
            else:
                found.append(_fact(component, values))
                changed += [(original, '', '') for original in values.get('EXDATE', '').split(',') if original]
            component = None
        elif name == 'END':
            depth -= 1
        elif component and depth == 0:
            zone = next((p[5:].strip('"') for p in parameters if p.startswith('TZID=')), '')
            if name == 'EXDATE' and name in values:
                values[name] += ',' + _instant(value, zone)
            values.setdefault(name, _instant(value, zone) if name in ('DTSTART', 'DTEND', 'DUE', 'RECURRENCE-ID', 'EXDATE') else
                              ESCAPED.sub(lambda match: {'n': '\n', 'N': '\n'}.get(match[1], match[1]), value))
    if changed and len(found) == 1:
        found = [dataclasses.replace(found[0], exceptions=tuple(sorted(changed)))]
    return sorted(found)


def _rule(rrule: str) -> str:
    parts = dict(part.split('=') for part in rrule.split(';')) if rrule else {}
    return f'{parts["FREQ"]} {parts.get("COUNT", "")}' if parts else ''


def _instant(value: str, zone: str) -> str:
    if len(value) == 8 or value.endswith('Z') or not zone:
        return value
    import zoneinfo  # pylint: disable=import-outside-toplevel
    local = datetime.datetime.strptime(value, '%Y%m%dT%H%M%S').replace(tzinfo=zoneinfo.ZoneInfo(zone))
    return f'{local.astimezone(datetime.timezone.utc):%Y%m%dT%H%M%SZ}'


def _fact(component: str, values: dict[str, str]) -> Fact:
    end = values.get('DTEND', values.get('DUE', ''))
    return Fact('event' if component == 'VEVENT' else 'task', values.get('SUMMARY', ''), values.get('DTSTART', ''), end,
                values.get('STATUS') in ('COMPLETED', 'CANCELLED'), values.get('DESCRIPTION', '').strip(),
                values.get('LOCATION', ''), _rule(values.get('RRULE', '')))


class Files:
    """A collection's directory, with the mail user's rights."""

    def __init__(self, directory: Path, uid: int, gid: int):
        self.directory, self.uid, self.gid = directory, uid, gid
        directory.mkdir(parents=True, exist_ok=True)
        for path in (directory, *directory.parents):
            if path.stat().st_uid == uid or path == Path('/tmp'):
                break
            self._give(path)

    def _give(self, path: Path) -> None:
        if os.geteuid() == 0:
            os.chown(path, self.uid, self.gid)

    def write(self, name: str, text: Union[str, bytes]) -> Path:
        """As vdirsyncer and editors do: a temporary file, renamed."""
        path, temporary = self.directory / name, self.directory / f'.{name}.tmp'
        temporary.write_bytes(text.encode() if isinstance(text, str) else text)
        self._give(temporary)
        temporary.rename(path)
        return path

    def write_in_place(self, name: str, text: str) -> None:
        path = self.directory / name
        path.write_bytes(text.encode())
        self._give(path)

    def remove(self, name: str) -> None:
        (self.directory / name).unlink()

    def names(self) -> list[str]:
        return sorted(path.name for path in self.directory.iterdir()
                      if path.suffix == '.ics' and not path.name.startswith('.'))

    def text(self, name: str) -> str:
        return (self.directory / name).read_bytes().decode()

    def texts(self) -> dict[str, str]:
        found = {}
        for name in self.names():
            try:
                found[name] = self.text(name)
            except FileNotFoundError:  # another program is at work
                pass
        return found

    def facts(self) -> list[Fact]:
        return sorted(fact for text in self.texts().values() for fact in facts_of(text))
