"""Events as clients of 16.x write them (instances of a series, attachments), and what older ones leave out."""
from __future__ import annotations

import base64

import pytest

from eas_client import E
from eas_client.device import CALENDAR, text
from test_calendar_commands import fetch
from test_calendar_sync import Phone, outcome

SERIES = ('RRULE:FREQ=DAILY;COUNT=5',)  # from 20261201T100000Z
SECOND, THIRD = '20261202T100000Z', '20261203T100000Z'


@pytest.fixture(name='version', params=['16.0', '16.1'])
def fixture_version(request):
    return request.param


def with_series(account, version: str) -> Phone:
    phone = Phone(account, CALENDAR, version)
    phone.put('series.ics', 'Series', *SERIES)
    phone.sync()
    return phone


def operate(phone: Phone, name: str, server_id: str, *content):
    answer = phone.device.client.sync(phone.device.request(
        phone.folder, commands=[E(f'AirSync:{name}', E('AirSync:ServerId', server_id), *content)]))
    phone.device.apply(answer)
    return answer


def exceptions(phone: Phone) -> dict[str, str]:
    """InstanceId -> subject, or "deleted", as another phone is told them."""
    other = Phone(phone.account, CALENDAR, phone.device.client.version)
    (item,) = other.sync().items.values()
    found = item.get('Calendar:Exceptions')
    return {} if found is None else {
        each.get('AirSyncBase:InstanceId'): 'deleted' if each.get('Calendar:Deleted', '0') == '1'
        else each.get('Calendar:Subject', '') for each in found}


def test_an_instance_is_changed(account, version):
    phone = with_series(account, version)
    answer = operate(phone, 'Change', phone.id_of('Series'), E('AirSyncBase:InstanceId', SECOND),
                     E('AirSync:ApplicationData', E('Calendar:Subject', 'Another')))
    said = outcome(answer, 'Change')
    assert said is None or (said.get('Status') == '1' and said.get('AirSyncBase:InstanceId') == SECOND)
    written = phone.files()['series.ics']
    assert 'SUMMARY:Series' in written and 'SUMMARY:Another' in written and 'RECURRENCE-ID' in written
    assert exceptions(phone) == {SECOND: 'Another'}


def test_an_instance_is_deleted(account, version):
    phone = with_series(account, version)
    answer = operate(phone, 'Delete', phone.id_of('Series'), E('AirSyncBase:InstanceId', THIRD))
    said = outcome(answer, 'Delete')
    assert said is None or (said.get('Status') == '1' and said.get('AirSyncBase:InstanceId') == THIRD)
    assert 'EXDATE' in phone.files()['series.ics']
    assert exceptions(phone) == {THIRD: 'deleted'}


def test_several_instances_in_one_request(account, version):
    phone = with_series(account, version)
    series = phone.id_of('Series')
    commands = [E('AirSync:Change', E('AirSync:ServerId', series), E('AirSyncBase:InstanceId', each),
                  E('AirSync:ApplicationData', E('Calendar:Subject', f'At {each}'))) for each in (SECOND, THIRD)]
    phone.device.apply(phone.device.client.sync(phone.device.request(phone.folder, commands=commands)))
    assert exceptions(phone) == {SECOND: f'At {SECOND}', THIRD: f'At {THIRD}'}


def test_an_instance_that_the_series_has_not_is_refused(account, version):
    phone = with_series(account, version)
    before = phone.files()
    answer = operate(phone, 'Change', phone.id_of('Series'), E('AirSyncBase:InstanceId', '20270101T100000Z'),
                     E('AirSync:ApplicationData', E('Calendar:Subject', 'Never')))
    assert outcome(answer, 'Change').get('Status') == '8' and phone.files() == before


def new_event(*content) -> list:
    return [E('Calendar:Subject', 'With a file'), E('Calendar:StartTime', '20261201T100000Z'),
            E('Calendar:EndTime', '20261201T110000Z'), E('Calendar:ClientUid', 'client-uid-1'), *content]


def test_an_exception_of_a_new_series_comes_with_an_attachment(account, version):
    phone = Phone(account, CALENDAR, version)
    phone.sync()

    def file(name: str):
        return E('AirSyncBase:Attachments', E(
            'AirSyncBase:Add', E('AirSyncBase:ClientId', name), E('AirSyncBase:Method', 1),
            E('AirSyncBase:Content', name.encode()), E('AirSyncBase:DisplayName', f'{name}.txt')))

    said = phone.device.add(
        phone.folder, 'c1', *new_event(
            file('whole'), E('Calendar:Recurrence', E('Calendar:Type', 0), E('Calendar:Occurrences', 4)),
            E('Calendar:Exceptions', *(
                E('Calendar:Exception', E('Calendar:Subject', name), *files, E('AirSyncBase:InstanceId', f'202612{day}T100000Z'))
                for name, files, day in (('No file', (), '02'), ('Third', (file('third'),), '03'))))))
    assert said.get('Status') == '1'
    answered = said.find('AirSync:ApplicationData/AirSyncBase:Attachments').children
    assert [each.get('AirSyncBase:ClientId') for each in answered] == ['whole', 'third']
    (item,) = Phone(account, CALENDAR, version).sync().items.values()
    told = {each.get('Calendar:Subject'): each.find('AirSyncBase:Attachments') for each in item['Calendar:Exceptions'].children}
    assert told['No file'] is None or [each.get('AirSyncBase:DisplayName') for each in told['No file'].children] == ['whole.txt']
    third = {each.get('AirSyncBase:DisplayName'): each.get('AirSyncBase:FileReference') for each in told['Third'].children}
    assert sorted(third) == ['third.txt', 'whole.txt']
    for reference in (third['third.txt'], answered[1].get('AirSyncBase:FileReference')):
        found = fetch(phone, E('AirSyncBase:FileReference', reference))
        assert base64.b64decode(found.get('ItemOperations:Properties/ItemOperations:Data')) == b'third'


def test_an_event_comes_with_attachments_and_loses_them(account, version):
    phone = Phone(account, CALENDAR, version)
    phone.sync()
    content = bytes(range(256)) * 8
    said = phone.device.add(phone.folder, 'c1', *new_event(E('AirSyncBase:Attachments', E(
        'AirSyncBase:Add', E('AirSyncBase:ClientId', 'file-1'), E('AirSyncBase:Method', 1),
        E('AirSyncBase:Content', content), E('AirSyncBase:DisplayName', 'bytes.bin'),
        E('AirSyncBase:ContentType', 'application/octet-stream')))))
    assert said.get('Status') == '1'
    attachment = said.find('AirSync:ApplicationData/AirSyncBase:Attachments/AirSyncBase:Attachment')
    assert attachment.get('AirSyncBase:ClientId') == 'file-1'
    reference = attachment.get('AirSyncBase:FileReference')
    found = fetch(phone, E('AirSyncBase:FileReference', reference))
    assert found.get('Status') == '1'
    assert base64.b64decode(found.get('ItemOperations:Properties/ItemOperations:Data')) == content
    other = Phone(account, CALENDAR, version)
    (item,) = other.sync().items.values()
    (told,) = item['AirSyncBase:Attachments'].children
    assert told.get('AirSyncBase:DisplayName') == 'bytes.bin'
    assert base64.b64decode(fetch(other, E('AirSyncBase:FileReference', told.get('AirSyncBase:FileReference'))).get(
        'ItemOperations:Properties/ItemOperations:Data')) == content
    operate(phone, 'Change', said.get('ServerId'), E('AirSync:ApplicationData', E('AirSyncBase:Attachments', E(
        'AirSyncBase:Delete', E('AirSyncBase:FileReference', reference)))))
    (written,) = phone.files().values()
    assert 'ATTACH' not in written and 'SUMMARY:With a file' in written
    assert fetch(phone, E('AirSyncBase:FileReference', reference)).get('Status') == '15'


def test_an_unknown_attachment_has_status_15(account, version):
    phone = with_series(account, version)
    for reference in (phone.id_of('Series') + ':nothing', 'c.0123456789abcdef:0123456789abcdef:1'):
        assert fetch(phone, E('AirSyncBase:FileReference', reference)).get('Status') == '15'


def test_the_same_client_uid_makes_one_event(account, version):
    phone = Phone(account, CALENDAR, version)
    phone.sync()
    first = phone.device.add(phone.folder, 'c1', *new_event())
    other = Phone(account, CALENDAR, version)
    other.device.start(other.folder)
    second = other.device.add(other.folder, 'c9', *new_event(), get_changes=False)
    assert first.get('ServerId') == second.get('ServerId') and len(phone.files()) == 1


# ---------------------------------------------------------------------- before 16.0


@pytest.mark.parametrize('supported, kept', [(None, False), ([], True), ([E('Calendar:Attendees')], False),
                                             ([E('Calendar:Subject')], True)],
                         ids=['absent', 'empty', 'named', 'not named'])
def test_what_the_client_does_not_manage_stays(account, supported, kept):
    """MS-ASCMD 2.2.3.179: a ghosted property that a Change leaves out keeps its value. Location has none."""
    phone = Phone(account, CALENDAR, '14.1')
    phone.put('one.ics', 'One', 'LOCATION:Harbour', 'ATTENDEE:mailto:anna@partner.example')
    phone.device.start(phone.folder, supported=supported)
    phone.sync()
    (item,) = phone.device.held(phone.folder).items.values()
    assert text(item, 'Calendar:Location') == 'Harbour' and 'Calendar:Attendees' in item
    phone.change('One', 'Changed')
    written = phone.files()['one.ics']
    assert 'SUMMARY:Changed' in written and 'LOCATION' not in written
    assert ('ATTENDEE:mailto:anna@partner.example' in written) == kept


def test_an_event_of_an_older_client_has_the_uid_that_it_gives(account):
    phone = Phone(account, CALENDAR, '14.1')
    phone.sync()
    phone.add('Mine')
    (written,) = phone.files().values()
    assert 'UID:phone-Mine' in written


def repeated(phone: Phone, command):
    """The answers to a request whose first answer is lost."""
    request = phone.device.request(phone.folder, commands=[command])
    answers = [phone.device.client.sync(request).expect() for _ in range(2)]
    if command.name == 'Add':
        phone.device.apply_addition(phone.folder, answers[-1])
    else:
        phone.device.apply(answers[-1])
    return answers


def test_a_deletion_of_an_instance_that_is_repeated_succeeds(account, version):
    phone = with_series(account, version)
    answers = repeated(phone, E('AirSync:Delete', E('AirSync:ServerId', phone.id_of('Series')),
                                E('AirSyncBase:InstanceId', THIRD)))
    for said in (outcome(answer, 'Delete') for answer in answers):
        assert said is None or said.get('Status') == '1'
    assert exceptions(phone) == {THIRD: 'deleted'}


def one_file(name: str):
    return E('AirSyncBase:Attachments', E(
        'AirSyncBase:Add', E('AirSyncBase:ClientId', name), E('AirSyncBase:Method', 1),
        E('AirSyncBase:Content', f'content of {name}'.encode()), E('AirSyncBase:DisplayName', name),
        E('AirSyncBase:ContentType', 'application/octet-stream')))


def test_attachments_of_a_request_that_is_repeated_are_there_once(account, version):
    phone = Phone(account, CALENDAR, version)
    phone.sync()
    answers = repeated(phone, E('AirSync:Add', E('AirSync:ClientId', 'c1'),
                                E('AirSync:ApplicationData', new_event(one_file('first.bin')))))
    added = [outcome(answer, 'Add') for answer in answers]
    data = [each.find('AirSync:ApplicationData') for each in added]
    assert data[0].get('Calendar:UID') == data[1].get('Calendar:UID')
    path = 'AirSyncBase:Attachments/AirSyncBase:Attachment/AirSyncBase:FileReference'
    assert data[0].get(path) and data[0].get(path) == data[1].get(path)
    event = E('AirSync:ServerId', added[0].get('ServerId'))
    answers = repeated(phone, E('AirSync:Change', event, E('AirSync:ApplicationData', one_file('second.bin'))))
    data = [outcome(answer, 'Change').find('AirSync:ApplicationData') for answer in answers]
    assert data[0].get(path) and data[0].get(path) == data[1].get(path)
    (written,) = phone.files().values()
    assert written.count('ATTACH;') == 2
    deletion = E('AirSyncBase:Attachments', E('AirSyncBase:Delete', E('AirSyncBase:FileReference', data[0].get(path))))
    for answer in repeated(phone, E('AirSync:Change', event, E('AirSync:ApplicationData', deletion))):
        said = outcome(answer, 'Change')
        assert said is None or said.get('Status') == '1'
    (written,) = phone.files().values()
    assert written.count('ATTACH;') == 1 and 'first.bin' in written
