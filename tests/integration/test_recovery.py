"""What happens to mailboxes behind the phone's back, one by one; test_convergence.py has it all mixed.

Each test ends with the phone's content compared with IMAP's; the model device complains on the way of what
contradicts what it was told.
"""
from __future__ import annotations

import os
import shutil
import sys
import time
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[1] / 'bench'))

from accounts import Account, check, quoted  # pylint: disable=wrong-import-position
from conftest import new_account, start_instance, stop_instance  # pylint: disable=wrong-import-position
from eas_bench.mailboxes import fill, small_message  # pylint: disable=wrong-import-position
from eas_client import E  # pylint: disable=wrong-import-position
from eas_client.device import subjects, text  # pylint: disable=wrong-import-position

# Messages of the large mailbox, half of which go at once: EAS_MANY=100000 takes some minutes.
MANY = int(os.environ.get('EAS_MANY', '5000'))

# Every few changes begin a new file of the index's log, and the one before is deleted.
ROTATING = '''
mail_index_log_rotate_min_size = 1k
mail_index_log_rotate_max_size = 1k
mail_index_log_rotate_min_age = 0
mail_index_log2_max_age = 0
mail_index_rewrite_min_log_bytes = 0
mail_index_rewrite_max_log_bytes = 0
'''


def compare(account: Account, device, mailbox: str = 'INBOX') -> None:
    """Subject and flags of each message; raises if the phone shows anything else than IMAP."""
    items = device.held(device.folder(mailbox)).items.values()
    shown = {text(item, 'Email:Subject'): (text(item, 'Email:Read') == '1', item['Email:Flag'].get('Status') == '2')
             for item in items}
    there = {subject: (r'\Seen' in flags, r'\Flagged' in flags) for subject, flags in account.flags(mailbox).items()}
    assert len(items) == len(there)
    assert shown == there


def synced(account: Account, count: int):
    """A phone that has everything of an Inbox with these many messages."""
    account.append_many(count)
    device = account.phone()
    device.sync_all(device.inbox())
    return device, device.inbox()


def log_of_index(account: Account) -> Path:
    """Of the Inbox, which a Maildir has at its top."""
    return min((account.instance.mail_root / account.user).rglob('dovecot.index.log'),
               key=lambda path: ('INBOX' not in path.parts, len(path.parts)))


def test_half_of_a_large_mailbox_is_expunged_at_once(maildir):
    account = Account(maildir, maildir.take_user())
    fill(maildir, account.user, MANY, small_message)
    device = account.phone(timeout_seconds=600)
    inbox = device.inbox()
    assert len(device.sync_all(inbox, window=512, options=[]).items) == MANY
    with account.imap('INBOX') as connection:
        # Every second of the first half and all of the last quarter, in commands that Dovecot does not find too long.
        gone = [*range(1, MANY // 2, 2), *range(MANY - MANY // 4 + 1, MANY + 1)]
        for start in range(0, len(gone), 5000):
            uids = ','.join(map(str, gone[start:start + 5000]))
            check(connection.uid('STORE', uids, '+FLAGS.SILENT', r'(\Deleted)'))
        check(connection.expunge())
    device.sync_all(inbox, window=512)
    compare(account, device)
    assert len(device.held(inbox).items) == MANY // 2
    account.close()


def test_a_rebuilt_index_tells_nothing_twice(stored):
    device, inbox = synced(stored, 8)
    stored.store('Message 1', '+FLAGS', r'\Seen')
    stored.expunge('Message 2')
    stored.instance.dovecot.doveadm('force-resync', '-u', stored.user, 'INBOX')
    stored.store('Message 3', '+FLAGS', r'\Flagged')
    stored.expunge('Message 4')
    stored.deliver('After')
    device.sync_all(inbox)
    compare(stored, device)


@pytest.mark.parametrize('more', [0, 3, 20])
def test_an_index_that_was_deleted_and_counts_on_hides_nothing(account, more):
    device, inbox = synced(account, 8)
    account.expunge('Message 5')
    account.store('Message 6', '+FLAGS', r'\Seen')
    device.client.close()  # the next process finds it so
    time.sleep(1)  # Dovecot tells two indexes apart by the second in which they were made
    for path in log_of_index(account).parent.glob('dovecot.index*'):
        path.unlink()
    for number in range(more):
        account.store('Message 7', '+FLAGS' if number % 2 == 0 else '-FLAGS', r'\Answered')
    device.sync_all(inbox)
    compare(account, device)


def test_an_index_that_is_deleted_while_the_phone_is_connected_is_made_anew(account):
    device, inbox = synced(account, 4)
    time.sleep(1)
    for path in log_of_index(account).parent.glob('dovecot.index*'):
        path.unlink()
    account.expect_error('was deleted under us|transaction log|dovecot.index')
    device.sync(inbox)
    account.store('Message 1', '+FLAGS', r'\Seen')
    account.deliver('After')
    device.sync_all(inbox)
    compare(account, device)


def test_mail_moves_between_folders_while_the_phone_syncs(stored):
    stored.append_many(20)
    device = stored.phone()
    inbox, archive = device.inbox(), device.folder('Archive')
    for step in range(6):
        device.sync(inbox, window=4)
        with stored.imap('INBOX' if step % 3 else 'Archive') as connection:
            uids = check(connection.uid('SEARCH', 'ALL'))[0].decode().split()
            if uids:
                check(connection.uid('MOVE', ','.join(uids[::3]), 'Archive' if step % 3 else 'INBOX'))
        device.sync(archive, window=3)
    device.sync_all(inbox)
    device.sync_all(archive)
    compare(stored, device)
    compare(stored, device, 'Archive')
    assert sorted(subjects(device.held(inbox)) + subjects(device.held(archive))) == \
        sorted(f'Message {number}' for number in range(20))


def test_an_expunge_and_an_arrival_leave_the_count_equal(stored):
    device, inbox = synced(stored, 5)
    stored.expunge('Message 4')
    stored.deliver('Replacement')
    device.sync_all(inbox)
    compare(stored, device)


@pytest.mark.parametrize('mail_format', ['maildir', 'sdbox'])
def test_the_log_was_rotated_and_nobody_knows_the_expunges(mail_format):
    instance = start_instance(mail_format, extra=ROTATING)
    try:
        account = Account(instance, instance.take_user())
        device, inbox = synced(account, 10)
        first_log = log_of_index(account).stat().st_ino
        account.expunge('Message 2', 'Message 9')
        account.store('Message 5', '+FLAGS', r'\Seen')
        with account.imap('INBOX') as connection:
            for number in range(60):
                check(connection.store('1', '+FLAGS' if number % 2 == 0 else '-FLAGS', '(Rotation)'))
        assert log_of_index(account).stat().st_ino != first_log
        device.sync_all(inbox)
        compare(account, device)
        account.close()
    finally:
        stop_instance(instance)


def test_another_uidvalidity_has_status_3_and_a_new_start_gives_all(stored):
    device, inbox = synced(stored, 5)
    stored.instance.dovecot.doveadm('mailbox', 'update', '-u', stored.user, '--uid-validity', 1234567890, 'INBOX')
    device.sync(inbox)
    assert device.held(inbox).last_status == '3'
    device.start(inbox)
    device.sync_all(inbox)
    compare(stored, device)


def test_a_mailbox_deleted_and_made_anew_under_its_name_is_another_one(stored):
    with stored.imap() as connection:
        check(connection.create('Project'))
    stored.append(b'Subject: old\r\n\r\nx\r\n', 'Project')
    device = stored.phone()
    old = device.folder('Project')
    device.sync_all(old)
    with stored.imap() as connection:
        check(connection.delete('Project'))
        check(connection.create('Project'))
    stored.append(b'Subject: new\r\n\r\nx\r\n', 'Project')
    device.sync(old)
    assert device.held(old).last_status in ('8', '12')
    device.folder_sync()
    assert device.folder('Project') != old
    device.sync_all(device.folder('Project'))
    compare(stored, device, 'Project')


def test_a_deleted_mailbox_with_others_below_becomes_a_container(stored):
    with stored.imap() as connection:
        check(connection.create('Above'))
        check(connection.create('Above/Below'))
    stored.append(b'Subject: stays\r\n\r\nx\r\n', 'Above/Below')
    device = stored.phone()
    above, below = device.folder('Above'), device.folder('Above/Below')
    device.sync_all(above)
    device.sync_all(below)
    with stored.imap() as connection:
        check(connection.delete('Above'))
        gone = connection.select(quoted('Above'))[0] == 'NO'
    device.folder_sync()
    assert gone and device.folder('Above') != above
    assert device.folder('Above/Below') == below
    device.sync_all(device.folder('Above'))
    device.sync_all(below)
    compare(stored, device, 'Above/Below')


def test_a_state_that_cannot_be_read_makes_the_phone_begin_anew_at_once(account):
    """Ping would wait for ever else; the log says why."""
    phone, inbox = synced(account, 3)
    path = account.instance.mail_root / account.user / f'.eas/device/{phone.client.device_id}/mail-{inbox}'
    path.write_bytes(path.read_bytes()[:-20])
    account.deliver('New')
    assert phone.client.ping(60, [inbox]).expect().get('Status') == '2'
    start = len(account.instance.log())
    phone.sync(inbox)
    assert phone.held(inbox).last_status == '3'
    account.instance.wait_for_log('Sync .* status=3 .* cannot be read', start)
    phone.start(inbox)
    phone.sync_all(inbox)
    compare(account, phone)


def test_a_full_window_does_not_hold_back_what_the_phone_changed(account):
    account.append_many(6)
    account.append(b'Subject: to be read\r\n\r\nx\r\n', 'Archive')
    device = account.phone()
    inbox, drafts, archive = device.inbox(), device.folder('Drafts'), device.folder('Archive')
    for folder in (inbox, drafts):
        device.start(folder)
    item, = device.sync_all(archive).items
    read = E('AirSync:Change', E('AirSync:ServerId', item), E('AirSync:ApplicationData', E('Email:Read', 1)))
    answer = device.client.sync(device.request(inbox, window=2), device.request(drafts),
                                device.request(archive, commands=[read]), extra=[E('AirSync:WindowSize', 2)])
    device.apply(answer)
    assert r'\Seen' in account.flags('Archive')['to be read']


def test_a_message_that_cannot_be_read_does_not_hold_up_the_others(account):
    device, inbox = synced(account, 3)
    for subject in ('Before', 'Damaged', 'After'):
        account.deliver(subject)
    files = (account.instance.mail_root / account.user).rglob('*')
    damaged = next(path for path in files if path.parent.name in ('new', 'cur') and b'Subject: Damaged' in path.read_bytes())
    damaged.chmod(0)
    account.expect_error('Permission denied')
    device.sync_all(inbox)
    shown = set(subjects(device.held(inbox)))
    assert {'Before', 'After'} <= shown and 'Damaged' not in shown
    assert device.client.ping(2, [inbox]).get('Status') == '1'  # it is no reason to wake the phone all the time
    damaged.chmod(0o600)
    other = account.phone(device_id='another')
    other.sync_all(other.inbox())
    compare(account, other)


@pytest.fixture(name='boxed')
def fixture_boxed(sdbox):
    yield from new_account(sdbox)


def damage(account: Account, subject: str) -> Path:
    """Makes a message's file unreadable, and the index forget what it had of it; the file."""
    root = account.instance.mail_root / account.user
    damaged = next(path for path in root.rglob('*') if path.is_file() and not path.name.startswith('dovecot')
                   and f'Subject: {subject}'.encode() in path.read_bytes())
    damaged.chmod(0)
    for cache in root.rglob('dovecot.index.cache'):
        cache.unlink()
    account.expect_error('Permission denied')
    return damaged


@pytest.mark.parametrize('options', [[E('AirSync:FilterType', 3)], []], ids=['filtered', 'all'])
def test_a_damaged_message_without_a_date_or_a_guid_does_not_hold_up_a_folder(boxed, options):
    for subject, flags in (('Before', ''), ('Damaged', r'\Answered'), ('After', '')):
        boxed.append(f'Subject: {subject}\r\n\r\nx\r\n'.encode(), flags=flags)
    device = boxed.phone()
    inbox = device.inbox()
    device.sync_all(inbox)
    before = next(key for key, item in device.held(inbox).items.items() if text(item, 'Email:Subject') == 'Before')
    device.change(inbox, before, E('Email:Flag', E('Email:Status', 2), E('Email:FlagType', 'Own')))  # an annotation
    damaged = damage(boxed, 'Damaged')
    other = boxed.phone(device_id='another')
    other.sync_all(inbox, options=options)
    assert subjects(other.held(inbox)) == ['After', 'Before']
    boxed.append(b'Subject: New\r\n\r\nx\r\n')
    for each in (device, other):
        each.sync_all(inbox, options=options)
        assert 'New' in subjects(each.held(inbox))
    damaged.chmod(0o600)
    assert 'Damaged' in subjects(device.held(inbox))  # that had it


def test_the_flag_of_a_message_that_cannot_be_read_is_told(account):
    device, inbox = synced(account, 2)
    account.store('Message 1', '+FLAGS', r'\Flagged')
    damage(account, 'Message 1')
    account.deliver('After')
    device.sync_all(inbox)
    flags = {text(item, 'Email:Subject'): item['Email:Flag'].get('Status') for item in device.held(inbox).items.values()}
    assert flags == {'Message 0': None, 'Message 1': '2', 'After': None}


@pytest.mark.parametrize('format_', ['maildir', 'sdbox'])
def test_a_message_that_cannot_be_read_hides_nothing_from_a_search(request, format_):
    for account in new_account(request.getfixturevalue(format_)):
        for subject in ('Zebra before', 'Zebra damaged', 'Zebra after'):
            account.append(f'Subject: {subject}\r\n\r\nstripes and hooves\r\n'.encode())
        damage(account, 'Zebra damaged')
        client = account.client('16.1')
        for words in ('zebra', 'stripes', 'stripes NOT spots'):
            answer = client.search(E('Search:FreeText', words)).expect()
            assert answer.get('Response/Store/Status') == '1', words
            shown = [each.get('Properties/Subject') for each in answer.document.find('Response/Store').findall('Result')]
            assert shown == ['Zebra after', 'Zebra before'], words
            answer = client.find('id ' + words, E('Find:FreeText', words), E('AirSync:Class', 'Email')).expect()
            assert [each.get('Properties/Subject') for each in answer.document.find('Response').findall('Result')] == shown, words


def test_a_mailbox_that_cannot_be_read_hides_nothing_from_a_search(account):
    with account.imap() as connection:
        check(connection.create('Broken'))
    account.append(b'Subject: Zebra in there\r\n\r\nx\r\n', 'Broken')
    account.deliver('Zebra')
    broken = account.instance.mail_root / account.user / 'Maildir' / '.Broken'
    for path in broken.glob('dovecot*'):
        path.unlink()
    (broken / 'dovecot-uidlist').mkdir()
    account.expect_error('dovecot-uidlist')
    device = account.phone('16.1')
    answer = device.client.search(E('Search:FreeText', 'zebra')).expect()
    assert (answer.get('Response/Store/Status'), answer.get('Response/Store/Total')) == ('1', '1')
    answer = device.client.search(E('AirSync:CollectionId', device.folder('Broken')), E('Search:FreeText', 'zebra')).expect()
    assert answer.get('Response/Store/Status') == '3'
    (broken / 'dovecot-uidlist').rmdir()


@pytest.mark.parametrize('name', ['Archive', 'Trash'])
def test_a_mailbox_that_cannot_be_read_does_not_hold_up_the_others(account, name):
    with account.imap() as connection:
        connection.create(name)
        check(connection.create(f'{name}/Below'))
    account.append(b'Subject: below\r\n\r\nx\r\n', f'{name}/Below')
    device, inbox = synced(account, 2)
    folders = {folder.name for folder in device.folders.values()}
    broken = account.instance.mail_root / account.user / 'Maildir' / f'.{name}'
    for path in (*broken.parent.glob('dovecot.list.index*'), *broken.glob('dovecot*')):
        path.unlink()
    (broken / 'dovecot-uidlist').mkdir()
    (broken / 'dovecot-uidlist' / 'file').write_text('no uidlist')
    account.expect_error('dovecot-uidlist')
    device.client.close()
    account.deliver('After')
    device.folder_sync()
    assert {folder.name for folder in device.folders.values()} == folders
    device.sync_all(inbox)
    compare(account, device)
    assert subjects(device.sync_all(device.folder(f'{name}/Below'))) == ['below']
    assert device.client.ping(2, [inbox]).get('Status') == '1'
    gone = [E('AirSync:Delete', E('AirSync:ServerId', server_id)) for server_id in device.held(inbox).items]
    device.held(inbox).items.clear()
    device.sync(inbox, commands=gone)
    device.sync_all(inbox)
    compare(account, device)  # what could not go to an unreadable Trash is on the phone again
    shutil.rmtree(broken / 'dovecot-uidlist')
    device.client.close()
    device.folder_sync()
    assert {folder.name for folder in device.folders.values()} == folders
