"""Calendars that are broken, huge or hostile: the admin is told in a line of the log, and the rest syncs."""
from __future__ import annotations

import datetime
import re

import pytest

from calendars import Files, event, fact_of, task
from calendars.items import CALENDARS, TASKS
from private_instance.processes import wait_until

UTC = datetime.timezone.utc
NINE = datetime.datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
TEN = datetime.datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
GOOD = event('good', 'Good', NINE, TEN)


@pytest.fixture(name='files')
def fixture_files(account):
    instance = account.instance
    files = Files(instance.calendar_root / account.user / 'work', instance.uid, instance.gid)
    files.write('good.ics', GOOD)
    files.write('good-task.ics', task('good-task', 'Good task'))
    return files


def everything(phone) -> dict[str, dict]:
    """Subject -> item, of all calendars and task lists."""
    found = {}
    for folder in list(phone.folders.values()):
        if folder.type in CALENDARS + TASKS:
            for item in phone.sync_all(folder.server_id).items.values():
                found[fact_of(item).summary] = item
    return found


def warnings(account, start: int, file: str) -> int:
    return len(re.findall(rf'Warning: .*{re.escape(file)}', account.instance.log()[start:]))


def sync_until_warned(account, phone, start: int, file: str) -> dict[str, dict]:
    """An empty file of the last seconds may be written just now: the admin is told of it a little later."""
    shown: dict[str, dict] = {}

    def is_warned() -> bool:
        shown.clear()
        shown.update(everything(phone))
        return warnings(account, start, file) > 0

    assert wait_until(is_warned, 30, 0.5), f'no warning names {file}'
    return shown


BROKEN = {
    'no end': 'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:x\r\n',
    'no text': '',
    'no calendar': '\x00\xff\x00 nonsense\r\n' * 10,
    'no start': 'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:x\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n',
    'a wrong end': 'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VTODO\r\nEND:VCALENDAR\r\n',
}


@pytest.mark.parametrize('text', BROKEN.values(), ids=BROKEN)
def test_a_corrupt_file_is_named_once_and_stays(account, files, text):
    files.write('corrupt.ics', text)
    start = len(account.instance.log())
    phone = account.phone()
    assert set(sync_until_warned(account, phone, start, 'corrupt.ics')) == {'Good', 'Good task'}
    for version in ('14.1', '16.1'):
        assert set(everything(account.phone(version))) == {'Good', 'Good task'}
    assert warnings(account, start, 'corrupt.ics') == 1
    assert files.text('corrupt.ics') == text
    files.write('corrupt.ics', event('x', 'Repaired', NINE, TEN))
    assert set(everything(phone)) == {'Good', 'Good task', 'Repaired'}


def test_the_admin_is_told_of_a_new_corrupt_file_at_once(account, files):
    """Whoever just stored it looks into the log now, and no phone may come again soon."""
    files.write('corrupt.ics', BROKEN['no end'])
    start = len(account.instance.log())
    phone = account.phone()
    assert set(everything(phone)) == {'Good', 'Good task'}
    assert wait_until(lambda: warnings(account, start, 'corrupt.ics') == 1, 10)


def test_a_file_of_ten_megabytes_does_no_harm(account, files):
    start = len(account.instance.log())
    files.write('huge.ics', event('huge', 'Huge', NINE, TEN, 'DESCRIPTION:' + 'x' * 10_000_000))
    phone = account.phone()
    assert set(sync_until_warned(account, phone, start, 'huge.ics')) == {'Good', 'Good task'}
    assert len(files.text('huge.ics')) > 10_000_000


def test_a_daily_series_of_a_hundred_years(account, files):
    files.write('daily.ics', event('daily', 'Daily', NINE, TEN, 'RRULE:FREQ=DAILY;UNTIL=21261125T090000Z'))
    files.write('ever.ics', event('ever', 'For ever', NINE, TEN, 'RRULE:FREQ=DAILY'))
    files.write('never.ics', event('never', 'Never', NINE, TEN, 'RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30'))
    files.write('secondly.ics', event('secondly', 'Secondly', NINE, TEN, 'RRULE:FREQ=SECONDLY'))
    shown = everything(account.phone())
    assert {'Good', 'Good task', 'Daily', 'For ever', 'Never', 'Secondly'} == set(shown)
    assert shown['Daily']['Calendar:Recurrence'].get('Type') == '0'


def test_five_thousand_exceptions(account, files):
    first = datetime.datetime(2010, 1, 1, 9, 0, tzinfo=UTC)
    text = event('many', 'Many', first, first + datetime.timedelta(hours=1), 'RRULE:FREQ=DAILY;COUNT=6000')
    moved = ''
    for number in range(5000):
        day = first + datetime.timedelta(days=number)
        moved += (f'BEGIN:VEVENT\r\nUID:many\r\nDTSTAMP:20261101T000000Z\r\nRECURRENCE-ID:{day:%Y%m%dT%H%M%SZ}\r\n'
                  f'SUMMARY:Moved {number}\r\nDTSTART:{day:%Y%m%dT}120000Z\r\nDTEND:{day:%Y%m%dT}130000Z\r\nEND:VEVENT\r\n')
    files.write('many.ics', text.replace('END:VCALENDAR', moved + 'END:VCALENDAR'))
    assert {'Good', 'Good task', 'Many'} <= set(everything(account.phone()))


def test_an_exception_without_its_series(account, files):
    lone = event('lone', 'Lone', NINE, TEN, 'RECURRENCE-ID:20261125T080000Z')
    files.write('lone.ics', lone)
    assert {'Good', 'Good task', 'Lone'} == set(everything(account.phone()))
    files.write('cycle.ics', lone.replace('UID:lone', 'UID:cycle').replace('Lone', 'Cycle').replace(
        'END:VEVENT\r\n', 'RRULE:FREQ=DAILY\r\nEND:VEVENT\r\n'))
    assert {'Good', 'Good task', 'Lone', 'Cycle'} == set(everything(account.phone()))


def test_two_files_with_one_uid(account, files):
    start = len(account.instance.log())
    files.write('twin.ics', event('good', 'Twin', NINE, TEN))
    assert {'Good', 'Good task', 'Twin'} == set(everything(account.phone()))
    assert 'Error' not in account.instance.log()[start:]


def test_time_zones_that_nobody_knows(account, files):
    text = event('zone', 'Zone', NINE, TEN).replace('DTSTART:20261125T090000Z', 'DTSTART;TZID=Middle-earth:20261125T090000')
    files.write('zone.ics', text.replace('DTEND:20261125T100000Z', 'DTEND;TZID=Middle-earth Standard Time:20261125T100000'))
    assert {'Good', 'Good task', 'Zone'} == set(everything(account.phone()))


def test_dates_of_other_centuries(account, files):
    for year in (1, 1583, 1900, 1969, 2101, 2500, 9999):
        day = datetime.date(year, 1, 2)
        files.write(f'event{year}.ics', event(f'event{year}', f'Event {year}', day, day + datetime.timedelta(days=1)))
        files.write(f'task{year}.ics', task(f'task{year}', f'Task {year}', due=day))
    shown = everything(account.phone())
    assert {'Good', 'Good task'} <= set(shown)
    for year in (1900, 1969, 2101, 2500):
        assert fact_of(shown[f'Event {year}']).start == f'{year}0102'
        assert fact_of(shown[f'Task {year}']).end == f'{year}0102'
