"""Sync of task lists and calendars (MS-ASCMD 2.2.1.21) while other programs write the same files."""
from __future__ import annotations

import time

import pytest

from calendar_texts import event, task
from conftest import PING_MIN_SECONDS
from eas_client import E
from eas_client.client import collection
from eas_client.device import CALENDAR, TASKS, text
from private_instance.processes import wait_until
from test_ping import changed, receive, waiting

SUBJECT = {TASKS: 'Tasks:Subject', CALENDAR: 'Calendar:Subject'}
DIRECTORY = {TASKS: 'tasks', CALENDAR: 'calendar'}
TEXT = {TASKS: task, CALENDAR: event}


@pytest.fixture(name='type_', params=[TASKS, CALENDAR], ids=['tasks', 'calendar'])
def fixture_type(request):
    return request.param


class Phone:
    """A device and its folder of one class."""

    def __init__(self, account, type_: str, version: str = '14.1', **arguments):
        self.account, self.type, self.device = account, type_, account.phone(version, **arguments)
        self.folder = self.device.of_type(type_)

    def sync(self, **arguments):
        arguments.setdefault('options', ())
        return self.device.sync_all(self.folder, **arguments)

    def subjects(self) -> list[str]:
        return sorted(text(item, SUBJECT[self.type]) for item in self.sync().items.values())

    def id_of(self, subject: str) -> str:
        return next(server_id for server_id, item in self.device.held(self.folder).items.items()
                    if text(item, SUBJECT[self.type]) == subject)

    def properties(self, subject: str) -> list:
        """What a phone of 14.1 sends of an item."""
        if self.type == TASKS:
            return [E('Tasks:Subject', subject), E('Tasks:Importance', 1), E('Tasks:Complete', 0),
                    E('Tasks:Sensitivity', 0), E('Tasks:ReminderSet', 0)]
        return [E('Calendar:AllDayEvent', 0), E('Calendar:BusyStatus', 2),
                E('Calendar:DtStamp', '20261101T100000Z'), E('Calendar:EndTime', '20261201T110000Z'),
                E('Calendar:Sensitivity', 0), E('Calendar:Subject', subject),
                E('Calendar:StartTime', '20261201T100000Z'), E('Calendar:UID', f'phone-{subject}'),
                E('Calendar:MeetingStatus', 0)]

    def add(self, subject: str, client_id: str = 'client-1', **arguments):
        return self.device.add(self.folder, client_id, *self.properties(subject), **arguments)

    def change(self, subject: str, to: str, **arguments):
        return self.device.change(self.folder, self.id_of(subject), *self.properties(to), **arguments)

    def put(self, file_name: str, subject: str, *lines: str) -> None:
        self.account.calendars.put(DIRECTORY[self.type], file_name,
                                   TEXT[self.type](file_name.removesuffix('.ics'), subject, *lines))

    def files(self) -> dict[str, str]:
        return self.account.calendars.files(DIRECTORY[self.type])


def conflict(value: int) -> list:
    return [E('AirSync:Conflict', value)]


def outcome(answer, name: str):
    return answer.document.find(f'AirSync:Collections/AirSync:Collection/AirSync:Responses/AirSync:{name}')


# ---------------------------------------------------------------------- what other programs do


def test_files_of_other_programs_reach_the_phone(account, type_, version):
    phone = Phone(account, type_, version)
    phone.put('one.ics', 'One')
    phone.put('two.ics', 'Two')
    assert phone.subjects() == ['One', 'Two']
    phone.put('one.ics', 'Another')
    (account.calendars.root / DIRECTORY[type_] / 'two.ics').unlink()
    phone.put('three.ics', 'Three')
    assert phone.subjects() == ['Another', 'Three']


def test_each_write_into_a_large_collection_reaches_the_phone(account, type_):
    """So large that the phone's process has the system say what was touched, and looks at nothing else."""
    phone, at = Phone(account, type_), account.calendars.root / DIRECTORY[type_]
    expected = {f'{number}.ics': f'Item {number}' for number in range(550)}

    def put(name: str, subject: str) -> None:
        phone.put(name, subject)
        expected[name] = subject

    def write_in_place(name: str, subject: str) -> None:
        (at / name).write_bytes(TEXT[type_](name.removesuffix('.ics'), subject).encode())
        expected[name] = subject

    def remove(name: str) -> None:
        (at / name).unlink()
        del expected[name]

    def rename(name: str, to: str) -> None:
        (at / name).rename(at / to)
        expected[to] = expected.pop(name)

    for name, subject in expected.items():
        phone.put(name, subject)
    for step in (lambda: None, lambda: put('1.ics', 'Replaced'), lambda: write_in_place('2.ics', 'In place'),
                 lambda: remove('3.ics'), lambda: put('new.ics', 'New'), lambda: rename('4.ics', 'four.ics'),
                 lambda: write_in_place('2.ics', 'IN PLACE'),  # as long as before, perhaps in the same moment
                 lambda: [put(f'{number}.ics', f'Of many {number}') for number in range(100, 300)],
                 lambda: remove('new.ics')):
        step()
        assert phone.subjects() == sorted(expected.values())
        assert phone.device.client.sync(phone.device.request(phone.folder)).expect().document is None


def test_a_sync_without_changes_has_an_empty_answer(account, type_):
    phone = Phone(account, type_)
    phone.put('one.ics', 'One')
    phone.sync()
    for _ in range(2):
        assert phone.device.client.sync(phone.device.request(phone.folder)).expect().document is None


def test_what_a_lost_answer_told_and_is_gone_wakes_nobody(account, type_):
    phone = Phone(account, type_)
    phone.put('one.ics', 'One')
    phone.sync()
    phone.put('two.ics', 'Two')
    request = phone.device.request(phone.folder)
    assert phone.device.client.sync(request).expect().document is not None  # it is lost
    (account.calendars.root / DIRECTORY[type_] / 'two.ics').unlink()
    assert phone.device.client.sync(request).expect().document is None
    assert phone.device.client.ping(PING_MIN_SECONDS, [phone.folder]).expect().get('Status') == '1'
    phone.put('three.ics', 'Three')
    assert phone.device.client.ping(PING_MIN_SECONDS, [phone.folder]).expect().get('Status') == '2'
    assert phone.subjects() == ['One', 'Three']


def test_a_calendar_and_a_task_list_in_one_directory_are_told_apart(account):
    account.calendars.collection('both', displayname='Both', kinds='VEVENT VTODO')
    device = account.phone()
    account.calendars.put('both', 'e.ics', event('e', 'Event'))
    account.calendars.put('both', 't.ics', task('t', 'Task'))
    for type_, subject in ((CALENDAR, 'Event'), (TASKS, 'Task')):
        held = device.sync_all(device.of_type(type_), options=())
        assert [text(item, SUBJECT[type_]) for item in held.items.values()] == [subject]


def test_windows_tell_everything_once(account, type_):
    phone = Phone(account, type_)
    for number in range(25):
        phone.put(f'{number}.ics', f'Item {number}')
    phone.device.sync(phone.folder, window=10)
    assert phone.device.held(phone.folder).more_available
    assert len(phone.device.held(phone.folder).items) == 10
    assert len(phone.sync(window=10).items) == 25


def test_a_broken_file_is_named_once_and_left_alone(account, type_):
    phone = Phone(account, type_)
    start = len(account.instance.log())
    broken = 'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VCALENDAR\r\n'
    account.calendars.put(DIRECTORY[type_], 'broken.ics', broken)
    phone.put('good.ics', 'Good')
    assert phone.subjects() == ['Good']
    assert phone.add('Mine').get('Status') == '1'
    assert phone.subjects() == ['Good', 'Mine']
    assert phone.files()['broken.ics'] == broken
    assert wait_until(lambda: phone.sync() and '/broken.ics' in account.instance.log()[start:], 30)
    phone.put('better.ics', 'Better')
    phone.sync()
    assert account.instance.log()[start:].count('/broken.ics') == 1


# ---------------------------------------------------------------------- what the phone does


def test_what_the_phone_adds_is_a_file_and_does_not_come_back(account, type_, version):
    if float(version) >= 16 and type_ == CALENDAR:
        pytest.skip('properties of 16.x: test_calendar_instances.py')
    phone = Phone(account, type_, version)
    phone.sync()
    assert phone.add('From the phone').get('Status') == '1'
    assert [text_ for text_ in phone.files().values() if 'SUMMARY:From the phone' in text_]
    assert phone.subjects() == ['From the phone']
    other = Phone(account, type_, version)
    assert other.subjects() == ['From the phone']


def test_an_addition_whose_answer_was_lost_is_made_once(account, type_):
    phone = Phone(account, type_)
    phone.sync()
    key = phone.device.held(phone.folder).sync_key
    request = phone.device.request(phone.folder, commands=[E('AirSync:Add', E('AirSync:ClientId', 'c1'), E(
        'AirSync:ApplicationData', phone.properties('Once')))])
    first = outcome(phone.device.client.sync(request).expect(), 'Add')
    again = outcome(phone.device.client.sync(request).expect(), 'Add')
    assert first.get('ServerId') == again.get('ServerId') and again.get('Status') == '1'
    assert len(phone.files()) == 1
    assert phone.device.held(phone.folder).sync_key == key
    third = phone.device.client.sync(request).expect()
    assert len(phone.files()) == 1 and outcome(third, 'Add').get('ServerId') == first.get('ServerId')


def test_an_addition_whose_process_was_killed_is_made_once(account, type_):
    """Killed after the file was written and before the state was."""
    phone = Phone(account, type_)
    phone.sync()
    home = account.instance.mail_root / account.user / '.eas'
    states = {path: path.read_bytes() for path in home.rglob('items-*') if path.is_file()}
    assert states
    request = phone.device.request(phone.folder, commands=[E('AirSync:Add', E('AirSync:ClientId', 'c1'), E(
        'AirSync:ApplicationData', phone.properties('Once')))])
    first = outcome(phone.device.client.sync(request).expect(), 'Add')
    for path, content in states.items():
        path.write_bytes(content)
    answer = phone.device.client.sync(request).expect()
    again = outcome(answer, 'Add')
    assert again.get('Status') == '1' and first.get('ServerId') == again.get('ServerId')
    assert len(phone.files()) == 1


def test_an_addition_that_is_repeated_has_the_last_word(account, type_):
    """The user edits between the lost answer and the request that repeats it."""
    phone = Phone(account, type_)
    phone.sync()
    properties = phone.properties('First')
    answers = []
    for subject in ('First', 'Second'):
        request = phone.device.request(phone.folder, commands=[E('AirSync:Add', E('AirSync:ClientId', 'c1'), E(
            'AirSync:ApplicationData', [E(each.tag, subject) if each.tag == SUBJECT[type_] else each for each in properties]))])
        answers.append(phone.device.client.sync(request).expect())
    assert len({outcome(answer, 'Add').get('ServerId') for answer in answers}) == 1
    phone.device.apply_addition(phone.folder, answers[-1])
    (written,) = phone.files().values()
    assert 'SUMMARY:Second' in written and phone.subjects() == ['Second']


def test_an_addition_that_is_repeated_overwrites_no_other_program(account, type_):
    phone = Phone(account, type_)
    phone.sync()
    request = phone.device.request(phone.folder, commands=[E('AirSync:Add', E('AirSync:ClientId', 'c1'), E(
        'AirSync:ApplicationData', phone.properties('First')))])
    phone.device.client.sync(request).expect()
    ((name, written),) = phone.files().items()
    account.calendars.put(DIRECTORY[type_], name, written.replace('SUMMARY:First', 'SUMMARY:By a program'))
    phone.device.apply_addition(phone.folder, phone.device.client.sync(request))
    assert phone.subjects() == ['By a program'] and 'SUMMARY:By a program' in phone.files()[name]


@pytest.mark.parametrize('spoilt', ['BEGIN:VCALENDAR\nBEGIN:VEVENT\n', ''])
def test_an_addition_that_is_repeated_and_was_spoilt_meanwhile_is_not_refused(account, type_, spoilt):
    """In the first seconds a broken file counts as one that is being written."""
    phone = Phone(account, type_)
    phone.sync()
    request = phone.device.request(phone.folder, commands=[E('AirSync:Add', E('AirSync:ClientId', 'c1'), E(
        'AirSync:ApplicationData', phone.properties('First')))])
    first = outcome(phone.device.client.sync(request).expect(), 'Add')
    ((name, _),) = phone.files().items()
    account.calendars.put(DIRECTORY[type_], name, spoilt)
    for _ in range(2):
        again = outcome(phone.device.client.sync(request).expect(), 'Add')
        assert again.get('Status') == '1' and again.get('ServerId') == first.get('ServerId')
    assert phone.files() == {name: spoilt}


def test_a_change_by_the_phone_is_written_and_does_not_come_back(account, type_):
    phone = Phone(account, type_)
    phone.put('one.ics', 'One', 'X-KEPT;P=1:as it is')
    phone.sync()
    answer = phone.change('One', 'Changed')
    part = answer.document.find('AirSync:Collections/AirSync:Collection')
    assert part.find('AirSync:Commands') is None and part.find('AirSync:Responses') is None
    written = phone.files()['one.ics']
    assert 'SUMMARY:Changed' in written and 'X-KEPT;P=1:as it is' in written
    assert phone.device.client.sync(phone.device.request(phone.folder)).expect().document is None


def test_a_deletion_by_the_phone_removes_the_file(account, type_):
    phone = Phone(account, type_)
    phone.put('one.ics', 'One')
    phone.put('two.ics', 'Two')
    phone.sync()
    phone.device.delete(phone.folder, phone.id_of('One'))
    assert set(phone.files()) == {'two.ics'}
    assert phone.subjects() == ['Two']


def test_two_phones_see_what_the_other_does(account, type_):
    one, two = Phone(account, type_), Phone(account, type_)
    one.sync()
    two.sync()
    one.add('Shared')
    assert two.subjects() == ['Shared']
    two.change('Shared', 'Changed')
    assert one.subjects() == ['Changed']
    one.device.delete(one.folder, one.id_of('Changed'))
    assert two.subjects() == []


# ---------------------------------------------------------------------- conflicts


@pytest.mark.parametrize('value, winner, status', [(1, 'By a program', '7'), (0, 'By the phone', None)])
def test_conflict_says_whose_change_stays(account, type_, value, winner, status):
    phone = Phone(account, type_)
    phone.put('one.ics', 'One')
    phone.sync(options=conflict(value))
    phone.put('one.ics', 'By a program', 'DESCRIPTION:longer')
    answer = phone.change('One', 'By the phone', options=conflict(value))
    refused = outcome(answer, 'Change')
    assert (refused.get('Status') if refused is not None else None) == status
    assert f'SUMMARY:{winner}' in phone.files()['one.ics']
    assert phone.subjects() == [winner]


@pytest.mark.parametrize('version', ['14.1', '16.1'])
def test_a_change_that_wins_leaves_the_rest_of_the_other_one_and_the_phone_is_told(account, type_, version):
    phone = Phone(account, type_, version)
    phone.put('one.ics', 'One')
    phone.sync(options=conflict(0))
    one = phone.id_of('One')
    phone.put('one.ics', 'By a program', 'CATEGORIES:Work')
    tag = SUBJECT[type_].replace('Subject', 'Sensitivity')
    for sensitivity in (2, 3):  # of the second the phone has not been told of the program yet
        phone.device.change(phone.folder, one, E(tag, sensitivity), options=conflict(0), get_changes=False)
    held = phone.sync(options=conflict(0)).items[one]
    assert text(held, SUBJECT[type_]) == 'By a program'
    assert text(held, tag) == '3'
    assert 'SUMMARY:By a program' in phone.files()['one.ics']


def test_after_a_conflict_nothing_is_overwritten_that_was_not_told(account, type_):
    """The answer with Status 7 does not tell the server's version: MS-ASCMD 2.2.3.34."""
    phone = Phone(account, type_)
    phone.put('one.ics', 'One')
    phone.sync()
    one = phone.id_of('One')
    phone.put('one.ics', 'By a program', 'DESCRIPTION:longer')
    for subject in ('First try', 'Second try'):
        answer = phone.device.change(phone.folder, one, *phone.properties(subject), get_changes=False)
        assert outcome(answer, 'Change').get('Status') == '7'
    assert 'SUMMARY:By a program' in phone.files()['one.ics']
    assert phone.subjects() == ['By a program']
    assert outcome(phone.change('By a program', 'By the phone'), 'Change') is None
    assert 'SUMMARY:By the phone' in phone.files()['one.ics']


def test_a_change_that_is_repeated_is_no_conflict(account, type_):
    phone = Phone(account, type_)
    phone.put('one.ics', 'One')
    phone.sync()
    request = phone.device.request(phone.folder, commands=[E(
        'AirSync:Change', E('AirSync:ServerId', phone.id_of('One')),
        E('AirSync:ApplicationData', phone.properties('Changed')))])
    phone.device.client.sync(request).expect()
    again = phone.device.client.sync(request).expect()
    assert outcome(again, 'Change') is None
    assert again.get('AirSync:Collections/AirSync:Collection/AirSync:Status') == '1'


def test_a_deletion_takes_precedence_over_a_change(account, type_):
    phone = Phone(account, type_)
    phone.put('one.ics', 'One')
    phone.put('two.ics', 'Two')
    phone.sync()
    phone.put('one.ics', 'Changed by a program')
    (account.calendars.root / DIRECTORY[type_] / 'two.ics').unlink()
    phone.device.delete(phone.folder, phone.id_of('One'), get_changes=False)
    assert not phone.files()
    answer = phone.device.client.sync(phone.device.request(phone.folder, commands=[E(
        'AirSync:Change', E('AirSync:ServerId', phone.id_of('Two')),
        E('AirSync:ApplicationData', phone.properties('Too late')))]))
    assert outcome(answer.expect(), 'Change').get('Status') == '8'
    phone.device.apply(answer)
    assert phone.subjects() == []


def test_a_read_only_file_keeps_its_text_and_the_phone_is_told(account, type_):
    phone = Phone(account, type_)
    phone.put('one.ics', 'One')
    phone.sync()
    path = account.calendars.root / DIRECTORY[type_] / 'one.ics'
    path.chmod(0o400)
    answer = phone.change('One', 'Changed')
    assert outcome(answer, 'Change').get('Status') == '7'
    assert phone.subjects() == ['One'] and 'SUMMARY:One' in phone.files()['one.ics']


def test_a_malformed_item_is_refused_alone(account, type_):
    phone = Phone(account, type_)
    phone.sync()
    bad = E('Tasks:Importance', 'high') if type_ == TASKS else E('Calendar:StartTime', 'yesterday')
    refused = phone.device.add(phone.folder, 'bad', *[node for node in phone.properties('Bad')
                                                      if node.tag != bad.tag], bad)
    assert refused.get('Status') == '6' and not phone.files()
    assert phone.add('Good').get('Status') == '1'


# ---------------------------------------------------------------------- keys, options, classes


def test_an_unknown_key_has_status_3(account, type_):
    phone = Phone(account, type_)
    answer = phone.device.client.sync(collection(phone.folder, '12345')).expect()
    assert answer.get('AirSync:Collections/AirSync:Collection/AirSync:Status') == '3'


def test_a_repeated_request_tells_the_same_again(account, type_):
    phone = Phone(account, type_)
    phone.device.start(phone.folder)
    for number in range(6):
        phone.put(f'{number}.ics', f'Item {number}')
    request = phone.device.request(phone.folder, window=4)
    answers = [phone.device.client.sync(request).expect() for _ in range(2)]
    told = [[change.get('ServerId') for change in answer.document.find(
        'AirSync:Collections/AirSync:Collection/AirSync:Commands')] for answer in answers]
    assert told[0] == told[1] and len(told[0]) == 4
    phone.device.apply(answers[1])
    assert len(phone.sync().items) == 6


@pytest.mark.parametrize('filter_type, status', [(0, '1'), (1, '4'), (4, '1'), (7, '1'), (8, '4')])
def test_filter_types_of_calendars(account, filter_type, status):
    phone = Phone(account, CALENDAR)
    phone.device.start(phone.folder)
    phone.device.apply(phone.device.client.sync(phone.device.request(
        phone.folder, options=[E('AirSync:FilterType', filter_type)], get_changes=False)))
    assert phone.device.held(phone.folder).last_status in (None, status) if status == '1' else \
        phone.device.held(phone.folder).last_status == status


def test_a_filter_leaves_out_what_is_over(account):
    phone = Phone(account, CALENDAR)
    past, future = time.strftime('%Y%m%dT100000Z', time.gmtime(time.time() - 40 * 86400)), \
        time.strftime('%Y%m%dT100000Z', time.gmtime(time.time() + 40 * 86400))
    account.calendars.put('calendar', 'past.ics', event('past', 'Past', start=past, end=past.replace('T10', 'T11')))
    account.calendars.put('calendar', 'future.ics', event('future', 'Future', start=future,
                                                          end=future.replace('T10', 'T11')))
    account.calendars.put('calendar', 'series.ics', event('series', 'Series', 'RRULE:FREQ=WEEKLY', start=past,
                                                          end=past.replace('T10', 'T11')))
    assert phone.subjects() == ['Future', 'Past', 'Series']
    held = phone.sync(options=[E('AirSync:FilterType', 5)])
    assert sorted(text(item, 'Calendar:Subject') for item in held.items.values()) == ['Future', 'Series']
    assert len(held.soft_deleted) == 1 and len(account.calendars.files('calendar')) == 3
    held = phone.sync(options=[E('AirSync:FilterType', 6)])
    assert len(held.items) == 3


def test_a_filter_leaves_out_completed_tasks(account):
    phone = Phone(account, TASKS)
    phone.put('open.ics', 'Open')
    phone.put('done.ics', 'Done', 'STATUS:COMPLETED', 'COMPLETED:20261101T100000Z')
    assert phone.subjects() == ['Done', 'Open']
    held = phone.sync(options=[E('AirSync:FilterType', 8)])
    assert [text(item, 'Tasks:Subject') for item in held.items.values()] == ['Open']
    assert len(held.soft_deleted) == 1


# ---------------------------------------------------------------------- push


def test_a_file_that_another_program_writes_wakes_the_phone(account, type_):
    phone = Phone(account, type_)
    phone.sync()
    waiting(account, phone.device, phone.folder)
    phone.put('one.ics', 'One')
    answer = receive(phone.device)
    assert answer.get('Status') == '2' and changed(answer) == {phone.folder}
    assert phone.subjects() == ['One']


def test_a_file_that_is_written_in_place_wakes_the_phone(account, type_):
    phone = Phone(account, type_)
    phone.put('one.ics', 'One')
    phone.sync()
    waiting(account, phone.device, phone.folder)
    path = account.calendars.root / DIRECTORY[type_] / 'one.ics'
    path.write_bytes(TEXT[type_]('one', 'In place').encode())
    assert receive(phone.device).get('Status') == '2'
    assert phone.subjects() == ['In place']


def test_a_new_collection_wakes_the_phone(account, type_):
    phone = Phone(account, type_)
    phone.sync()
    waiting(account, phone.device, phone.folder)
    account.calendars.collection('club', displayname='Club', kinds='VEVENT')
    assert receive(phone.device).get('Status') == '7'
    phone.device.folder_sync()
    assert phone.device.folder('Club')


def test_a_waiting_sync_is_woken(account, type_):
    phone = Phone(account, type_, '14.1')
    phone.sync()
    with account.parking(phone.device):
        phone.device.client.post_only('Sync', E('AirSync:Sync', E('AirSync:Collections', phone.device.request(
            phone.folder)), E('AirSync:HeartbeatInterval', 300)))
    phone.put('one.ics', 'One')
    phone.device.apply(receive(phone.device))
    assert len(phone.device.held(phone.folder).items) == 1
