"""No request is ever served with another user's data, whatever a reverse proxy does with connections."""
from __future__ import annotations

import pytest

from accounts import Account
from conftest import start_instance, stop_instance
from eas_client import Client, E, wbxml
from eas_client.client import WBXML, body_preference, collection
from eas_client.device import text
from private_instance.processes import wait_until

FOLDER_SYNC = E('FolderHierarchy:FolderSync', E('FolderHierarchy:SyncKey', '0'))


@pytest.fixture(name='pair')
def fixture_pair(account, other_account):
    """Two accounts that differ visibly: a folder and a message each."""
    for one in (account, other_account):
        with one.imap() as connection:
            connection.create(f'Only-{one.user.split("@")[0]}')
        one.deliver(f'Secret of {one.user}')
    return account, other_account


def request(connection_of: Client, speaker: Client, command: str, document) -> tuple[int, object]:
    """Sends a request of `speaker` over the connection of another client."""
    answer = connection_of.raw('POST', speaker.target(command), wbxml.encode(document), {
        **speaker.headers(), 'Content-Type': WBXML, 'Authorization': speaker.authorization()})
    return answer


def folder_names(answer) -> set[str]:
    return {change.get('DisplayName') for change in answer.document.findall('FolderHierarchy:Changes/FolderHierarchy:Add')}


def test_two_users_alternate_on_one_connection(pair):
    first, second = pair
    shared, others = first.client(), {one: one.client() for one in pair}
    for _ in range(5):
        for one, other in ((first, second), (second, first)):
            answer = request(shared, others[one], 'FolderSync', FOLDER_SYNC)
            assert answer.expect().get('Status') == '1'
            names = folder_names(answer)
            assert f'Only-{one.user.split("@")[0]}' in names
            assert f'Only-{other.user.split("@")[0]}' not in names


def test_the_same_over_https(pair):
    first, second = pair
    shared = first.client(tls=True)
    for one in (first, second, first):
        names = folder_names(request(shared, one.client(tls=True), 'FolderSync', FOLDER_SYNC).expect())
        assert f'Only-{one.user.split("@")[0]}' in names


def test_a_wrong_password_on_anothers_connection_is_refused(pair):
    first, second = pair
    shared = first.client()
    assert folder_names(shared.folder_sync().expect())
    liar = second.client(password='wrong')
    for _ in range(3):
        answer = request(shared, liar, 'FolderSync', FOLDER_SYNC)
        assert answer.status == 401 and b'Secret' not in answer.body and b'Only-' not in answer.body
    # The right user goes on, on this connection or on a new one.
    assert folder_names(shared.folder_sync().expect())


def test_the_own_users_wrong_password_is_refused(account):
    client = account.client()
    client.folder_sync().expect()
    right, client.password = client.password, 'wrong'
    assert client.folder_sync().status == 401
    client.password = right
    client.folder_sync().expect()


def test_a_changed_password_is_noticed_on_a_living_connection():
    instance = start_instance(eas_extra='eas_login_lifetime = 2s')
    account = Account(instance, instance.take_user())
    try:
        client = account.client()
        client.folder_sync().expect()
        opened = client.connection.sock
        users = instance.directory / 'conf/users'
        users.write_text(users.read_text().replace(f'{account.user}:', f'{account.user}:{{PLAIN}}new-', 1))
        assert wait_until(lambda: client.folder_sync().status == 401, 30)
        client.password = 'new-' + account.password
        assert client.folder_sync().expect().get('Status') == '1'
        assert opened is client.connection.sock
    finally:
        account.close()
        stop_instance(instance)


def test_a_request_without_credentials_is_refused(account):
    client = account.client()
    client.folder_sync().expect()
    answer = client.raw('POST', client.target('FolderSync'), wbxml.encode(FOLDER_SYNC),
                        {**client.headers(), 'Content-Type': WBXML, 'Authorization': None})
    assert answer.status == 401


def test_credentials_that_begin_alike_are_told_apart(account):
    client = account.client()
    client.folder_sync().expect()
    right = client.password
    for password in (right + 'x', right[:-1], right.upper(), ''):
        client.password = password
        assert client.folder_sync().status == 401, repr(password)
    client.password = right
    client.folder_sync().expect()


def test_a_large_request_with_other_credentials_is_not_lost(pair):
    first, second = pair
    shared, speaker = first.client(), second.client()
    shared.folder_sync().expect()
    filler = [E('FolderHierarchy:SyncKey', '0')] + [E('FolderHierarchy:DisplayName', 'x' * 1000) for _ in range(100)]
    answer = request(shared, speaker, 'FolderSync', E('FolderHierarchy:FolderSync', filler))
    assert answer.status == 400 or answer.get('Status') in ('1', '10', '103')


def test_messages_of_one_are_not_fetched_by_the_other(pair):
    first, second = pair
    phone, spy = first.phone(), second.phone()
    held = phone.sync_all(phone.inbox())
    server_id = next(iter(held.items))
    answer = spy.client.fetch(E('ItemOperations:Fetch', E('ItemOperations:Store', 'Mailbox'),
                                E('AirSync:CollectionId', phone.inbox()), E('AirSync:ServerId', server_id)))
    assert f'Secret of {first.user}'.encode() not in answer.body
    answer = spy.client.sync(collection(phone.inbox(), '0'))
    assert f'Secret of {first.user}'.encode() not in answer.body


def test_the_same_device_id_of_two_users_is_two_devices(pair):
    first, second = pair
    phones = [one.phone(device_id='SharedDevice') for one in pair]
    for one, phone in zip(pair, phones):
        held = phone.sync_all(phone.inbox(), options=[body_preference(1)])
        assert [text(item, 'Email:Subject') for item in held.items.values()] == [f'Secret of {one.user}']
    key = phones[0].held(phones[0].inbox()).sync_key
    answer = phones[1].client.sync(collection(phones[1].inbox(), key)).expect()
    assert answer.document is None or answer.get('Collections/Collection/Status') in ('3', None)
    assert second.user not in first.user
