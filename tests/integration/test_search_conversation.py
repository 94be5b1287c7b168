"""Search by ConversationId: MS-ASCON 3.2.5.5, MS-ASCMD 2.2.3.35.2."""
from __future__ import annotations

import pytest

from eas_client import E
from threads import conversations, post


def titles(answer) -> list[str]:
    store = answer.expect().document.find('Response/Store')
    assert store.get('Status') == '1'
    return sorted(result.get('Properties/Subject') for result in store.findall('Result') if result.children)


def conversation(name: bytes):
    return E('Search:ConversationId', name)


def test_a_conversation_is_found_in_all_folders(stored):
    first = post(stored, 'one', age_days=3)
    second = post(stored, 'two', answers=(first,), mailbox='Sent', age_days=2)
    post(stored, 'three apples', answers=(first, second), mailbox='Archive')
    post(stored, 'four apples')
    device = stored.phone()
    name = conversations(device, device.inbox())['one']
    client, email = device.client, E('AirSync:Class', 'Email')
    assert titles(client.search(email, conversation(name))) == ['one', 'three apples', 'two']
    assert titles(client.search(conversation(name), E('Search:FreeText', 'apples'))) == ['three apples']
    inbox = E('AirSync:CollectionId', device.inbox())
    assert titles(client.search(email, inbox, conversation(name))) == ['one']
    post(stored, 'five', answers=(first,))
    assert titles(client.search(email, conversation(name))) == ['five', 'one', 'three apples', 'two']


@pytest.mark.parametrize('protocol', ['12.1', '14.0', '14.1', '16.0', '16.1'])
def test_statuses(account, protocol):
    post(account, 'one')
    device = account.phone()
    name = conversations(device, device.inbox())['one']
    client = account.client(protocol)
    if protocol == '12.1':
        assert client.search(conversation(name)).expect().get('Response/Store/Status') == '2'
        return
    assert titles(client.search(conversation(name))) == ['one']
    assert titles(client.search(conversation(b'x' * 16))) == []
    assert titles(client.search(conversation(b'odd'))) == []
    assert client.search(conversation(name), conversation(name)).expect().get('Response/Store/Status') == '2'
    outside = client.post('Search', E('Search:Search', E(
        'Search:Store', E('Search:Name', 'Mailbox'), E('Search:Query', conversation(name)))))
    assert outside.expect().get('Response/Store/Status') == '8'
