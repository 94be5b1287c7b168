"""FolderCreate, FolderUpdate and FolderDelete: MS-ASCMD 2.2.1.3, 2.2.1.4, 2.2.1.6."""
from __future__ import annotations

import pytest

from accounts import check, quoted
from eas_client import E
from eas_client.device import USER_CREATED, Folder, subjects

HIERARCHY = 'FolderHierarchy:'


def ask(device, command: str, **elements):
    """The command with the device's key; the answer's key is not taken over."""
    content = [E(HIERARCHY + name, value) for name, value in elements.items()]
    return device.client.post(command, E(HIERARCHY + command, E(HIERARCHY + 'SyncKey', device.folder_key), content)).expect()


def create(device, name: str, parent: str = '0', type_: str = USER_CREATED):
    answer = ask(device, 'FolderCreate', ParentId=parent, DisplayName=name, Type=type_)
    if answer.get('Status') == '1':
        device.folder_key = answer.get('SyncKey')
        device.folders[answer.get('ServerId')] = Folder(answer.get('ServerId'), parent, name, type_)
    return answer


def update(device, server_id: str, name: str, parent: str = '0'):
    answer = ask(device, 'FolderUpdate', ServerId=server_id, ParentId=parent, DisplayName=name)
    if answer.get('Status') == '1':
        device.folder_key = answer.get('SyncKey')
        device.folders[server_id] = Folder(server_id, parent, name, device.folders[server_id].type)
    return answer


def delete(device, server_id: str):
    answer = ask(device, 'FolderDelete', ServerId=server_id)
    if answer.get('Status') == '1':
        device.folder_key = answer.get('SyncKey')
        gone = {server_id}
        for _ in range(len(device.folders)):
            gone |= {folder.server_id for folder in device.folders.values() if folder.parent_id in gone}
        for each in gone:
            device.folders.pop(each, None)
    return answer


def settled(account, device) -> bool:
    """Nothing is left to tell, and a new device sees the same."""
    return device.folder_sync().get('Changes/Count') == '0' and account.phone(device.client.version).folders == device.folders


def names(account, command: str) -> set[str]:
    with account.imap() as connection:
        lines = check(getattr(connection, command)())
    return {line.decode().rsplit(' "/" ', 1)[1].strip('"') for line in lines if line}


def test_a_new_folder_is_a_subscribed_mailbox(stored):
    device = stored.phone()
    top = create(device, 'Top').get('ServerId')
    below = create(device, 'Below', parent=top).get('ServerId')
    create(device, 'Under the Inbox', parent=device.inbox())
    assert {'Top', 'Top/Below', 'INBOX/Under the Inbox'} <= names(stored, 'list') & names(stored, 'lsub')
    assert settled(stored, device)
    stored.append(b'Subject: inside\r\n\r\nx\r\n', 'Top/Below')
    assert subjects(device.sync_all(below)) == ['inside']


def test_every_version_creates_renames_and_deletes(account, version):
    device = account.phone(version)
    server_id = create(device, 'Made').get('ServerId')
    assert update(device, server_id, 'Renamed').get('Status') == '1'
    assert delete(device, server_id).get('Status') == '1'
    assert settled(account, device)


@pytest.mark.parametrize('name', ['Grüße', '漢字', 'עברית', 'A & B', 'with  two spaces', '100%', 'star*', "quote's", '&ampersand-',
                                  '🍝 pasta', 'x' * 100, '<tag>', 'INBOXES', 'semi;colon', 'back\\slash', '"quoted"'])
def test_any_name_can_be_given(account, name):
    device = account.phone()
    first = create(device, name)
    assert first.get('Status') == '1'
    other = create(device, 'Other').get('ServerId')
    assert update(device, other, name, parent=first.get('ServerId')).get('Status') == '1'
    assert settled(account, device)
    assert device.sync_all(other).items == {}
    assert delete(device, first.get('ServerId')).get('Status') == '1'
    assert settled(account, device)


@pytest.mark.parametrize('name', ['a/b', '/a', 'a/', '/', 'tab\there', 'x' * 256])
def test_a_name_that_no_mailbox_can_have_is_refused(account, name):
    device = account.phone()
    assert create(device, name).get('Status') == '10'
    server_id = create(device, 'Good').get('ServerId')
    assert update(device, server_id, name).get('Status') == '10'
    assert settled(account, device)


def test_a_taken_name_and_an_unknown_parent(account):
    device = account.phone()
    create(device, 'Taken')
    assert create(device, 'Taken').get('Status') == '2'
    assert create(device, 'inbox').get('Status') == '2'
    assert create(device, 'Lost', parent='nowhere').get('Status') == '5'
    assert create(device, 'Lost', parent='').get('Status') == '5'
    assert settled(account, device)


def test_folders_of_classes_that_the_user_has_not_are_not_created(account):
    device = account.phone()
    assert create(device, 'Contacts 2', type_='14').get('Status') == '147'
    assert create(device, 'Inbox 2', type_='2').get('Status') == '10'


def test_a_rename_keeps_id_messages_and_state(stored):
    device = stored.phone()
    top = create(device, 'Before').get('ServerId')
    below = create(device, 'Below', parent=top).get('ServerId')
    stored.append(b'Subject: kept\r\n\r\nx\r\n', 'Before/Below')
    device.sync_all(below)
    assert update(device, top, 'After').get('Status') == '1'
    assert settled(stored, device)
    assert {'After', 'After/Below'} <= names(stored, 'list') & names(stored, 'lsub')
    assert not {'Before', 'Before/Below'} & (names(stored, 'list') | names(stored, 'lsub'))
    answer = device.sync(below)
    assert answer.document is None or answer.document.find('Collections/Collection/Commands') is None
    assert subjects(device.held(below)) == ['kept']


def test_a_folder_is_moved_and_back(stored):
    device = stored.phone()
    here, there = create(device, 'Here').get('ServerId'), create(device, 'There').get('ServerId')
    assert update(device, here, 'Here', parent=there).get('Status') == '1'
    assert 'There/Here' in names(stored, 'list')
    assert update(device, there, 'There', parent=here).get('Status') == '10'
    assert update(device, here, 'Here').get('Status') == '1'
    assert settled(stored, device)


def test_a_folder_that_only_holds_others_is_renamed_and_deleted(stored):
    with stored.imap() as connection:
        check(connection.create('Phantom/Child'))
    device = stored.phone()
    assert update(device, device.folder('Phantom'), 'Real').get('Status') == '1'
    device.folder_sync()
    assert 'Real/Child' in names(stored, 'list')
    assert delete(device, device.folder('Real')).get('Status') == '1'
    assert not {'Real', 'Real/Child'} & names(stored, 'list')
    assert settled(stored, device)


def test_a_deleted_folder_goes_with_its_messages_and_all_below(stored):
    device = stored.phone()
    top = create(device, 'Gone').get('ServerId')
    create(device, 'Too', parent=top)
    stored.append(b'Subject: x\r\n\r\nx\r\n', 'Gone')
    stored.append(b'Subject: x\r\n\r\nx\r\n', 'Gone/Too')
    create(device, 'Gone too')
    assert delete(device, top).get('Status') == '1'
    left = names(stored, 'list') | names(stored, 'lsub')
    assert not {'Gone', 'Gone/Too'} & left and 'Gone too' in left
    assert settled(stored, device)
    assert create(device, 'Gone').get('ServerId') != top


def test_what_was_moved_below_a_folder_goes_with_it(account):
    device = account.phone()
    moved, top = create(device, 'A moved one').get('ServerId'), create(device, 'Top').get('ServerId')
    below = create(device, 'Below', parent=top).get('ServerId')
    assert update(device, moved, 'Moved', parent=below).get('Status') == '1'
    assert delete(device, top).get('Status') == '1'
    assert settled(account, device)


def test_special_folders_are_left_alone(account):
    device = account.phone()
    for name in ('INBOX', 'Trash', 'Sent', 'Drafts', 'Junk'):
        server_id = device.folder(name)
        assert delete(device, server_id).get('Status') == '3'
        assert update(device, server_id, 'Mine').get('Status') == '2'
    assert settled(account, device)


def test_the_recipient_information_cache_has_status_3(account):
    device = account.phone()
    assert create(device, 'x', parent='RI').get('Status') == '3'
    assert ask(device, 'FolderDelete', ServerId='RI').get('Status') == '3'
    assert ask(device, 'FolderUpdate', ServerId='RI', ParentId='0', DisplayName='x').get('Status') == '3'
    assert update(device, create(device, 'Mine').get('ServerId'), 'Mine', parent='RI').get('Status') == '3'
    assert settled(account, device)


@pytest.mark.parametrize('server_id', ['', 'nowhere', '0'])
def test_an_unknown_or_empty_id_has_status_4(account, server_id):
    device = account.phone()
    assert ask(device, 'FolderDelete', ServerId=server_id).get('Status') == '4'
    assert ask(device, 'FolderUpdate', ServerId=server_id, ParentId='0', DisplayName='x').get('Status') == '4'


def test_missing_elements_have_status_10(account):
    device = account.phone()
    for command in ('FolderCreate', 'FolderDelete', 'FolderUpdate'):
        assert ask(device, command).get('Status') == '10'
        assert device.client.post(command, E(HIERARCHY + command)).expect().get('Status') == '10'


def test_an_unknown_key_has_status_9(account):
    device = account.phone()
    device.folder_key = '4711'
    assert create(device, 'x').get('Status') == '9'
    assert delete(device, device.inbox()).get('Status') == '9'
    assert update(device, device.inbox(), 'x').get('Status') == '9'


def test_repeated_after_a_lost_answer(account):
    device = account.phone()
    lost = ask(device, 'FolderCreate', ParentId='0', DisplayName='Once', Type='12').get('ServerId')
    assert create(device, 'Once').get('ServerId') == lost
    assert settled(account, device)
    assert ask(device, 'FolderUpdate', ServerId=lost, ParentId='0', DisplayName='Twice').get('Status') == '1'
    assert update(device, lost, 'Twice').get('Status') == '1'
    assert settled(account, device)
    assert ask(device, 'FolderDelete', ServerId=lost).get('Status') == '1'
    assert delete(device, lost).get('Status') == '1'
    assert settled(account, device)


def test_what_others_did_is_still_told(account):
    device = account.phone()
    with account.imap() as connection:
        check(connection.create(quoted('Meanwhile')))
    create(device, 'Mine')
    assert device.folder_sync().get('Changes/Add/DisplayName') == 'Meanwhile'
    assert settled(account, device)
