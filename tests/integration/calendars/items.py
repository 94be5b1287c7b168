"""Events and tasks as a phone has them: what it writes, and what its items say, for comparison with files."""
from __future__ import annotations

import base64
import datetime
import struct
from typing import Mapping, Optional

from eas_client import E, Node, device

from .files import Fact, Moment

CALENDARS, TASKS = (device.CALENDAR, device.USER_CALENDAR), (device.TASKS, device.USER_TASKS)
UTC = datetime.timezone.utc


def class_of(folder_type: str) -> str:
    return device.CLASSES.get(folder_type, 'Email')



def _zone(bias: int, standard: tuple[int, ...], daylight: tuple[int, ...]) -> str:
    """MS-ASDTYPE 2.7.6"""
    return base64.b64encode(struct.pack('<i64s8hi64s8hi', bias, b'', *standard, 0, b'', *daylight, -60)).decode()


BERLIN = _zone(-60, (0, 10, 0, 5, 3, 0, 0, 0), (0, 3, 0, 5, 2, 0, 0, 0))


def _berlin_midnight(day: datetime.date) -> datetime.datetime:
    import zoneinfo  # pylint: disable=import-outside-toplevel
    return datetime.datetime(day.year, day.month, day.day, tzinfo=zoneinfo.ZoneInfo('Europe/Berlin'))


def compact(moment: datetime.datetime) -> str:
    return f'{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}'


def dashed(moment: datetime.datetime) -> str:
    return f'{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.000Z}'


def body(text: str, type_: int = 1) -> Node:
    return E('AirSyncBase:Body', E('AirSyncBase:Type', type_), E('AirSyncBase:Data', text))


def event_properties(version: str, subject: str, start: Moment, end: Moment, *more: Node,
                     uid: Optional[str] = None) -> list[Node]:
    """A whole event. Days make it an all-day one, in Berlin up to 14.1; `uid` up to 14.1 is required there."""
    whole_days = not isinstance(start, datetime.datetime)
    new = float(version) >= 16
    if whole_days and new:
        start, end = (datetime.datetime(day.year, day.month, day.day, tzinfo=UTC) for day in (start, end))
    elif whole_days:
        start, end = _berlin_midnight(start), _berlin_midnight(end)
    properties = [E('Calendar:Timezone', BERLIN)] if not (new and whole_days) else []
    properties += [E('Calendar:AllDayEvent', int(whole_days)), E('Calendar:StartTime', compact(start)),
                   E('Calendar:EndTime', compact(end)), E('Calendar:Subject', subject), E('Calendar:BusyStatus', 2),
                   E('Calendar:Sensitivity', 0), E('Calendar:MeetingStatus', 0)]
    if uid and not new:
        properties += [E('Calendar:DtStamp', '20261101T000000Z'), E('Calendar:UID', uid)]
    return [*properties, *more]


def task_properties(subject: str, *more: Node, due: Optional[datetime.date] = None, complete: bool = False) -> list[Node]:
    """A whole task, with the dates of a phone in Berlin."""
    dates = []
    if due:
        dates = [E('Tasks:UtcDueDate', dashed(_berlin_midnight(due))), E('Tasks:DueDate', f'{due:%Y-%m-%d}T00:00:00.000Z')]
    done = [E('Tasks:DateCompleted', '2026-11-25T10:00:00.000Z')] if complete else []
    return [E('Tasks:Subject', subject), E('Tasks:Importance', 1), *dates, E('Tasks:Complete', int(complete)), *done,
            E('Tasks:Sensitivity', 0), E('Tasks:ReminderSet', 0), *more]


def fact_of(properties: Mapping[str, Node]) -> Fact:
    """What the item says, in files' words."""
    def value(tag: str) -> str:
        return properties[tag].value() if tag in properties else ''

    found = properties.get('AirSyncBase:Body')
    description = (found.get('Data') or '' if found else '').replace('\r\n', '\n').strip()
    if 'Calendar:StartTime' in properties:
        whole_days = value('Calendar:AllDayEvent') == '1'
        place = properties.get('AirSyncBase:Location')
        location = value('Calendar:Location') or (place.get('DisplayName') or '' if place else '')
        return Fact('event', value('Calendar:Subject'), _event_time(value('Calendar:StartTime'), whole_days),
                    _event_time(value('Calendar:EndTime'), whole_days), False, description, location,
                    _rule_of(properties.get('Calendar:Recurrence')),
                    tuple(sorted(_exceptions_of(properties.get('Calendar:Exceptions'), value('Calendar:Subject')))))
    return Fact('task', value('Tasks:Subject'), value('Tasks:StartDate')[:10].replace('-', ''),
                value('Tasks:DueDate')[:10].replace('-', ''), value('Tasks:Complete') == '1', description)


def _rule_of(recurrence: Optional[Node]) -> str:
    if recurrence is None:
        return ''
    frequency = {'0': 'DAILY', '1': 'WEEKLY'}[recurrence.get('Calendar:Type')]
    return f'{frequency} {recurrence.get("Calendar:Occurrences") or ""}'


def _exceptions_of(exceptions: Optional[Node], subject: str):
    for each in exceptions or ():
        original = each.get('Calendar:ExceptionStartTime') or each.get('AirSyncBase:InstanceId')
        if each.get('Calendar:Deleted') == '1':
            yield original, '', ''
        else:
            yield original, each.get('Calendar:StartTime'), each.get('Calendar:Subject') or subject


def _event_time(text: str, whole_days: bool) -> str:
    if not whole_days:
        return text
    # Midnight of some zone, or of UTC: the day of the moment twelve hours later.
    moment = datetime.datetime.strptime(text, '%Y%m%dT%H%M%SZ') + datetime.timedelta(hours=12)
    return f'{moment:%Y%m%d}'
