"""FolderSync: MS-ASCMD 2.2.1.5."""
from __future__ import annotations

import pytest

from accounts import check, quoted
from eas_client import E
from eas_client.device import DRAFTS, INBOX, SENT, TRASH, USER_CREATED


def by_name(device) -> dict[str, object]:
    return {folder.name: folder for folder in device.folders.values()}


def test_who_begins_anew_is_told_versions_and_commands(account, version):
    """MS-ASHTTP 3.2.5.1"""
    client = account.client(version)
    options, first = client.options().headers, client.folder_sync().expect()
    assert first.headers['X-MS-RP'] == first.headers['MS-ASProtocolVersions'] == options['MS-ASProtocolVersions']
    assert first.headers['MS-ASProtocolCommands'] == options['MS-ASProtocolCommands']
    assert 'X-MS-RP' not in client.folder_sync(first.get('SyncKey')).expect().headers
    unknown = client.folder_sync('unknown')
    assert unknown.get('Status') == '9' and 'X-MS-RP' in unknown.headers


def test_special_folders_have_their_types(account, version):
    folders = by_name(account.phone(version))
    inbox = [folder for folder in folders.values() if folder.type == INBOX]
    assert len(inbox) == 1 and inbox[0].parent_id == '0'
    assert folders['Drafts'].type == DRAFTS
    assert folders['Trash'].type == TRASH
    assert folders['Sent'].type == SENT
    assert folders['Junk'].type == USER_CREATED
    assert folders['Archive'].type == USER_CREATED


def test_the_inbox_is_listed_before_any_mail_came(account):
    device = account.phone()
    assert device.inbox()


def test_nothing_changed_gives_the_same_key_and_no_changes(account):
    device = account.phone()
    key = device.folder_key
    answer = device.folder_sync()
    assert answer.get('Changes/Count') == '0'
    assert device.folder_sync().get('SyncKey') == key


def test_a_new_folder_is_added(account):
    device = account.phone()
    with account.imap() as connection:
        check(connection.create('Projects'))
    answer = device.folder_sync()
    assert answer.get('Changes/Count') == '1'
    assert by_name(device)['Projects'].type == USER_CREATED
    assert by_name(device)['Projects'].parent_id == '0'


def test_hierarchy_is_kept(account):
    with account.imap() as connection:
        for name in ('A', 'A/B', 'A/B/C', 'INBOX/Below'):
            check(connection.create(name))
    device = account.phone()
    assert device.folders[device.folder('A/B/C')].parent_id == device.folder('A/B')
    assert device.folders[device.folder('A/B')].parent_id == device.folder('A')
    assert by_name(device)['Below'].parent_id in (device.inbox(), '0')


def test_a_parent_that_does_not_exist_as_a_mailbox_is_no_obstacle(account):
    with account.imap() as connection:
        check(connection.create('Phantom/Child'))
    device = account.phone()
    assert 'Child' in by_name(device)
    # The model device has checked already that every parent is known.
    assert by_name(device)['Child'].parent_id in (*device.folders, '0')


def test_a_folder_that_only_holds_others_syncs_as_an_empty_one(account):
    with account.imap() as connection:
        check(connection.create('Phantom/Child'))
    device = account.phone()
    for _ in range(2):
        assert device.sync_all(device.folder('Phantom')).items == {}


@pytest.mark.parametrize('name', ['Grüße', '漢字', 'עברית', 'A & B', 'with  two spaces', 'dot.ted', '100%', "quote's", '~home',
                                  '&ampersand-', '🍝 pasta', 'x' * 200, '<tag>', 'INBOXES', 'semi;colon', 'back\\slash'])
def test_any_name_survives(account, name):
    with account.imap() as connection:
        status, _ = connection.create(quoted(name))
    if status != 'OK':
        pytest.skip('Dovecot refuses this name')
    device = account.phone()
    assert name in by_name(device)
    assert device.sync_all(device.folder(name)).items == {}


def test_a_renamed_folder_is_an_update_with_the_same_id(account):
    with account.imap() as connection:
        check(connection.create('Before'))
    device = account.phone()
    server_id = device.folder('Before')
    with account.imap() as connection:
        check(connection.rename('Before', 'After'))
    answer = device.folder_sync()
    assert [change.name for change in answer.document.find('FolderHierarchy:Changes') if change.name != 'Count'] == ['Update']
    assert device.folder('After') == server_id


def test_a_moved_folder_is_an_update_of_its_parent(account):
    with account.imap() as connection:
        for name in ('Old', 'New', 'Old/Child', 'Old/Child/Leaf'):
            check(connection.create(name))
    device = account.phone()
    server_id, leaf = device.folder('Old/Child'), device.folder('Old/Child/Leaf')
    with account.imap() as connection:
        check(connection.rename('Old/Child', 'New/Child'))
    device.folder_sync()
    assert device.folder('New/Child') == server_id
    assert device.folder('New/Child/Leaf') == leaf


def test_items_stay_in_sync_after_a_rename(account):
    with account.imap() as connection:
        check(connection.create('Before'))
    account.append(b'Subject: kept\r\n\r\nx\r\n', 'Before')
    device = account.phone()
    server_id = device.folder('Before')
    device.sync_all(server_id)
    with account.imap() as connection:
        check(connection.rename('Before', 'After'))
    device.folder_sync()
    answer = device.sync(server_id)
    assert answer.document is None or answer.document.find('Collections/Collection/Commands') is None
    assert len(device.held(server_id).items) == 1


def test_a_deleted_folder_is_deleted(account):
    with account.imap() as connection:
        check(connection.create('Gone'))
        check(connection.create('Gone/Too'))
    device = account.phone()
    with account.imap() as connection:
        check(connection.delete('Gone/Too'))
        check(connection.delete('Gone'))
    answer = device.folder_sync()
    assert answer.get('Changes/Count') == '2'
    assert 'Gone' not in by_name(device)


def test_a_folder_made_anew_under_the_same_name_has_another_id(account):
    with account.imap() as connection:
        check(connection.create('Again'))
    device = account.phone()
    server_id = device.folder('Again')
    with account.imap() as connection:
        check(connection.delete('Again'))
        check(connection.create('Again'))
    device.folder_sync()
    assert device.folder('Again') != server_id


def test_many_changes_at_once(account):
    with account.imap() as connection:
        for number in range(20):
            check(connection.create(f'F{number}'))
    device = account.phone()
    with account.imap() as connection:
        for number in range(0, 20, 3):
            check(connection.delete(f'F{number}'))
        for number in range(1, 20, 3):
            check(connection.rename(f'F{number}', f'R{number}'))
        for number in range(20, 25):
            check(connection.create(f'F{number}'))
    device.folder_sync()
    fresh = account.phone()
    assert {(f.server_id, f.name, f.parent_id, f.type) for f in device.folders.values()} == \
        {(f.server_id, f.name, f.parent_id, f.type) for f in fresh.folders.values()}


def test_repeating_the_previous_key_gives_the_same_changes(account):
    device = account.phone()
    key = device.folder_key
    with account.imap() as connection:
        check(connection.create(quoted('Lost answer')))
    first = device.client.folder_sync(key).expect()
    second = device.client.folder_sync(key).expect()
    for answer in (first, second):
        assert answer.get('Status') == '1'
        assert answer.get('Changes/Add/DisplayName') == 'Lost answer'


@pytest.mark.parametrize('key', ['12345', 'nonsense', '{3F2504E0}1', '-1', 'x' * 64])
def test_an_unknown_key_has_status_9_and_a_new_start_works(account, key):
    device = account.phone()
    assert device.client.folder_sync(key).expect().get('Status') == '9'
    device.folder_key = '0'
    assert device.folder_sync().get('Status') == '1'
    assert device.inbox()


def test_a_new_start_lists_everything_with_the_same_ids(account):
    device = account.phone()
    before = dict(device.folders)
    device.folder_key = '0'
    device.folder_sync()
    assert device.folders == before


def test_ids_are_the_same_for_all_devices(account):
    assert account.phone().folders == account.phone().folders


def test_a_request_without_a_key_has_status_10(account):
    answer = account.client().post('FolderSync', E('FolderHierarchy:FolderSync'))
    assert answer.status == 400 or answer.get('Status') == '10'


def test_each_storage_format_lists_folders(stored):
    with stored.imap() as connection:
        check(connection.create('Top/Sub'))
    device = stored.phone()
    server_id = device.folder('Top/Sub')
    with stored.imap() as connection:
        check(connection.rename('Top/Sub', 'Top/Renamed'))
    device.folder_sync()
    assert device.folder('Top/Renamed') == server_id
