"""A phone's calendars and tasks beside the programs that users have: Radicale serves the very same directories,
vdirsyncer copies them, khal and todoman read and write them. What one writes, the others read."""
from __future__ import annotations

import datetime
import fcntl
import json
import threading
from dataclasses import dataclass
from pathlib import Path

import pytest

from accounts import Account
from calendars import (CalDav, Fact, Files, Programs, Radicale, event, event_properties, fact_of, facts_of, task,
                       task_properties)
from calendars.items import CALENDARS, TASKS, body, class_of
from conftest import new_account, radicale_beside
from eas_client import E
from private_instance import Instance
from private_instance.processes import wait_until

UTC = datetime.timezone.utc
NINE, TEN = datetime.datetime(2026, 11, 25, 9, 0, tzinfo=UTC), datetime.datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
DAY, NEXT_DAY = datetime.date(2026, 11, 25), datetime.date(2026, 11, 26)
VERSIONS = ('12.1', '14.1', '16.1')

# What a CalDAV client writes, and what a phone has to show of it.
WRITTEN = {
    'an hour': (event('u', 'Meeting, at 9', NINE, TEN, 'LOCATION:Room 1', 'DESCRIPTION:One\\nTwo'),
                Fact('event', 'Meeting, at 9', '20261125T090000Z', '20261125T100000Z', False, 'One\nTwo', 'Room 1')),
    'a day': (event('u', 'Ärztin', DAY, NEXT_DAY), Fact('event', 'Ärztin', '20261125', '20261126')),
    'three days': (event('u', 'Trip', DAY, DAY + datetime.timedelta(days=3)), Fact('event', 'Trip', '20261125', '20261128')),
    'a series': (event('u', 'Weekly', NINE, TEN, 'RRULE:FREQ=WEEKLY;COUNT=5'),
                 Fact('event', 'Weekly', '20261125T090000Z', '20261125T100000Z', rule='WEEKLY 5')),
    'a task': (task('u', 'Milk', 'DESCRIPTION:two litres', due=DAY), Fact('task', 'Milk', '', '20261125', False, 'two litres')),
    'a task without date': (task('u', 'Some day'), Fact('task', 'Some day')),
    'a completed task': (task('u', 'Done', 'STATUS:COMPLETED', 'COMPLETED:20261120T101112Z', due=DAY),
                         Fact('task', 'Done', '', '20261125', True)),
}


@dataclass
class World:
    """Dovecot, and a Radicale that serves the directories of all its users."""
    instance: Instance
    radicale: Radicale

    def root(self, user: str) -> Path:
        return self.radicale.folder / 'collection-root' / user


@pytest.fixture(scope='module', name='world')
def fixture_world():
    with radicale_beside() as (instance, radicale):
        yield World(instance, radicale)


@pytest.fixture(name='served')
def fixture_served(world):
    """A new user whose calendars Radicale serves."""
    yield from new_account(world.instance)


@dataclass
class Shared:
    """One collection for events and tasks, from both sides."""
    account: Account
    dav: CalDav
    files: Files
    name: str = 'shared'

    def phone(self, version: str = '14.1'):
        phone = self.account.phone(version)
        for folder in (self.folder(phone, 'event'), self.folder(phone, 'task')):
            phone.sync_all(folder, options=[])
        return phone

    def folder(self, phone, kind: str) -> str:
        types = CALENDARS if kind == 'event' else TASKS
        return next(each.server_id for each in phone.folders.values() if each.name == self.name and each.type in types)

    def shown(self, phone) -> list[Fact]:
        """What the phone has after a Sync."""
        return sorted(fact_of(item) for kind in ('event', 'task')
                      for item in phone.sync_all(self.folder(phone, kind), options=[]).items.values())

    def add(self, phone, kind: str, properties: list) -> str:
        """The ServerId."""
        phone.sent_client_ids += 1
        answer = phone.sync(self.folder(phone, kind), commands=[
            E('AirSync:Add', E('AirSync:ClientId', f'client-{phone.sent_client_ids}'), E('AirSync:ApplicationData', properties))])
        response = answer.document.find('Collections/Collection/Responses/Add')
        assert response.get('Status') == '1'
        phone.held(self.folder(phone, kind)).items[response.get('ServerId')] = {each.tag: each for each in properties}
        return response.get('ServerId')


@pytest.fixture(name='shared')
def fixture_shared(world, served):
    dav = world.radicale.client(served.user)
    dav.make('shared', 'VEVENT', 'VTODO')
    directory = world.root(served.user) / 'shared'
    return Shared(served, dav, Files(directory, world.instance.uid, world.instance.gid))


def phones_items(version: str) -> list[tuple[str, list, Fact]]:
    """What a phone writes, and what others have to read of it."""
    return [
        ('event', event_properties(version, 'Phone, hour', NINE, TEN, body('One\r\nTwo'), uid='p1'),
         Fact('event', 'Phone, hour', '20261125T090000Z', '20261125T100000Z', False, 'One\nTwo')),
        ('event', event_properties(version, 'Phone day', DAY, NEXT_DAY, uid='p2'), Fact('event', 'Phone day', '20261125', '20261126')),
        ('task', task_properties('Phone task', body('Text'), due=DAY), Fact('task', 'Phone task', '', '20261125', False, 'Text')),
        ('task', task_properties('Phone done', complete=True), Fact('task', 'Phone done', done=True)),
    ]


# ---------------------------------------------------------------------- Radicale


@pytest.mark.parametrize('version', VERSIONS)
@pytest.mark.parametrize('text, fact', WRITTEN.values(), ids=WRITTEN)
def test_what_caldav_writes_is_on_the_phone(shared, version, text, fact):
    assert shared.dav.put('shared', 'u.ics', text) == 201
    phone = shared.phone(version)
    assert shared.shown(phone) == [fact]
    assert shared.dav.put('shared', 'u.ics', text.replace(f'SUMMARY:{fact.summary.replace(",", chr(92) + ",")}', 'SUMMARY:New')) in (201, 204)
    assert [each.summary for each in shared.shown(phone)] == ['New']
    assert shared.dav.delete('shared', 'u.ics') == 200
    assert shared.shown(phone) == []


@pytest.mark.parametrize('version', VERSIONS)
def test_what_the_phone_writes_is_in_caldav(shared, version):
    phone = shared.phone(version)
    for kind, properties, fact in phones_items(version):
        added = shared.add(phone, kind, properties)
        (name, text), = shared.dav.texts('shared').items()
        assert facts_of(text) == [fact]
        etag, _ = shared.dav.get('shared', name)
        phone.change(shared.folder(phone, kind), added, *[
            element for element in properties if not element.tag.endswith((':Subject', ':UID', ':DtStamp'))],
            E('Calendar:Subject' if kind == 'event' else 'Tasks:Subject', 'Changed'))
        assert [each.summary for each in facts_of(shared.dav.get('shared', name)[1])] == ['Changed']
        assert shared.dav.put('shared', name, text, etag) == 412  # a client that saw the version before
        assert shared.dav.delete('shared', name, etag) == 412
        phone.delete(shared.folder(phone, kind), added)
        assert shared.dav.get('shared', name) is None
        assert shared.shown(phone) == []


def test_a_write_waits_for_radicales_lock(shared, world):
    phone = shared.phone()
    answered = threading.Event()

    def write() -> None:
        shared.add(phone, 'event', event_properties('14.1', 'Waits', NINE, TEN, uid='w'))
        answered.set()

    with open(world.radicale.folder / '.Radicale.lock', 'a', encoding='ascii') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        thread = threading.Thread(target=write)
        thread.start()
        assert not answered.wait(1)
        assert shared.files.names() == []
        fcntl.flock(lock, fcntl.LOCK_UN)
    thread.join(60)
    assert answered.is_set()
    assert [fact.summary for fact in shared.files.facts()] == ['Waits']


def test_both_write_at_once_and_nothing_is_lost(shared):
    phone, count, failed = shared.phone(), 30, []

    def write() -> None:
        for number in range(count):
            if shared.dav.put('shared', f'dav{number}.ics', event(f'dav{number}', f'Dav {number}', NINE, TEN)) != 201:
                failed.append(number)

    thread = threading.Thread(target=write)
    thread.start()
    for number in range(count):
        shared.add(phone, 'event', event_properties('14.1', f'Phone {number}', NINE, TEN, uid=f'phone{number}'))
    thread.join()
    assert failed == []
    expected = sorted([f'Dav {number}' for number in range(count)] + [f'Phone {number}' for number in range(count)])
    assert sorted(fact.summary for fact in shared.shown(phone)) == expected
    assert sorted(fact.summary for text in shared.dav.texts('shared').values() for fact in facts_of(text)) == expected


def test_of_two_edits_the_one_that_was_first_wins(shared):
    """Conflict, by default 1: the server's version."""
    shared.dav.put('shared', 'u.ics', event('u', 'Before', NINE, TEN))
    phone = shared.phone()
    folder = shared.folder(phone, 'event')
    (server_id, item), = phone.held(folder).items.items()
    shared.dav.put('shared', 'u.ics', event('u', 'By CalDAV', NINE, TEN))
    answer = phone.change(folder, server_id, *[each for tag, each in item.items() if tag != 'Calendar:Subject'],
                          E('Calendar:Subject', 'By phone'))
    assert answer.document.find('Collections/Collection/Responses/Change').get('Status') == '7'
    phone.sync_all(folder, options=[])
    assert [fact.summary for fact in shared.files.facts()] == ['By CalDAV']
    assert [fact_of(each).summary for each in phone.held(folder).items.values()] == ['By CalDAV']


def test_a_put_wakes_the_phone(shared):
    phone = shared.phone()
    folder = shared.folder(phone, 'event')
    with shared.account.parking(phone):
        phone.client.post_only('Ping', E('Ping:Ping', E('Ping:HeartbeatInterval', 60), E('Ping:Folders', E(
            'Ping:Folder', E('Ping:Id', folder), E('Ping:Class', class_of(phone.folders[folder].type))))))
    shared.dav.put('shared', 'u.ics', event('u', 'Wakes', NINE, TEN))
    answer = phone.client.receive().expect()
    assert answer.get('Status') == '2'
    assert answer.document.find('Folders/Folder').value() == folder
    assert [fact.summary for fact in shared.shown(phone)] == ['Wakes']


def test_what_eas_has_no_words_for_survives_both(shared):
    lines = ['X-OTHER;A="b:c":value', 'URL:http://example.org/', 'COMMENT:Said']
    shared.dav.put('shared', 'u.ics', event('u', 'Before', NINE, TEN, *lines))
    phone = shared.phone('16.1')
    folder = shared.folder(phone, 'event')
    (server_id, _), = phone.held(folder).items.items()
    phone.change(folder, server_id, E('Calendar:Subject', 'After'))
    text = shared.dav.get('shared', 'u.ics')[1]
    assert 'SUMMARY:After' in text
    for name in ('X-OTHER', 'URL:http://example.org/', 'COMMENT:Said'):
        assert name in text


# ---------------------------------------------------------------------- vdirsyncer, khal, todoman


@dataclass
class Desk:
    """A user's own directories in the home, and programs that work in them."""
    shared: Shared
    programs: Programs
    root: Path


@pytest.fixture(name='desk')
def fixture_desk(account):
    missing = Programs.missing('vdirsyncer', 'khal', 'todoman')
    if missing:
        pytest.skip(f'not installed: {missing}')
    instance = account.instance
    root = instance.calendar_root / account.user
    files = Files(root / 'shared', instance.uid, instance.gid)
    files.write('first.ics', event('first', 'First', NINE, TEN))
    files.write('first-task.ics', task('first-task', 'First task', due=DAY))
    return Desk(Shared(account, CalDav(0, ''), files), Programs(instance.directory / 'mail' / f'programs-{account.user}', instance.uid, instance.gid),
                root)


def khals(desk: Desk) -> list[str]:
    """Its events of a week."""
    output = desk.programs.khal({'shared': desk.shared.files.directory}, 'list', '--format',
                                '{start-long}|{end-long}|{title}|{location}', '--day-format', '', '2026-11-23', '7d')
    return sorted(line for line in output.splitlines() if '|' in line)


def todomans(desk: Desk) -> dict[str, dict]:
    """Its tasks by summary, those that are done too."""
    output = desk.programs.todoman(desk.root, 'shared', '--porcelain', 'list', '--status', 'ANY')
    return {each['summary']: each for each in json.loads(output)}


@pytest.mark.parametrize('version', ['14.1', '16.1'])
def test_khal_reads_what_the_phone_writes_and_the_phone_what_khal_writes(desk, version):
    phone = desk.shared.phone(version)
    desk.shared.add(phone, 'event', event_properties(version, 'Phone hour', NINE, TEN, uid='p1'))
    desk.shared.add(phone, 'event', event_properties(version, 'Phone day', DAY, NEXT_DAY, uid='p2'))
    assert khals(desk) == ['2026-11-25 10:00|2026-11-25 11:00|First|', '2026-11-25 10:00|2026-11-25 11:00|Phone hour|',
                           '2026-11-25|2026-11-25|Phone day|']
    calendars = {'shared': desk.shared.files.directory}
    desk.programs.khal(calendars, 'new', '-a', 'shared', '-l', 'Room 1', '2026-11-26 14:00', '15:00', 'Visit', '::', 'Text')
    desk.programs.khal(calendars, 'new', '-a', 'shared', '2026-11-27', 'All day')
    desk.programs.khal(calendars, 'new', '-a', 'shared', '-r', 'weekly', '-m', '15m', '2026-11-27 08:00', '08:30', 'Series')
    shown = {fact.summary: fact for fact in desk.shared.shown(phone)}
    assert shown['Visit'] == Fact('event', 'Visit', '20261126T130000Z', '20261126T140000Z', False, 'Text', 'Room 1')
    assert shown['All day'] == Fact('event', 'All day', '20261127', '20261128')
    series = next(item for item in phone.held(desk.shared.folder(phone, 'event')).items.values() if fact_of(item).summary == 'Series')
    assert series['Calendar:Recurrence'].get('Type') == '1'
    assert 'Calendar:Exceptions' not in series  # though khal describes its zone for the next half a year only
    assert series['Calendar:Reminder'].value() == '15'


def test_todoman_reads_what_the_phone_writes_and_the_phone_what_todoman_writes(desk):
    phone = desk.shared.phone()
    folder = desk.shared.folder(phone, 'task')
    added = desk.shared.add(phone, 'task', task_properties('Phone task', body('Text'), due=NEXT_DAY))
    known = todomans(desk)
    assert set(known) == {'First task', 'Phone task'}
    assert known['Phone task']['description'] == 'Text'
    assert datetime.datetime.fromtimestamp(known['Phone task']['due'], UTC).date() == DAY  # midnight in Berlin
    desk.programs.todoman(desk.root, 'shared', 'new', '--list', 'shared', '--due', '2026-11-30', '--priority', 'high', 'Desk', 'task')
    desk.programs.todoman(desk.root, 'shared', 'done', str(todomans(desk)['First task']['id']))
    shown = {fact.summary: fact for fact in desk.shared.shown(phone)}
    assert shown['Desk task'] == Fact('task', 'Desk task', '', '20261130')
    assert shown['First task'] == Fact('task', 'First task', '', '20261125', True)
    item = next(item for item in phone.held(folder).items.values() if fact_of(item).summary == 'Desk task')
    assert item['Tasks:Importance'].value() == '2'
    phone.change(folder, added, E('Tasks:Complete', 1), E('Tasks:DateCompleted', '2026-11-25T10:00:00.000Z'))
    assert todomans(desk)['Phone task']['completed']
    phone.change(folder, added, E('Tasks:Complete', 0))
    assert not todomans(desk)['Phone task']['completed']


def test_vdirsyncer_carries_between_the_phone_and_another_server(desk, world):
    phone = desk.shared.phone()
    dav = world.radicale.client('elsewhere')
    desk.shared.add(phone, 'event', event_properties('14.1', 'Phone hour', NINE, TEN, uid='p1'))
    desk.shared.add(phone, 'task', task_properties('Phone task', due=DAY))

    def carry() -> None:
        desk.programs.vdirsyncer(desk.root, world.radicale.port, 'elsewhere')

    def there() -> list[str]:
        return sorted(fact.summary for text in dav.texts('shared').values() for fact in facts_of(text))

    carry()
    assert there() == ['First', 'First task', 'Phone hour', 'Phone task']
    assert sorted(fact for text in dav.texts('shared').values() for fact in facts_of(text)) == desk.shared.shown(phone)
    dav.put('shared', 'far.ics', event('far', 'Far away', NINE, TEN))
    dav.delete('shared', next(name for name, text in dav.texts('shared').items() if 'SUMMARY:First task' in text))
    carry()
    assert [fact.summary for fact in desk.shared.shown(phone)] == ['Far away', 'First', 'Phone hour', 'Phone task']
    far = next(server_id for server_id, item in phone.held(desk.shared.folder(phone, 'event')).items.items()
               if fact_of(item).summary == 'Far away')
    phone.delete(desk.shared.folder(phone, 'event'), far)
    carry()
    assert wait_until(lambda: there() == ['First', 'Phone hour', 'Phone task'], 5)
