"""Ping (MS-ASCMD 2.2.1.11) and push."""
from __future__ import annotations

import time

import pytest

from accounts import check
from conftest import PING_MIN_SECONDS
from eas_client import E
from eas_client.client import collection
from private_instance.processes import wait_until


LONG_SECONDS = 300


def waiting(account, device, *folders: str, seconds: int = LONG_SECONDS) -> None:
    """Starts a Ping and lets the server park it."""
    with account.parking(device):
        device.start_ping(seconds, folders)


def receive(device) -> object:
    """The Ping's answer, which comes long before LONG_SECONDS are over."""
    device.client.connection.sock.settimeout(LONG_SECONDS / 5)
    return device.client.receive().expect()


def changed(answer) -> set[str]:
    return {folder.value() for folder in answer.document.findall('Ping:Folders/Ping:Folder')}


def synced(account, *names: str, version: str = '14.1'):
    device = account.phone(version)
    for name in names:
        device.sync_all(device.folder(name))
    return device


def test_a_delivered_message_wakes_the_phone(stored):
    device = synced(stored, 'INBOX')
    inbox = device.inbox()
    waiting(stored, device, inbox)
    stored.deliver('Wake up')
    answer = receive(device)
    assert answer.get('Status') == '2' and changed(answer) == {inbox}
    held = device.sync_all(inbox)
    assert len(held.items) == 1


def test_every_version_is_pushed(account, version):
    device = synced(account, 'INBOX', version=version)
    waiting(account, device, device.inbox())
    account.deliver()
    assert receive(device).get('Status') == '2'


@pytest.mark.parametrize('action', ['flag', 'expunge', 'append', 'move'])
def test_what_imap_clients_do_wakes_the_phone(stored, action):
    stored.deliver('One')
    device = synced(stored, 'INBOX')
    waiting(stored, device, device.inbox())
    if action == 'flag':
        stored.store('One', '+FLAGS', r'\Seen')
    elif action == 'expunge':
        stored.expunge('One')
    elif action == 'append':
        stored.append(b'Subject: two\r\n\r\nx\r\n')
    else:
        with stored.imap('INBOX') as connection:
            check(connection.uid('MOVE', '1:*', 'Archive'))
    assert receive(device).get('Status') == '2'


def test_another_folder_does_not_wake_the_phone(stored):
    device = synced(stored, 'INBOX')
    waiting(stored, device, device.inbox(), seconds=PING_MIN_SECONDS + 1)
    stored.append(b'Subject: elsewhere\r\n\r\nx\r\n', 'Archive')
    answer = receive(device)
    assert answer.get('Status') == '1' and not changed(answer)


def test_only_the_changed_folders_are_named(account):
    device = synced(account, 'INBOX', 'Archive', 'Sent')
    folders = [device.folder(name) for name in ('INBOX', 'Archive', 'Sent')]
    waiting(account, device, *folders)
    account.append(b'Subject: x\r\n\r\nx\r\n', 'Archive')
    assert changed(receive(device)) == {device.folder('Archive')}


def test_the_heartbeat_expires_with_status_1(account):
    device = synced(account, 'INBOX')
    started = time.monotonic()
    device.start_ping(PING_MIN_SECONDS, [device.inbox()])
    assert receive(device).get('Status') == '1'
    assert time.monotonic() - started >= PING_MIN_SECONDS - 0.5


def test_a_change_since_the_last_sync_is_reported_at_once(account):
    device = synced(account, 'INBOX')
    account.deliver('In between')
    device.start_ping(LONG_SECONDS, [device.inbox()])
    answer = receive(device)
    assert answer.get('Status') == '2' and changed(answer) == {device.inbox()}


def test_a_change_is_reported_until_it_is_synced(account):
    device = synced(account, 'INBOX')
    account.deliver()
    for _ in range(2):
        assert device.client.ping(30, [device.inbox()]).expect().get('Status') == '2'
    device.sync_all(device.inbox())
    assert device.client.ping(PING_MIN_SECONDS, [device.inbox()]).expect().get('Status') == '1'


def test_the_phones_own_change_does_not_wake_it(account):
    account.deliver('Mine')
    device = synced(account, 'INBOX')
    server_id = next(iter(device.held(device.inbox()).items))
    device.change(device.inbox(), server_id, E('Email:Read', 1))
    assert device.client.ping(PING_MIN_SECONDS, [device.inbox()]).expect().get('Status') == '1'


def test_a_connection_goes_on_after_a_ping(account):
    device = synced(account, 'INBOX')
    connection = device.client.connection
    for number in range(3):
        waiting(account, device, device.inbox())
        account.deliver(f'Message {number}')
        assert receive(device).get('Status') == '2'
        assert len(device.sync_all(device.inbox()).items) == number + 1
    assert device.client.connection is connection


def test_push_over_https(account):
    device = synced(account, 'INBOX')
    secure = account.phone(tls=True, device_id=device.client.device_id)
    waiting(account, secure, device.inbox())
    account.deliver()
    assert receive(secure).get('Status') == '2'
    assert secure.client.folder_sync().expect().get('Status') == '1'


def test_without_heartbeat_or_folders_status_is_3(account):
    device = synced(account, 'INBOX')
    assert device.client.ping(None, [device.inbox()]).expect().get('Status') == '3'
    device = synced(account, 'INBOX')
    assert device.client.ping().expect().get('Status') == '3'
    assert device.client.ping(PING_MIN_SECONDS).expect().get('Status') == '3'


def test_heartbeat_and_folders_are_remembered(account):
    device = synced(account, 'INBOX')
    assert device.client.ping(PING_MIN_SECONDS, [device.inbox()]).expect().get('Status') == '1'
    account.deliver()
    for again in (device.client.ping(), device.client.ping(PING_MIN_SECONDS), device.client.ping(None, [device.inbox()])):
        assert again.expect().get('Status') == '2'
        assert changed(again) == {device.inbox()}


def test_a_heartbeat_out_of_range_has_status_5_and_the_limit(account):
    device = synced(account, 'INBOX')
    answer = device.client.ping(PING_MIN_SECONDS - 1, [device.inbox()]).expect()
    assert (answer.get('Status'), answer.get('HeartbeatInterval')) == ('5', str(PING_MIN_SECONDS))
    answer = device.client.ping(100000, [device.inbox()]).expect()
    assert (answer.get('Status'), answer.get('HeartbeatInterval')) == ('5', str(59 * 60))


def test_too_many_folders_have_status_6_and_the_limit(account):
    device = synced(account, 'INBOX')
    answer = device.client.ping(30, [f'{device.inbox()}x{number}' for number in range(5000)]).expect()
    assert answer.get('Status') == '6' and int(answer.get('MaxFolders')) > 0


def test_an_unknown_folder_has_status_7(account):
    device = synced(account, 'INBOX')
    assert device.client.ping(30, [device.inbox(), 'NoSuchFolderAtAll12345']).expect().get('Status') == '7'


def test_a_broken_document_has_status_4(account):
    answer = account.client().post('Ping', E('Ping:Ping', E('Ping:HeartbeatInterval', 'soon'), E('Ping:Folders')))
    assert answer.status == 400 or answer.get('Status') == '4'


def test_a_folder_that_is_named_twice_has_status_4(account):
    device = synced(account, 'INBOX')
    assert device.client.ping(30, [device.inbox(), device.inbox()]).expect().get('Status') == '4'


@pytest.mark.parametrize('action', ['create', 'delete', 'rename'])
def test_a_hierarchy_change_has_status_7(stored, action):
    with stored.imap() as connection:
        check(connection.create('Existing'))
    device = synced(stored, 'INBOX')
    waiting(stored, device, device.inbox())
    with stored.imap() as connection:
        if action == 'create':
            check(connection.create('Fresh'))
        elif action == 'delete':
            check(connection.delete('Existing'))
        else:
            check(connection.rename('Existing', 'Renamed'))
    assert receive(device).get('Status') == '7'
    device.folder_sync()
    waiting(stored, device, device.inbox())
    stored.deliver()
    assert receive(device).get('Status') == '2'


def test_a_watched_folder_that_is_deleted_has_status_7(account):
    with account.imap() as connection:
        check(connection.create('Doomed'))
    device = synced(account, 'Doomed')
    waiting(account, device, device.folder('Doomed'))
    with account.imap() as connection:
        check(connection.delete('Doomed'))
    assert receive(device).get('Status') == '7'


def test_a_second_ping_of_the_device_is_served(account):
    device = synced(account, 'INBOX')
    inbox = device.inbox()
    waiting(account, device, inbox)
    again = account.phone(device_id=device.client.device_id)
    waiting(account, again, inbox)
    account.deliver()
    assert receive(again).get('Status') == '2'


def test_a_phone_that_has_gone_is_forgotten(account):
    for _ in range(5):
        device = synced(account, 'INBOX')
        waiting(account, device, device.inbox())
        device.client.close()
    account.deliver()
    device = synced(account, 'INBOX')
    assert len(device.held(device.inbox()).items) == 1


def test_many_phones_wait_at_once(account):
    devices = [synced(account, 'INBOX') for _ in range(20)]
    with account.parking(*devices):
        for device in devices:
            device.start_ping(LONG_SECONDS, [device.inbox()])
    account.deliver()
    for device in devices:
        assert receive(device).get('Status') == '2'


def test_no_mail_process_is_left_for_a_waiting_phone(account):
    devices = [synced(account, 'INBOX') for _ in range(6)]
    assert account.busy_processes() >= len(devices)
    for device in devices:
        waiting(account, device, device.inbox())
    assert wait_until(lambda: account.busy_processes() == 0, 30)
    account.deliver()
    for device in devices:
        assert receive(device).get('Status') == '2'


def hang(device, folder: str) -> None:
    """A Sync that waits for longer than we wait for its answer."""
    device.client.post_only('Sync', E('AirSync:Sync', E('AirSync:Collections', device.request(folder)),
                                      E('AirSync:HeartbeatInterval', LONG_SECONDS)))
    device.client.connection.sock.settimeout(LONG_SECONDS / 5)


def test_a_hanging_sync_is_woken(stored):
    device = synced(stored, 'INBOX')
    inbox = device.inbox()
    with stored.parking(device):
        hang(device, inbox)
    stored.deliver('Pushed into the Sync')
    answer = device.apply(device.client.receive())
    assert answer.get('Collections/Collection/Status') == '1'
    assert len(device.held(inbox).items) == 1


@pytest.mark.parametrize('element, value, limit', [('HeartbeatInterval', 59, '60'), ('HeartbeatInterval', 3541, '3540'),
                                                   ('Wait', 60, '59'), ('Wait', 0, '1')])
def test_a_wait_out_of_range_has_status_14_and_the_limit(account, element, value, limit):
    device = synced(account, 'INBOX')
    answer = device.client.sync(device.request(device.inbox()), extra=[E(f'AirSync:{element}', value)]).expect()
    assert (answer.get('Status'), answer.get('Limit')) == ('14', limit)


def test_a_second_sync_ends_the_first_ones_wait(account):
    device = synced(account, 'INBOX')
    inbox = device.inbox()
    with account.parking(device):
        hang(device, inbox)
    again = account.client(device_id=device.client.device_id)
    again.sync(collection(inbox, device.held(inbox).sync_key)).expect()
    assert device.client.receive().status in (200, 503)
