"""The recipient information cache: MS-ASCNTC 3.2.4.4, MS-ASCMD 2.2.3.30.6. Whom the user writes to, from the folder Sent."""
from __future__ import annotations

import pytest

from eas_client import E
from eas_client.device import SENT, text
from test_folder_commands import create, delete, update
from test_ping import changed, receive, waiting

VERSIONS = ['14.0', '14.1', '16.0', '16.1']
TYPE, ROOT = '19', '0'


@pytest.fixture(params=VERSIONS, name='version_with_recipients')
def fixture_version_with_recipients(request):
    return request.param


def sent(to: str, **fields: str) -> bytes:
    lines = [f'{name}: {value}' for name, value in {'From': 'anna@example.org', 'To': to, **fields}.items()]
    return '\r\n'.join([*lines, 'Subject: Hello', '', 'Text', '']).encode()


def save(account, *messages: bytes) -> None:
    for message in messages:
        account.append(message, 'Sent')


def max_items(count: int):
    return E('AirSync:MaxItems', count)


def recipients(device, options=()) -> dict[str, tuple[str, int]]:
    """Address -> (FileAs, WeightedRank), and nothing else is told of them."""
    found = {}
    for item in device.sync_all(device.of_type(TYPE), options=options).items.values():
        assert set(item) == {'Contacts:Email1Address', 'Contacts:FileAs', 'Contacts:WeightedRank'}
        found[text(item, 'Contacts:Email1Address')] = (text(item, 'Contacts:FileAs'),
                                                       int(text(item, 'Contacts:WeightedRank')))
    return found


def test_people_are_ranked_by_the_messages_that_they_got(account, version_with_recipients):
    save(account, sent('Bert <bert@example.org>, carl@example.org'),
         sent('"Meier, Dora" <dora@example.org>', Cc='bert@example.org', Bcc='=?utf-8?q?Em=C3=ADl?= <emil@example.org>'),
         sent('BERT@example.org', Cc=account.user))
    device = account.phone(version_with_recipients)
    folder = device.folders[device.of_type(TYPE)]
    assert (folder.server_id, folder.parent_id) == ('RI', ROOT)
    assert recipients(device) == {'BERT@example.org': ('Bert', 3), 'carl@example.org': ('carl@example.org', 1),
                                  'dora@example.org': ('Meier, Dora', 1), 'emil@example.org': ('Emíl', 1)}


def test_up_to_12_1_there_is_none(account):
    device = account.phone('12.1')
    assert all(folder.type != TYPE for folder in device.folders.values())


def test_a_message_more_is_a_change_of_its_recipients_only(account):
    save(account, sent('bert@example.org, carl@example.org'))
    device = account.phone()
    before = recipients(device)
    kept = next(server_id for server_id, item in device.held('RI').items.items()
                if text(item, 'Contacts:Email1Address') == 'carl@example.org')
    assert device.sync('RI').body == b''
    save(account, sent('bert@example.org'))
    commands = device.sync('RI').document.find('AirSync:Collections/AirSync:Collection/AirSync:Commands')
    assert sorted(each.name for each in commands) == ['Add', 'Delete']
    assert kept in device.held('RI').items
    assert recipients(device) == {**before, 'bert@example.org': ('bert@example.org', 2)}


def test_max_items_keeps_the_most_relevant_ones(account):
    save(account, sent('rare@example.org'), sent('often@example.org, often2@example.org'),
         sent('often@example.org, often2@example.org'), sent('often@example.org'))
    device = account.phone()
    assert set(recipients(device, [max_items(2)])) == {'often@example.org', 'often2@example.org'}
    assert set(recipients(device)) == {'often@example.org', 'often2@example.org'}, 'options stay'
    save(account, *[sent('new@example.org')] * 4)
    assert set(recipients(device)) == {'often@example.org', 'new@example.org'}
    assert len(recipients(device, [max_items(10)])) == 4


def test_an_estimate_knows_max_items(account):
    save(account, sent('a@example.org, b@example.org, c@example.org'))
    device = account.phone()
    device.start('RI')
    key = device.held('RI').sync_key

    def estimate(folder: str, sync_key: str, *options):
        part = device.client.get_item_estimate(folder, sync_key, *options).expect().document.find('GetItemEstimate:Response')
        return part.get('Status'), part.get('Collection/Estimate')
    assert estimate('RI', key) == ('1', '3')
    assert estimate('RI', key, max_items(2)) == ('1', '2')
    inbox = device.inbox()
    device.start(inbox)
    assert estimate(inbox, device.held(inbox).sync_key, max_items(2))[0] == '2'


def test_it_is_read_only(account):
    save(account, sent('bert@example.org'))
    device = account.phone()
    recipients(device)
    server_id = next(iter(device.held('RI').items))
    data = E('AirSync:ApplicationData', E('Contacts:Email1Address', 'x@example.org'))
    for command in (E('AirSync:Add', E('AirSync:ClientId', '1'), data), E('AirSync:Delete', E('AirSync:ServerId', server_id)),
                    E('AirSync:Change', E('AirSync:ServerId', server_id), data)):
        answer = device.client.sync(device.request('RI', commands=[command])).expect()
        assert answer.get('Status') == '4' and answer.document.find('AirSync:Collections') is None
    assert recipients(device) == {'bert@example.org': ('bert@example.org', 1)}
    with account.imap('Sent') as connection:
        assert connection.search(None, 'ALL')[1] == [b'1']


def test_no_folder_is_made_of_it_or_below_it(account):
    device = account.phone()
    assert create(device, 'Below', 'RI').get('Status') == '3'
    assert create(device, 'Contacts below', 'RI', '14').get('Status') in ('3', '147')
    assert create(device, 'Another', ROOT, TYPE).get('Status') == '10'
    assert update(device, 'RI', 'Renamed').get('Status') == '3'
    mine = create(device, 'Mine').get('ServerId')
    assert update(device, mine, 'Mine', 'RI').get('Status') == '3'
    assert delete(device, 'RI').get('Status') == '3'


def test_other_commands_leave_it_alone(account):
    save(account, sent('bert@example.org'))
    account.deliver()
    device = account.phone()
    recipients(device)
    server_id = next(iter(device.held('RI').items))
    fetched = device.client.fetch(E('ItemOperations:Fetch', E('ItemOperations:Store', 'Mailbox'),
                                    E('AirSync:CollectionId', 'RI'), E('AirSync:ServerId', server_id))).expect()
    assert fetched.get('Response/Fetch/Status') == '6'
    device.client.empty_folder('RI').expect()
    assert device.client.move_conversation(b'x' * 16, 'RI').expect().get('Response/Move/Status') == '105'
    assert recipients(device) == {'bert@example.org': ('bert@example.org', 1)}


def test_it_is_found_by_no_search(account):
    save(account, sent('bert@example.org'))
    device = account.phone()
    found = device.client.search(E('AirSync:Class', 'Contacts'), E('Search:FreeText', 'bert')).expect()
    assert found.get('Response/Store/Status') == '1'
    assert found.get('Response/Store/Total') in (None, '0')


def test_a_message_that_is_sent_wakes_the_phone(account):
    device = account.phone()
    recipients(device)
    waiting(account, device, 'RI')
    save(account, sent('bert@example.org'))
    answer = receive(device)
    assert answer.get('Status') == '2' and changed(answer) == {'RI'}
    assert set(recipients(device)) == {'bert@example.org'}


def test_a_blackberry_has_none(account):
    device = account.phone(device_type='BlackBerry')
    assert all(folder.type != TYPE for folder in device.folders.values())
    assert device.of_type(SENT)
