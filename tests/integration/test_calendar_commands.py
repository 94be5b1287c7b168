"""Tasks and events in GetItemEstimate, MoveItems and ItemOperations (MS-ASCMD 2.2.1.8 to 2.2.1.10)."""
from __future__ import annotations

import pytest

from eas_client import E
from eas_client.device import CALENDAR, TASKS
from test_calendar_sync import DIRECTORY, SUBJECT, TEXT, Phone

KIND = {TASKS: 'VTODO', CALENDAR: 'VEVENT'}
CLASS = {TASKS: 'Tasks', CALENDAR: 'Calendar'}


@pytest.fixture(name='type_', params=[TASKS, CALENDAR], ids=['tasks', 'calendar'])
def fixture_type(request):
    return request.param


def move(phone: Phone, subject: str, destination: str):
    return phone.device.client.post('MoveItems', E('Move:MoveItems', E(
        'Move:Move', E('Move:SrcMsgId', phone.id_of(subject)), E('Move:SrcFldId', phone.folder),
        E('Move:DstFldId', destination)))).expect().document.find('Move:Response')


def fetch(phone: Phone, *content):
    answer = phone.device.client.fetch(E('ItemOperations:Fetch', E('ItemOperations:Store', 'Mailbox'), *content))
    return answer.expect().document.find('ItemOperations:Response/ItemOperations:Fetch')


def test_an_estimate_counts_what_a_sync_would_tell(account, type_):
    phone = Phone(account, type_)
    phone.put('one.ics', 'One')
    phone.sync()
    phone.put('two.ics', 'Two')
    phone.put('three.ics', 'Three')
    key = phone.device.held(phone.folder).sync_key
    answer = phone.device.client.get_item_estimate(phone.folder, key).expect()
    assert answer.get('GetItemEstimate:Response/GetItemEstimate:Collection/GetItemEstimate:Estimate') == '2'
    answer = phone.device.client.get_item_estimate(phone.folder, '17').expect()
    assert answer.get('GetItemEstimate:Response/GetItemEstimate:Status') == '4'


def test_conversations_are_of_mail_only(account, type_):
    phone = Phone(account, type_)
    phone.sync()
    key = phone.device.held(phone.folder).sync_key
    answer = phone.device.client.get_item_estimate(phone.folder, key, conversation_mode=True).expect()
    assert answer.get('GetItemEstimate:Status') == '103'
    answer = phone.device.client.sync(phone.device.request(phone.folder, conversation_mode=True)).expect()
    assert answer.get('AirSync:Collections/AirSync:Collection/AirSync:Status') == '4'


def test_an_estimate_refuses_a_filter_of_another_class(account, type_):
    phone = Phone(account, type_)
    phone.sync()
    key = phone.device.held(phone.folder).sync_key
    answer = phone.device.client.get_item_estimate(phone.folder, key, E('AirSync:FilterType', 1)).expect()
    assert answer.get('GetItemEstimate:Response/GetItemEstimate:Status') == '110'


def test_an_item_moves_to_another_collection_as_it_is(account, type_):
    account.calendars.collection('zoo', displayname='Zoo', kinds=KIND[type_])
    account.calendars.collection(DIRECTORY[type_], displayname='Mine', kinds=KIND[type_])
    phone = Phone(account, type_)
    phone.put('one.ics', 'One', 'X-KEPT:as it is')
    phone.sync()
    zoo = phone.device.folder('Zoo')
    before = phone.files()['one.ics']
    first = move(phone, 'One', zoo)
    assert first.get('Status') == '3'
    assert not phone.files() and list(account.calendars.files('zoo').values()) == [before]
    again = move(phone, 'One', zoo)
    assert again.get('Status') == '3' and again.get('DstMsgId') == first.get('DstMsgId')
    assert phone.subjects() == []
    held = phone.device.sync_all(zoo, options=())
    assert list(held.items) == [first.get('DstMsgId')]


def test_a_move_whose_process_died_in_between_is_finished(account, type_):
    """The item is in both collections then."""
    account.calendars.collection('zoo', displayname='Zoo', kinds=KIND[type_])
    account.calendars.collection(DIRECTORY[type_], displayname='Mine', kinds=KIND[type_])
    phone = Phone(account, type_)
    phone.put('one.ics', 'One')
    phone.put('two.ics', 'Two')
    for name, content in phone.files().items():
        account.calendars.put('zoo', name, content.replace('Two', 'Changed since'))
    phone.sync()
    zoo = phone.device.folder('Zoo')
    assert move(phone, 'One', zoo).get('Status') == '3'
    assert move(phone, 'Two', zoo).get('Status') == '5'
    assert set(phone.files()) == {'two.ics'} and set(account.calendars.files('zoo')) == {'one.ics', 'two.ics'}


def test_an_item_moves_to_no_folder_of_another_class(account, type_):
    phone = Phone(account, type_)
    phone.put('one.ics', 'One')
    phone.sync()
    other = phone.device.of_type(CALENDAR if type_ == TASKS else TASKS)
    for destination in (other, phone.device.inbox()):
        assert move(phone, 'One', destination).get('Status') == '2'
    assert set(phone.files()) == {'one.ics'}


def test_an_item_is_fetched_by_its_id(account, type_):
    phone = Phone(account, type_)
    phone.put('one.ics', 'One', 'DESCRIPTION:A long story')
    phone.sync()
    server_id = phone.id_of('One')
    found = fetch(phone, E('AirSync:CollectionId', phone.folder), E('AirSync:ServerId', server_id),
                  E('ItemOperations:Options', E('AirSyncBase:BodyPreference', E('AirSyncBase:Type', 1))))
    assert found.get('Status') == '1' and found.get('AirSync:Class') == CLASS[type_]
    properties = found.find('ItemOperations:Properties')
    assert properties.get(SUBJECT[type_]) == 'One'
    assert properties.get('AirSyncBase:Body/AirSyncBase:Data') == 'A long story'
    assert fetch(phone, E('AirSync:CollectionId', phone.folder), E('AirSync:ServerId', server_id + 'x')).get(
        'Status') == '6'


def test_a_fetch_gives_the_properties_of_the_schema_only(account, type_):
    phone = Phone(account, type_)
    phone.put('one.ics', 'One', 'DESCRIPTION:A long story')
    phone.sync()
    found = fetch(phone, E('AirSync:CollectionId', phone.folder), E('AirSync:ServerId', phone.id_of('One')),
                  E('ItemOperations:Options', E('ItemOperations:Schema', E(SUBJECT[type_], ''))))
    assert [element.tag for element in found.find('ItemOperations:Properties')] == [SUBJECT[type_]]


def test_a_collection_is_emptied(account, type_):
    phone = Phone(account, type_)
    for name in ('one', 'two'):
        phone.put(f'{name}.ics', name)
    phone.sync()
    answer = phone.device.client.empty_folder(phone.folder).expect()
    assert answer.get('ItemOperations:Response/ItemOperations:EmptyFolderContents/ItemOperations:Status') == '1'
    assert not phone.files() and phone.subjects() == []


def test_a_sync_fetches_a_whole_item(account, type_):
    phone = Phone(account, type_)
    account.calendars.put(DIRECTORY[type_], 'one.ics', TEXT[type_]('one', 'One', 'DESCRIPTION:' + 60 * 'x'))
    options = [E('AirSyncBase:BodyPreference', E('AirSyncBase:Type', 1), E('AirSyncBase:TruncationSize', 10))]
    phone.sync(options=options)
    answer = phone.device.client.sync(phone.device.request(
        phone.folder, commands=[E('AirSync:Fetch', E('AirSync:ServerId', phone.id_of('One')))])).expect()
    path = 'AirSync:Collections/AirSync:Collection/AirSync:Responses/AirSync:Fetch/AirSync:ApplicationData/'
    assert answer.get(path + 'AirSyncBase:Body/AirSyncBase:Data') == 60 * 'x'
