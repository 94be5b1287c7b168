"""EmptyFolderContents of ItemOperations: MS-ASCMD 2.2.3.58."""
from __future__ import annotations

from accounts import check
from eas_client.device import subjects


def status(answer, path: str = 'Response/EmptyFolderContents/Status') -> str:
    assert answer.expect().get('Status') == '1'
    return answer.get(path)


def mailboxes(account) -> list[str]:
    with account.imap() as connection:
        return sorted(line.decode().rsplit(' ', 1)[1].strip('"') for line in check(connection.list()))


def test_the_trash_is_emptied(stored):
    for title in ('one', 'two', 'three'):
        stored.append(f'Subject: {title}\r\n\r\nx\r\n'.encode(), 'Trash')
    stored.append(b'Subject: stays\r\n\r\nx\r\n')
    device, other = stored.phone(), stored.phone()
    trash = device.folder('Trash')
    for phone in (device, other):
        assert subjects(phone.sync_all(trash)) == ['one', 'three', 'two']
    answer = device.client.empty_folder(trash)
    assert (status(answer), answer.get('Response/EmptyFolderContents/CollectionId')) == ('1', trash)
    with stored.imap('Trash') as connection:
        assert check(connection.search(None, 'ALL')) == [b'']
    for phone in (device, other):
        assert subjects(phone.sync_all(trash)) == []
        assert phone.held(trash).soft_deleted == []
        assert subjects(phone.sync_all(phone.inbox())) == ['stays']


def test_every_version_empties(account, version):
    account.append(b'Subject: x\r\n\r\nx\r\n', 'Trash')
    device = account.phone(version)
    trash = device.folder('Trash')
    device.sync_all(trash)
    assert status(device.client.empty_folder(trash)) == '1'
    assert subjects(device.sync_all(trash)) == []


def test_folders_below_go_on_demand(stored):
    with stored.imap() as connection:
        for name in ('Old', 'Old/2024', 'Old/2024/May', 'Other'):
            check(connection.create(f'"{name}"'))
    stored.append(b'Subject: in May\r\n\r\nx\r\n', 'Old/2024/May')
    stored.append(b'Subject: old\r\n\r\nx\r\n', 'Old')
    device, other = stored.phone(), stored.phone()
    old = device.folder('Old')
    assert status(device.client.empty_folder(old)) == '1'
    assert 'Old/2024/May' in mailboxes(stored)
    assert status(device.client.empty_folder(old, delete_subfolders=True)) == '1'
    left = mailboxes(stored)
    assert 'Old' in left and 'Other' in left and 'Old/2024' not in left and 'Old/2024/May' not in left
    for phone in (device, other):
        phone.folder_sync()
        names = {folder.name for folder in phone.folders.values()}
        assert {'Old', 'Other'} <= names and not {'2024', 'May'} & names


def test_statuses(account):
    device = account.phone()
    assert status(device.client.empty_folder('x' * 22)) == '6'
    assert device.client.empty_folder('').expect().get('Status') == '2'


def test_eight_thousand_messages_at_once(account):
    account.append(b'Subject: x\r\n\r\nx\r\n', 'Trash')
    with account.imap('Trash') as connection:
        for _ in range(13):
            check(connection.copy('1:*', 'Trash'))
            check(connection.noop())
        assert check(connection.status('Trash', '(MESSAGES)'))[0].split()[-1] == b'8192)'
    device = account.phone()
    trash = device.folder('Trash')
    assert status(device.client.empty_folder(trash)) == '1'
    with account.imap('Trash') as connection:
        assert check(connection.search(None, 'ALL')) == [b'']
