"""Events that other programs made, as invitations: each must be told to every client, and once accepted it must
be the same event in the calendar, for clients and in the file.

The events are those of ../shared/corpus/calendar where it exists (iCalendar files that made other programs fail).
"""
from __future__ import annotations

import datetime
import os
import re
import zoneinfo
from pathlib import Path
from typing import Iterator, NamedTuple, Optional

import pytest

from accounts import Account, check
from eas_client import E
from eas_client.device import CALENDAR, text
from meetings import ACCEPT, imip

CORPUS = Path(os.environ.get('EAS_CALENDAR_CORPUS') or Path(__file__).resolve().parents[3] / 'shared/corpus/calendar')
VERSIONS = ['12.1', '14.1', '16.1']
BOSS = 'boss@elsewhere.example'
TIMES = re.compile('(DTSTART|DTEND|DURATION|RRULE|RDATE|EXDATE|EXRULE|RECURRENCE-ID)[:;]')


class Meeting(NamedTuple):
    uid: str
    text: str  # the scheduling message
    times: list[str]  # the lines that say when it takes place
    is_event: bool  # it has a start that iCalendar allows
    start: Optional[datetime.datetime]  # of the first event, in UTC; None: another program would not know


def _blocks(lines: list[str], name: str) -> list[list[str]]:
    """The components of that name, each with the lines that begin and end it."""
    found: list[list[str]] = []
    begin = None
    for number, line in enumerate(lines):
        if line == f'BEGIN:{name}':
            begin = number
        elif line == f'END:{name}' and begin is not None:
            found.append(lines[begin:number + 1])
            begin = None
    return found


def _start(event: list[str], own_zones: str) -> Optional[datetime.datetime]:
    """DTSTART in UTC, where the file leaves no doubt."""
    match = next((found for line in event if (found := re.fullmatch(r'DTSTART(?:;TZID=([^:;]+))?:(\d{8}T\d{6})(Z?)', line))), None)
    if not match or not (match[3] or match[1]) or match[1] and match[1] in own_zones:
        return None
    try:
        zone = datetime.timezone.utc if match[3] else zoneinfo.ZoneInfo(match[1])
        return datetime.datetime.strptime(match[2], '%Y%m%dT%H%M%S').replace(tzinfo=zone).astimezone(datetime.timezone.utc)
    except (KeyError, ValueError, OverflowError):
        return None


def _meetings(account: Account) -> Iterator[Meeting]:
    """The events of each file by their UIDs; UIDs are made different from those of other files."""
    people = [f'ORGANIZER:mailto:{BOSS}', f'ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:{account.user}']
    number = 0
    for path in sorted(CORPUS.rglob('*.ics')):
        content = path.read_bytes().decode('utf-8-sig', 'replace')
        lines = re.sub('\r?\n[ \t]', '', content).replace('\r\n', '\n').split('\n')
        zones = ['\n'.join(block) for block in _blocks(lines, 'VTIMEZONE')]
        events: dict[str, list[list[str]]] = {}
        for block in _blocks(lines, 'VEVENT'):
            uid = next((line[4:] for line in block if line.startswith('UID:')), f'none{len(events)}')
            events.setdefault(uid, []).append(block)
        for old_uid, blocks in events.items():
            number += 1
            uid, times, texts = f'{number:03}-{old_uid}', [], []
            for block in blocks:
                kept = [line for line in block[1:] if not re.match('(UID|ORGANIZER|ATTENDEE)[:;]', line)]
                texts.append('\n'.join([block[0], f'UID:{uid}', *people, *kept]))
                times += [line for line in kept if TIMES.match(line)]
            body = '\n'.join(['BEGIN:VCALENDAR', 'VERSION:2.0', 'METHOD:REQUEST', *zones, *texts, 'END:VCALENDAR', ''])
            is_event = any(re.fullmatch(r'DTSTART(;[A-Z-]+=[^:;]*)*:\d{8}(T\d{6}Z?)?', line) for line in times)
            yield Meeting(uid, body, times, is_event, _start(blocks[0], '\n'.join(zones)))


@pytest.fixture(scope='module', name='invited')
def fixture_invited(maildir):
    """(account, {subject of the mail: meeting})"""
    if not CORPUS.is_dir():
        pytest.skip(f'{CORPUS} is missing')
    account = Account(maildir, maildir.take_user())
    meetings = {f'Meeting {number}': meeting for number, meeting in enumerate(_meetings(account))}
    with account.imap() as connection:
        for subject, meeting in meetings.items():
            check(connection.append('INBOX', '()', None, imip(meeting.text, BOSS, account.user, subject)))
    yield account, meetings
    account.close()


def _requests(device) -> dict[str, tuple[str, dict]]:
    """Subject of the mail -> (ServerId, properties); the client validates each answer against the schemas."""
    items = device.sync_all(device.inbox(), window=50).items
    return {text(item, 'Email:Subject'): (server_id, item) for server_id, item in items.items()}


def _accept(device, server_ids: list[str]) -> list:
    inbox = device.inbox()
    answer = device.client.post('MeetingResponse', E('MeetingResponse:MeetingResponse', *[
        E('MeetingResponse:Request', E('MeetingResponse:UserResponse', ACCEPT), E('MeetingResponse:CollectionId', inbox),
          E('MeetingResponse:RequestId', server_id)) for server_id in server_ids]))
    return answer.document.findall('Result')


def _utc(time: datetime.datetime) -> str:
    return time.strftime('%Y%m%dT%H%M%SZ')


def test_every_event_is_an_invitation_and_stays_the_event_that_it_was(invited):
    account, meetings = invited
    devices = {version: account.phone(version, device_id=f'Corpus{version.replace(".", "")}') for version in VERSIONS}
    told = {version: _requests(device) for version, device in devices.items()}
    for version in VERSIONS:
        assert set(told[version]) == set(meetings), version
    accepted = {}
    for part, (version, device) in enumerate(devices.items()):
        subjects = sorted(meetings)[part::len(devices)]
        device.sync_all(device.inbox())
        results = _accept(device, [told[version][subject][0] for subject in subjects])
        for subject, result in zip(subjects, results, strict=True):
            is_meeting = 'Email:MeetingRequest' in told[version][subject][1]
            assert is_meeting or not meetings[subject].is_event, meetings[subject].text
            assert (result.get('Status') == '1') == is_meeting, (subject, meetings[subject].text, result.pretty())
            if is_meeting:
                accepted[subject] = result.get('CalendarId')
    assert len(accepted) > 50
    for version, device in devices.items():
        _check_told(device.sync_all(device.of_type(CALENDAR), options=(), window=50).items, version, meetings, accepted, told[version])
    _check_files(account, [meetings[subject] for subject in accepted])


def _check_told(events: dict, version: str, meetings: dict[str, Meeting], accepted: dict[str, str], told: dict) -> None:
    missing = [meetings[subject].text for subject, calendar_id in accepted.items() if calendar_id not in events]
    assert not missing and len(events) == len(accepted), (version, missing[:3])
    for subject, calendar_id in accepted.items():
        _check_event(events[calendar_id], told[subject][1]['Email:MeetingRequest'], meetings[subject], version)


def _check_event(event: dict, request, meeting: Meeting, version: str) -> None:
    assert text(event, 'Calendar:UID') == meeting.uid, meeting.text
    assert text(event, 'Calendar:ResponseType') == ('3' if float(version) >= 14 else ''), meeting.text
    is_told_in_part = 'Calendar:Recurrence' in event and request.find('Email:Recurrences') is None
    if is_told_in_part or any(line.startswith('RDATE') for line in meeting.times):
        return
    for name in ('StartTime', 'EndTime'):
        in_mail = re.sub(r'[-:]|\.000', '', request.get(f'Email:{name}'))
        assert text(event, f'Calendar:{name}') == in_mail, (version, name, meeting.text)
    if meeting.start:
        assert text(event, 'Calendar:StartTime') == _utc(meeting.start), (version, meeting.text)


def _check_files(account: Account, meetings: list[Meeting]) -> None:
    files = [content.replace('\r\n ', '').replace('\r\n', '\n') for content in account.calendars.files('calendar').values()]
    by_uid = {re.search('^UID:(.*)$', content, re.MULTILINE)[1]: content for content in files}
    for meeting in meetings:
        lines = by_uid[meeting.uid].split('\n')
        assert 'METHOD:REQUEST' not in lines
        missing = [line for line in meeting.times if line not in lines]
        assert not missing, (missing, by_uid[meeting.uid])
