"""Events between files and phones in each version (MS-ASCAL 2.2.2, 3.1.5.3, 3.2.5.3); every answer is validated."""
from __future__ import annotations

import base64
import re
import struct

import pytest

from calendar_texts import calendar, component, event
from eas_client import E
from eas_client.device import CALENDAR, body, text

# What a client does not send, or not from 16.0 on. MS-ASCAL 2.2.2.
ANSWER_ONLY = {'Calendar:ResponseType', 'Calendar:AppointmentReplyTime', 'Calendar:OnlineMeetingConfLink',
               'Calendar:OnlineMeetingExternalLink', 'AirSyncBase:NativeBodyType', 'AirSyncBase:Attachments'}
NOT_FROM_16 = {'Calendar:DtStamp', 'Calendar:OrganizerName', 'Calendar:OrganizerEmail', 'Calendar:UID',
               'Calendar:Exceptions', 'Calendar:Attendees'}

MEETING = ('ORGANIZER;CN=Boss;X-A=1:mailto:boss@example.org',
           'ATTENDEE;CN=Ann;ROLE=OPT-PARTICIPANT;PARTSTAT=DECLINED:mailto:ann@example.org',
           'LOCATION:Room 1', 'GEO:48.2;16.37', 'DESCRIPTION:First\\nsecond', 'CATEGORIES:Work,Fun', 'CLASS:CONFIDENTIAL',
           'X-KEPT;P=1:as it is', 'ATTACH:https://example.org/x', 'BEGIN:VALARM', 'ACTION:DISPLAY', 'TRIGGER:-PT15M', 'END:VALARM',
           'BEGIN:VALARM', 'ACTION:DISPLAY', 'TRIGGER:-P1D', 'END:VALARM')

SERIES = calendar(
    component('VEVENT', 'series', 'SUMMARY:Weekly', 'DTSTART;TZID=Europe/Vienna:20260302T100000',
              'DTEND;TZID=Europe/Vienna:20260302T110000', 'RRULE:FREQ=WEEKLY', 'EXDATE;TZID=Europe/Vienna:20260309T100000'),
    component('VEVENT', 'series', 'RECURRENCE-ID;TZID=Europe/Vienna:20260330T100000', 'SUMMARY:Moved',
              'DTSTART;TZID=Europe/Vienna:20260331T150000', 'DTEND;TZID=Europe/Vienna:20260331T153000', 'X-KEPT:1'))


def preference(type_: int):
    return E('AirSyncBase:BodyPreference', E('AirSyncBase:Type', type_))


class Phone:
    def __init__(self, account, version: str):
        self.account, self.version, self.device = account, float(version), account.phone(version)
        self.folder = self.device.of_type(CALENDAR)

    def put(self, name: str, content: str) -> None:
        self.account.calendars.put('calendar', name, content)

    def file(self, name: str) -> str:
        return self.account.calendars.files('calendar')[name]

    def only_file(self) -> str:
        files = self.account.calendars.files('calendar')
        assert len(files) == 1
        return unfolded(next(iter(files.values())))

    def event(self, **arguments) -> dict:
        """The only event of the calendar."""
        arguments.setdefault('options', [preference(1)])
        held = self.device.sync_all(self.folder, **arguments)
        assert len(held.items) == 1
        return next(iter(held.items.values()))

    def id(self) -> str:
        return next(iter(self.device.held(self.folder).items))

    def told(self) -> list:
        """All that the client was told and may send back."""
        left_out = ANSWER_ONLY | (NOT_FROM_16 if self.version >= 16 else set())
        return [node for tag, node in self.event().items() if tag not in left_out]

    def change(self, *properties, instance: str | None = None):
        command = E('AirSync:Change', E('AirSync:ServerId', self.id()),
                    E('AirSyncBase:InstanceId', instance) if instance else None,
                    E('AirSync:ApplicationData', list(properties)))
        return self.command(command)

    def delete_instance(self, instance: str):
        return self.command(E('AirSync:Delete', E('AirSync:ServerId', self.id()), E('AirSyncBase:InstanceId', instance)))

    def command(self, command):
        """The Status of a command, "1" if the answer does not name it."""
        answer = self.device.sync(self.folder, commands=[command], options=[preference(1)])
        name = command.tag
        refused = answer.document.find(f'AirSync:Collections/AirSync:Collection/AirSync:Responses/{name}')
        return '1' if refused is None else refused.get('AirSync:Status')

    def add(self, *properties):
        self.device.sync_all(self.folder, options=[preference(1)])
        return self.device.add(self.folder, 'client-1', *properties, options=[preference(1)])

    def original(self, exception) -> str:
        return exception.get('Calendar:ExceptionStartTime' if self.version < 16 else 'AirSyncBase:InstanceId')


def unfolded(content: str) -> str:
    return re.sub('\r?\n[ \t]', '', content)


def with_changed(properties, *changed):
    tags = {node.tag for node in changed}
    return [node for node in properties if node.tag not in tags] + list(changed)


@pytest.fixture(name='phone')
def fixture_phone(account, version):
    return Phone(account, version)


def test_an_event_has_all_its_properties(phone):
    phone.put('one.ics', event('one', 'Lunch', *MEETING))
    told = phone.event()
    for tag, value in (('Calendar:Subject', 'Lunch'), ('Calendar:StartTime', '20261201T100000Z'),
                       ('Calendar:EndTime', '20261201T110000Z'), ('Calendar:AllDayEvent', '0'), ('Calendar:UID', 'one'),
                       ('Calendar:DtStamp', '20261101T100000Z'), ('Calendar:Sensitivity', '3'), ('Calendar:Reminder', '15'),
                       ('Calendar:MeetingStatus', '3'), ('Calendar:OrganizerEmail', 'boss@example.org'),
                       ('Calendar:OrganizerName', 'Boss')):
        assert text(told, tag) == value, tag
    assert body(told) == 'First\r\nsecond'
    assert [node.value() for node in told['Calendar:Categories'].children] == ['Work', 'Fun']
    attendee = told['Calendar:Attendees'].children[0]
    assert (attendee.get('Calendar:Email'), attendee.get('Calendar:AttendeeStatus'), attendee.get('Calendar:AttendeeType')) \
        == ('ann@example.org', '4', '2')
    assert len(base64.b64decode(text(told, 'Calendar:Timezone'))) == 172
    if phone.version < 16:
        assert text(told, 'Calendar:Location') == 'Room 1'
    else:
        assert told['AirSyncBase:Location'].get('AirSyncBase:DisplayName') == 'Room 1'
        assert told['AirSyncBase:Location'].get('AirSyncBase:Latitude') == '48.2'
    assert ('Calendar:DisallowNewTimeProposal' in told) == (phone.version >= 14)


@pytest.mark.parametrize('content', [event('one', 'Lunch', *MEETING), SERIES], ids=['meeting', 'series'])
def test_a_phone_that_changes_nothing_leaves_the_file_alone(phone, content):
    phone.put('one.ics', content)
    assert phone.change(*phone.told()) == '1'
    assert phone.file('one.ics') == content


def test_a_changed_property_changes_its_line(phone):
    content = event('one', 'Lunch', *MEETING)
    phone.put('one.ics', content)
    assert phone.change(*with_changed(phone.told(), E('Calendar:Subject', 'Dinner'), E('Calendar:Reminder', 30))) == '1'
    expected = content.replace('SUMMARY:Lunch', 'SUMMARY:Dinner').replace('TRIGGER:-PT15M', 'TRIGGER:-PT30M')
    stamps = re.compile('^(DTSTAMP|LAST-MODIFIED):.*\r\n', re.MULTILINE)
    assert stamps.sub('', phone.file('one.ics')) == stamps.sub('', expected)
    other = Phone(phone.account, str(phone.version))
    assert text(other.event(), 'Calendar:Subject') == 'Dinner'


def test_an_all_day_event_is_a_date(phone):
    phone.put('one.ics', calendar(component('VEVENT', 'one', 'SUMMARY:Holiday', 'DTSTART;VALUE=DATE:20260701',
                                            'DTEND;VALUE=DATE:20260703')))
    told = phone.event()
    assert text(told, 'Calendar:AllDayEvent') == '1'
    assert ('Calendar:Timezone' in told) == (phone.version < 16)
    if phone.version >= 16:
        assert (text(told, 'Calendar:StartTime'), text(told, 'Calendar:EndTime')) == ('20260701T000000Z', '20260703T000000Z')
    before = phone.file('one.ics')
    assert phone.change(*phone.told()) == '1'
    assert phone.file('one.ics') == before


def test_what_the_phone_makes_is_read_back_equal(phone):
    is_new = phone.version >= 16
    properties = [
        E('Calendar:AllDayEvent', 0), E('Calendar:StartTime', '20260701T080000Z'), E('Calendar:EndTime', '20260701T090000Z'),
        E('Calendar:Subject', 'New'), E('Calendar:Sensitivity', 1), E('Calendar:BusyStatus', 3), E('Calendar:Reminder', 0),
        E('Calendar:Categories', E('Calendar:Category', 'A, B')),
        E('AirSyncBase:Body', E('AirSyncBase:Type', 1), E('AirSyncBase:Data', 'Text')),
        E('AirSyncBase:Location', E('AirSyncBase:DisplayName', 'Here'), E('AirSyncBase:Street', 'Street 1')) if is_new
        else E('Calendar:Location', 'Here'),
        E('Calendar:Recurrence', E('Calendar:Type', 0), E('Calendar:Interval', 2), E('Calendar:Occurrences', 5)),
        E('Calendar:ClientUid', 'client-uid') if is_new else E('Calendar:UID', 'uid-of-the-phone')]
    if not is_new:
        properties.append(E('Calendar:DtStamp', '20260601T000000Z'))
    outcome = phone.add(*properties)
    assert outcome.get('AirSync:Status') == '1'
    uid = 'client-uid' if is_new else 'uid-of-the-phone'
    if is_new:
        assert outcome.get('AirSync:ApplicationData/Calendar:UID') == uid
    assert f'UID:{uid}' in phone.only_file()
    told = Phone(phone.account, str(phone.version)).event()
    for node in properties:
        if node.tag not in ('Calendar:DtStamp', 'Calendar:ClientUid', 'AirSyncBase:Body', 'Calendar:Recurrence'):
            assert told[node.tag] == node, node.tag
    assert body(told) == 'Text'
    assert told['Calendar:Recurrence'].get('Calendar:Interval') == '2'
    assert told['Calendar:Recurrence'].get('Calendar:Occurrences') == '5'


def test_a_series_has_its_exceptions(phone):
    phone.put('one.ics', SERIES)
    deleted, moved = phone.event()['Calendar:Exceptions'].children
    assert phone.original(deleted) == '20260309T090000Z' and deleted.get('Calendar:Deleted') == '1'
    assert phone.original(moved) == '20260330T080000Z' and moved.get('Calendar:Subject') == 'Moved'
    assert moved.get('Calendar:StartTime') == '20260331T130000Z'


def test_a_phone_is_told_what_became_of_the_exceptions_of_a_series_that_it_moved(phone):
    phone.put('one.ics', SERIES)
    left = {'Calendar:StartTime', 'Calendar:EndTime', 'Calendar:Exceptions'}
    told = [node for node in phone.told() if node.tag not in left]
    assert phone.change(E('Calendar:StartTime', '20260302T100000Z'), E('Calendar:EndTime', '20260302T110000Z'), *told) == '1'
    event_now = phone.device.held(phone.folder).items[phone.id()]
    assert text(event_now, 'Calendar:StartTime') == '20260302T100000Z'
    if phone.version < 16:
        assert [phone.original(each) for each in event_now['Calendar:Exceptions'].children] \
            == ['20260309T100000Z', '20260330T090000Z']
    assert phone.device.sync(phone.folder, options=[preference(1)]).document is None


def test_an_instance_is_deleted_and_another_changed(phone):
    phone.put('one.ics', SERIES)
    told = phone.told()
    if phone.version >= 16:
        assert phone.delete_instance('20260316T090000Z') == '1'
        assert phone.change(E('Calendar:Subject', 'Once'), instance='20260323T090000Z') == '1'
    else:
        exceptions = [E('Calendar:Exception', E('Calendar:Deleted', 1), E('Calendar:ExceptionStartTime', '20260316T090000Z')),
                      E('Calendar:Exception', E('Calendar:Subject', 'Once'), E('Calendar:ExceptionStartTime', '20260323T090000Z'))]
        assert phone.change(*with_changed(told, E('Calendar:Exceptions', exceptions))) == '1'
    content = phone.only_file()
    assert 'EXDATE;TZID=Europe/Vienna:20260316T100000' in content and 'X-KEPT:1' in content
    assert 'RECURRENCE-ID;TZID=Europe/Vienna:20260323T100000' in content
    exceptions = Phone(phone.account, str(phone.version)).event()['Calendar:Exceptions'].children
    assert [phone.original(each) for each in exceptions] == ['20260309T090000Z', '20260316T090000Z', '20260323T090000Z',
                                                              '20260330T080000Z']
    assert exceptions[2].get('Calendar:Subject') == 'Once'


@pytest.mark.parametrize('properties', [
    [E('Calendar:EndTime', '20261201T120000Z')],
    [E('Calendar:Timezone', 'AAAA')],
    [E('Calendar:Recurrence', E('Calendar:Type', 0), E('Calendar:DayOfMonth', 1))],
    [E('Calendar:Recurrence', E('Calendar:Type', 2), E('Calendar:DayOfMonth', 1), E('Calendar:CalendarType', 13))],
    [E('Calendar:Recurrence', E('Calendar:Type', 2), E('Calendar:DayOfMonth', 1), E('Calendar:CalendarType', 0), E('Calendar:CalendarType', 1))],
    [E('Calendar:StartTime', '20261201T120000Z'), E('Calendar:EndTime', '20261201T110000Z')],
], ids=['end without start', 'no time zone', 'DayOfMonth of days', 'reserved calendar', 'two calendars', 'end before start'])
def test_what_makes_no_sense_has_status_6_and_changes_nothing(account, properties):
    phone = Phone(account, '14.1')
    content = event('one', 'Lunch')
    phone.put('one.ics', content)
    phone.event()
    assert phone.change(*properties) == '6'
    assert phone.file('one.ics') == content


def test_a_rule_that_eas_cannot_say_is_told_by_its_instances(phone):
    phone.put('one.ics', calendar(component(
        'VEVENT', 'one', 'SUMMARY:Odd', 'DTSTART:20260302T100000Z', 'DTEND:20260302T110000Z',
        'RRULE:FREQ=MONTHLY;BYDAY=1MO,3MO;COUNT=4')))
    told = phone.event()
    exceptions = told['Calendar:Exceptions'].children
    assert all(each.get('Calendar:Deleted') == '1' for each in exceptions)
    days = {phone.original(each)[:8] for each in exceptions}
    # Mondays from 2 March to 20 April but those of the rule
    assert days == {'20260309', '20260323', '20260330', '20260413'}
    assert told['Calendar:Recurrence'].get('Calendar:Until') == '20260420T100000Z'


def test_several_occurrences_on_one_day_are_all_told(phone):
    phone.put('one.ics', calendar(component(
        'VEVENT', 'one', 'SUMMARY:Rounds', 'DTSTART:20260302T100000Z', 'DTEND:20260302T110000Z',
        'RRULE:FREQ=DAILY;BYHOUR=10,15;COUNT=4')))
    told = phone.event()
    first, second = told['Calendar:Exceptions'].children
    # The third and fourth instance of the phone's series stand for the afternoons of the first two days.
    assert [phone.original(each) for each in (first, second)] == ['20260304T100000Z', '20260305T100000Z']
    assert [each.get('Calendar:StartTime') for each in (first, second)] == ['20260302T150000Z', '20260303T150000Z']
    assert told['Calendar:Recurrence'].get('Calendar:Until') == '20260305T100000Z'


def new_york_days(account):
    """Of a phone that is not where the user is."""
    def rule(month: int, week: int) -> bytes:
        return struct.pack('<8H', 0, month, 0, week, 2, 0, 0, 0)

    zone = base64.b64encode(struct.pack('<i', 300) + bytes(64) + rule(11, 1) + bytes(68) + rule(3, 2) + struct.pack('<i', -60)).decode()
    phone = Phone(account, '14.1')
    phone.device.sync_all(phone.folder)
    series = E('Calendar:Recurrence', E('Calendar:Type', 1), E('Calendar:Interval', 1), E('Calendar:DayOfWeek', 4))
    said = phone.device.add(
        phone.folder, 'c1', E('Calendar:Timezone', zone), E('Calendar:AllDayEvent', 1), E('Calendar:EndTime', '20261202T050000Z'),
        E('Calendar:Subject', 'Days'), E('Calendar:StartTime', '20261201T050000Z'), E('Calendar:UID', 'days'), series, E(
            'Calendar:Exceptions', E('Calendar:Exception', E('Calendar:Subject', 'Special'), E('Calendar:ExceptionStartTime', '20261208T050000Z')),
            E('Calendar:Exception', E('Calendar:Deleted', 1), E('Calendar:ExceptionStartTime', '20261215T050000Z'))))
    assert said.get('Status') == '1'
    return phone, said.get('ServerId'), zone, series


def test_days_of_another_zone_are_renamed_by_a_client_of_the_users_and_keep_their_exceptions(account):
    new_york_days(account)
    phone = Phone(account, '16.1')
    phone.device.sync_all(phone.folder)
    ((item, held),) = phone.device.held(phone.folder).items.items()
    assert text(held, 'Calendar:StartTime') == '20261201T000000Z'
    utc = base64.b64encode(bytes(172)).decode()
    phone.device.change(phone.folder, item, E('Calendar:Timezone', utc), E('Calendar:AllDayEvent', 1), E(
        'Calendar:StartTime', '20261201T000000Z'), E('Calendar:EndTime', '20261202T000000Z'), E('Calendar:Subject', 'Renamed'))
    (written,) = account.calendars.files('calendar').values()
    assert 'SUMMARY:Renamed' in written and 'SUMMARY:Special' in written and 'EXDATE;VALUE=DATE:20261215' in written


def test_days_of_another_zone_become_hours_there(account):
    phone, item, zone, series = new_york_days(account)
    phone.device.change(phone.folder, item, E('Calendar:Timezone', zone), E('Calendar:AllDayEvent', 0), E(
        'Calendar:StartTime', '20261201T140000Z'), E('Calendar:EndTime', '20261201T150000Z'), E('Calendar:Subject', 'Days'), series)
    (written,) = account.calendars.files('calendar').values()
    assert 'DTSTART;TZID=America/New_York:20261201T090000' in written
