"""iCalendar texts as other programs write them."""
from __future__ import annotations


def calendar(*components: str) -> str:
    lines = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Example//Tests//EN', *components, 'END:VCALENDAR', '']
    return '\r\n'.join(lines)


def component(name: str, uid: str, *lines: str) -> str:
    return '\r\n'.join([f'BEGIN:{name}', f'UID:{uid}', 'DTSTAMP:20261101T100000Z', *lines, f'END:{name}'])


def task(uid: str, summary: str, *lines: str) -> str:
    return calendar(component('VTODO', uid, f'SUMMARY:{summary}', *lines))


def event(uid: str, summary: str, *lines: str, start: str = '20261201T100000Z', end: str = '20261201T110000Z') -> str:
    return calendar(component('VEVENT', uid, f'SUMMARY:{summary}', f'DTSTART:{start}', f'DTEND:{end}', *lines))
