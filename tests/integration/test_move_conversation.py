"""Move of a conversation, one of the ItemOperations: MS-ASCON 3.2.5.3."""
from __future__ import annotations

import pytest

from eas_client.device import CALENDAR, subjects
from test_move_items import move
from threads import conversations, post


@pytest.fixture(name='thread')
def fixture_thread(stored):
    """(account, device, ConversationId, the first Message-ID) of a thread in three folders."""
    first = post(stored, 'one')
    second = post(stored, 'two', answers=(first,), mailbox='Sent')
    post(stored, 'three', answers=(first, second))
    post(stored, 'four', answers=(first, second), mailbox='Archive')
    post(stored, 'unrelated')
    device = stored.phone()
    found = conversations(device, device.inbox(), *map(device.folder, ('Sent', 'Archive')))
    return stored, device, found['one'], first


def status(answer, expected_global: str = '1') -> str:
    assert answer.expect().get('Status') == expected_global
    return answer.get('Response/Move/Status')


def test_all_of_it_goes_but_what_was_sent(thread):
    account, device, name, _ = thread
    answer = device.client.move_conversation(name, device.folder('Trash'))
    assert status(answer) == '1'
    assert answer.document.find('Response/Move/ConversationId').data() == name
    for phone in (device, account.phone()):
        assert subjects(phone.sync_all(phone.inbox())) == ['unrelated']
        assert subjects(phone.sync_all(phone.folder('Archive'))) == []
        assert subjects(phone.sync_all(phone.folder('Sent'))) == ['two']
        assert subjects(phone.sync_all(phone.folder('Trash'))) == ['four', 'one', 'three']
    assert sorted(account.flags('Trash')) == ['four', 'one', 'three']
    assert status(device.client.move_conversation(name, device.folder('Trash'))) == '1'


def test_what_arrives_later_goes_there_too(thread):
    account, device, name, first = thread
    assert status(device.client.move_conversation(name, device.folder('Trash'))) == '1'
    post(account, 'later', answers=(first,))
    post(account, 'other')
    post(account, 'copy', answers=(first,), mailbox='Sent')
    other = account.phone('16.1')  # the user's wish, not the device's
    assert subjects(other.sync_all(other.inbox())) == ['other', 'unrelated']
    assert subjects(device.sync_all(device.inbox())) == ['other', 'unrelated']
    assert 'later' in subjects(device.sync_all(device.folder('Trash')))
    assert subjects(device.sync_all(device.folder('Sent'))) == ['copy', 'two']
    assert 'later' not in account.flags()


def test_a_message_that_is_taken_out_ends_it(thread):
    account, device, name, first = thread
    trash = device.folder('Trash')
    assert status(device.client.move_conversation(name, trash)) == '1'
    ids = {item['Email:Subject'].value(): server_id for server_id, item in device.sync_all(trash).items.items()}
    (_, moved, _), = move(device, (ids['one'], trash, device.inbox()))
    assert moved == '3'
    post(account, 'later', answers=(first,))
    assert subjects(device.sync_all(device.inbox())) == ['later', 'one', 'unrelated']


@pytest.mark.parametrize('protocol', ['14.0', '14.1', '16.0', '16.1'])
def test_statuses(account, protocol):
    post(account, 'one')
    device = account.phone(protocol)
    name = conversations(device, device.inbox())['one']
    client, archive = device.client, device.folder('Archive')
    assert status(client.move_conversation(name, archive, always=False), '155') == '155'
    assert status(client.move_conversation(name, device.folder('Drafts')), '156') == '156'
    assert status(client.move_conversation(name, device.of_type(CALENDAR)), '156') == '156'
    assert status(client.move_conversation(name, 'RI')) == '105'
    assert status(client.move_conversation(name, 'x' * 22)) == '6'
    assert status(client.move_conversation(b'x' * 16, archive)) == '6'
    assert status(client.move_conversation(b'', archive)) == '6'
    assert subjects(device.sync_all(device.inbox())) == ['one']
    assert status(client.move_conversation(name, archive)) == '1'
    assert subjects(device.sync_all(archive)) == ['one']
