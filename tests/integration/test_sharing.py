"""Shared and public mailboxes, by Dovecot's ACLs (RFC 4314 names the rights)."""
from __future__ import annotations

import datetime
import time

import pytest

from accounts import Account, check, make_message, quoted
from conftest import new_account, start_instance, stop_instance
from eas_client import E
from eas_client.device import subjects, text
from test_drafts import Phone, draft, stored

READ, WRITE, ALL = 'lr', 'lrswtei', 'lrswtipekxa'
RIGHTS = dict(l='lookup', r='read', s='write-seen', w='write', t='write-deleted', i='insert', p='post', e='expunge',
              k='create', x='delete', a='admin')


@pytest.fixture(scope='module', name='sharing', params=['maildir', 'sdbox'])
def fixture_sharing(request):
    instance = start_instance(request.param, sharing=True)
    yield instance
    stop_instance(instance)


@pytest.fixture(name='owner')
def fixture_owner(sharing):
    yield from new_account(sharing)


@pytest.fixture(name='guest')
def fixture_guest(sharing):
    yield from new_account(sharing)


def grant(account: Account, mailbox: str, who: str, rights: str) -> None:
    """Gives `who` ('user=name', 'anyone') exactly these rights on a mailbox."""
    command = ['acl', 'set' if rights else 'delete', '-u', account.user, mailbox, who]
    account.instance.dovecot.doveadm(*command, *[RIGHTS[letter] for letter in rights])


def share(owner: Account, guest: Account, rights: str, mailbox: str = 'Team', *titles: str) -> str:
    """A mailbox of the owner with messages of these titles; its path at the guest's."""
    with owner.imap() as connection:
        connection.create(quoted(mailbox))
    for title in titles:
        owner.append(make_message(title, to=owner.user), mailbox)
    grant(owner, mailbox, f'user={guest.user}', rights)
    return f'Shared/{owner.user}/{mailbox}'


def test_only_what_may_be_looked_up_is_listed(owner, guest):
    shown = share(owner, guest, 'lr', 'Shown')
    hidden = share(owner, guest, 'r', 'Hidden')
    device = guest.phone()
    assert device.folder(shown)
    with pytest.raises(KeyError):
        device.folder(hidden)


def item(device, folder: str, title: str) -> str:
    """The ServerId of the item with that Subject."""
    return next(key for key, item in device.held(folder).items.items() if text(item, 'Email:Subject') == title)


def outcomes(answer) -> list[str]:
    """The statuses of what the device asked for and did not get."""
    found = answer.document.find('Collections/Collection/Responses') if answer.document is not None else None
    return [] if found is None else [response.get('Status') for response in found]


def move(device, message: str, source: str, destination: str) -> str:
    answer = device.client.post('MoveItems', E('Move:MoveItems', E(
        'Move:Move', E('Move:SrcMsgId', message), E('Move:SrcFldId', source), E('Move:DstFldId', destination)))).expect()
    return answer.get('Response/Status')


def read(value: int):
    return E('Email:Read', value)


def flag(status: int):
    return E('Email:Flag', E('Email:Status', status), E('Email:FlagType', 'Follow up'))


@pytest.fixture(name='opened')
def fixture_opened(owner, guest):
    """A function: the guest's phone with a shared mailbox of one message, Hello, and the mailbox's ServerId."""
    def open_with(rights: str):
        device = guest.phone() if share(owner, guest, rights, 'Team', 'Hello') else None
        folder = device.folder(f'Shared/{owner.user}/Team')
        device.sync_all(folder)
        return device, folder
    return open_with


def test_what_may_be_looked_up_but_not_read_is_an_empty_folder(owner, guest, opened):
    device, folder = opened('l')
    assert not device.held(folder).items
    owner.append(make_message('More'), 'Team')
    assert not device.sync_all(folder).items
    device.folder_sync()
    assert device.folder(f'Shared/{owner.user}/Team') == folder


def test_what_may_be_read_later_is_filled_then(owner, guest, opened):
    device, folder = opened('l')
    grant(owner, 'Team', f'user={guest.user}', 'lr')
    if device.sync(folder).get('Collections/Collection/Status') == '3':
        device.start(folder)
    assert subjects(device.sync_all(folder)) == ['Hello']
    grant(owner, 'Team', f'user={guest.user}', 'l')
    assert device.sync(folder).get('Collections/Collection/Status') == '3'
    device.start(folder)
    assert not device.sync_all(folder).items


def test_a_box_for_insertion_only_takes_messages(owner, guest, opened):
    device, folder = opened('li')
    guest.append(make_message('Gift', to=guest.user))
    inbox = device.inbox()
    device.sync_all(inbox)
    assert move(device, item(device, inbox, 'Gift'), inbox, folder) == '3'
    assert 'Gift' in owner.flags('Team') and not guest.flags()
    assert not device.sync_all(folder).items


def test_a_read_only_mailbox_refuses_changes_and_the_phone_is_put_right(owner, opened):
    device, folder = opened('lr')
    message = item(device, folder, 'Hello')
    for change in (read(1), flag(2)):
        assert outcomes(device.change(folder, message, change, get_changes=False)) == ['7']
        device.sync_all(folder)
        assert text(device.held(folder).items[message], 'Email:Read') == '0'
    assert device.held(folder).items[message]['Email:Flag'].get('Status') in (None, '0')
    for as_moves in (True, False):
        assert outcomes(device.delete(folder, message, deletes_as_moves=as_moves, get_changes=False)) == ['7']
        assert list(device.sync_all(folder).items) == [message]
    assert not owner.flags('Team')['Hello'] - {'\\Recent'}


def test_nothing_is_moved_out_of_or_into_a_read_only_mailbox(owner, guest, opened):
    device, folder = opened('lr')
    guest.append(make_message('Mine', to=guest.user))
    inbox = device.inbox()
    device.sync_all(inbox)
    assert move(device, item(device, folder, 'Hello'), folder, inbox) == '5'
    assert move(device, item(device, inbox, 'Mine'), inbox, folder) == '5'
    assert subjects(device.sync_all(folder)) == ['Hello'] and subjects(device.sync_all(inbox)) == ['Mine']
    assert list(owner.flags('Team')) == ['Hello']


@pytest.mark.parametrize('rights, change, allowed', [
    ('lrs', read(1), True), ('lrs', flag(2), False), ('lrw', flag(2), True), ('lrw', read(1), False)])
def test_each_flag_has_its_right(owner, opened, rights, change, allowed):
    device, folder = opened(rights)
    message = item(device, folder, 'Hello')
    answer = device.change(folder, message, change, get_changes=False)
    assert outcomes(answer) == ([] if allowed else ['7'])
    shown = device.sync_all(folder).items[message]
    assert (text(shown, 'Email:Read') == '1') == (rights == 'lrs' and allowed)
    assert (shown['Email:Flag'].get('Status') == '2') == (rights == 'lrw' and allowed)
    assert ('\\Flagged' in owner.flags('Team')['Hello']) == (rights == 'lrw' and allowed)


def test_insertion_and_deletion_have_their_rights(owner, guest, opened):
    device, folder = opened('lri')
    guest.append(make_message('Mine', to=guest.user))
    inbox = device.inbox()
    device.sync_all(inbox)
    assert move(device, item(device, inbox, 'Mine'), inbox, folder) == '3'
    assert subjects(device.sync_all(folder)) == ['Hello', 'Mine']
    hello = item(device, folder, 'Hello')
    assert move(device, hello, folder, inbox) == '5'
    assert outcomes(device.delete(folder, hello, get_changes=False)) == ['7']
    assert subjects(device.sync_all(folder)) == ['Hello', 'Mine']
    grant(owner, 'Team', f'user={guest.user}', 'lre')
    assert move(device, hello, folder, inbox) == '3'
    assert outcomes(device.delete(folder, item(device, folder, 'Mine'))) == []
    assert subjects(device.sync_all(folder)) == [] and subjects(device.sync_all(inbox)) == ['Hello']
    assert subjects(device.sync_all(device.folder('Trash'))) == ['Mine']


def change_folder(device, command: str, *elements) -> str:
    answer = device.client.post(command, E(f'FolderHierarchy:{command}', E('FolderHierarchy:SyncKey', device.folder_key),
                                           *elements)).expect()
    if answer.get('Status') == '1':
        device.folder_key = '0'
        device.folder_sync()
    return answer.get('Status')


def test_folders_are_made_renamed_and_deleted_by_right(owner, guest, opened):
    device, folder = opened('lr')
    server_id = E('FolderHierarchy:ServerId', folder)
    parent = E('FolderHierarchy:ParentId', device.folders[folder].parent_id)

    def create() -> str:
        return change_folder(device, 'FolderCreate', E('FolderHierarchy:ParentId', folder),
                             E('FolderHierarchy:DisplayName', 'Below'), E('FolderHierarchy:Type', 12))

    def rename() -> str:
        return change_folder(device, 'FolderUpdate', server_id, parent, E('FolderHierarchy:DisplayName', 'Renamed'))

    assert create() == '3' and rename() == '2' and change_folder(device, 'FolderDelete', server_id) == '3'
    device.folder_sync()
    assert device.folders[folder].name == 'Team'
    grant(owner, 'Team', f'user={guest.user}', 'lrkxe')  # Dovecot wants "e" for the messages that go with it
    assert create() == '1'
    assert device.folder(f'Shared/{owner.user}/Team/Below')
    assert change_folder(device, 'FolderDelete', server_id) == '1'
    assert folder not in device.folders
    with owner.imap() as connection:
        assert b'Team' not in b''.join(check(connection.list()) or [])


def test_rights_that_change_are_found(owner, guest):
    device = guest.phone()
    path = share(owner, guest, 'lr', 'Team', 'Hello')
    device.folder_sync()
    folder = device.folder(path)
    assert subjects(device.sync_all(folder)) == ['Hello']
    grant(owner, 'Team', f'user={guest.user}', '')
    assert device.sync(folder).get('Collections/Collection/Status') == '12'
    device.folder_sync()
    assert folder not in device.folders


def ping(account: Account, device, *folders: str) -> None:
    with account.parking(device):
        device.start_ping(300, folders)


def woken(device) -> str:
    device.client.connection.sock.settimeout(60)
    return device.client.receive().expect().get('Status')


def test_rights_that_change_wake_the_phone(owner, guest):
    device = guest.phone()
    device.sync_all(device.inbox())
    other = share(owner, guest, 'lr', 'Other')
    share(owner, guest, 'r', 'Team', 'Hello')
    assert change_of_rights(guest, device, lambda: grant(owner, 'Team', f'user={guest.user}', 'lr')) == '7'
    assert device.folder(f'Shared/{owner.user}/Team')
    assert change_of_rights(guest, device, lambda: grant(owner, 'Team', f'user={guest.user}', '')) == '7'
    assert device.folder(other)


def change_of_rights(account: Account, device, change) -> str:
    """The Ping's Status when something was changed while it waited; 0 if it was told before."""
    time.sleep(1.1)  # Dovecot knows its list of who may see what by the second in which it was written
    device.folder_sync()
    ping(account, device, device.inbox())
    change()
    status = woken(device)
    device.folder_sync()
    return status


def make_public(account: Account, mailbox: str, rights: str, *titles: str) -> None:
    """A public mailbox; nobody has made it, so doveadm does without ACLs."""
    account.instance.dovecot.doveadm('-o', 'mail_plugins=', 'mailbox', 'create', '-u', account.user, mailbox)
    grant(account, mailbox, 'anyone', 'lrwstie')
    for title in titles:
        account.append(make_message(title), mailbox)
    grant(account, mailbox, 'anyone', rights)


def test_public_mailboxes(owner, guest):
    name = f'Team of {owner.user.split("@")[0]}'
    make_public(owner, f'Public/{name}', 'lrs', 'Hello')
    make_public(owner, f'Public/{name}/Secret', '', 'Hello')
    device = guest.phone()
    folder = device.folder(f'Public/{name}')
    assert subjects(device.sync_all(folder)) == ['Hello']
    with pytest.raises(KeyError):
        device.folder(f'Public/{name}/Secret')


@pytest.fixture(name='two_readers')
def fixture_two_readers(owner, guest):
    """Phones of two users with a public mailbox in which each has its own \\Seen; (owner's, guest's, name)."""
    name = f'Public/News of {owner.user.split("@")[0]}'
    make_public(owner, name, 'lrs', 'One', 'Two')
    phones = [account.phone() for account in (owner, guest)]
    for device in phones:
        device.sync_all(device.folder(name))
    return *phones, name


def shown_as_read(device, name: str) -> list[str]:
    held = device.sync_all(device.folder(name))
    return sorted(text(item, 'Email:Subject') for item in held.items.values() if text(item, 'Email:Read') == '1')


def test_what_one_reads_stays_unread_for_others(owner, guest, two_readers):
    mine, others, name = two_readers
    folder = mine.folder(name)
    assert outcomes(mine.change(folder, item(mine, folder, 'One'), read(1))) == []
    assert '\\Seen' in owner.flags(name)['One'] and '\\Seen' not in guest.flags(name)['One']
    assert shown_as_read(others, name) == [] and shown_as_read(mine, name) == ['One']


def test_what_is_read_elsewhere_is_shown_where_seen_is_private(owner, guest, two_readers):
    mine, others, name = two_readers
    owner.store('One', '+FLAGS', '\\Seen', name)
    assert shown_as_read(mine, name) == ['One'] and shown_as_read(others, name) == []
    owner.store('One', '-FLAGS', '\\Seen', name)
    owner.store('Two', '+FLAGS', '\\Seen', name)
    assert shown_as_read(mine, name) == ['Two']


def test_what_is_read_elsewhere_wakes_the_phone_where_seen_is_private(owner, guest, two_readers):
    mine, others, name = two_readers
    ping(owner, mine, mine.folder(name))
    ping(guest, others, others.folder(name))
    owner.store('One', '+FLAGS', '\\Seen', name)
    assert woken(mine) == '2'
    assert shown_as_read(mine, name) == ['One']


def days_ago(days: float) -> datetime.datetime:
    return datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=days)


# ---------------------------------------------------------------------- drafts


def test_a_read_only_folder_of_drafts_refuses_and_the_phone_is_put_right(guest):
    phone = Phone(guest)
    before = phone.add(draft('Before', to='ann@e.example', plain='Text')).get('ServerId')
    grant(guest, 'Drafts', 'owner', 'lr')
    assert phone.add(draft('Not kept', plain='x'), client_id='new-2').get('Status') == '130'
    refused = phone.change(before, draft('Changed'))
    assert refused.get('Status') == '7'
    phone.sync()
    assert text(phone.held.items[before], 'Email:Subject') == 'Before' and list(phone.held.items) == [before]
    grant(guest, 'Drafts', 'owner', ALL)
    assert phone.change(before, draft('Changed')) is None
    message, = stored(guest)
    assert message['Subject'] == 'Changed'


# ---------------------------------------------------------------------- what the user and the admin choose

ATTRIBUTE = 'vendor/vendor.dovecot/eas'


def set_attribute(account: Account, mailbox: str, value: str, kind: str = 'private') -> None:
    account.instance.dovecot.doveadm('mailbox', 'metadata', 'set' if value else 'unset', '-u', account.user, mailbox,
                                     f'/{kind}/{ATTRIBUTE}', *([value] if value else []))


def test_a_mailbox_is_hidden_by_its_attribute(guest):
    with guest.imap() as connection:
        check(connection.create('Archive/Old'))
    guest.append(make_message('Hello', to=guest.user), 'Archive')
    device = guest.phone()
    device.sync_all(device.inbox())
    archive, old = device.folder('Archive'), device.folder('Archive/Old')
    device.sync_all(archive)
    with guest.imap() as connection:  # as a mail program does it
        imap_set = connection.xatom('SETMETADATA', 'Archive', f'(/private/{ATTRIBUTE} hide)')
    assert imap_set[0] == 'OK'
    assert device.sync(archive).get('Collections/Collection/Status') == '12'
    device.folder_sync()
    assert archive not in device.folders and old not in device.folders
    set_attribute(guest, 'Archive', '')
    device.folder_sync()
    assert subjects(device.sync_all(archive)) == ['Hello']
    ping(guest, device, archive)
    set_attribute(guest, 'Archive', 'hide')
    assert woken(device) == '7'


def test_the_inbox_cannot_be_hidden_and_what_is_no_value_is_ignored(guest):
    set_attribute(guest, 'INBOX', 'hide')
    set_attribute(guest, 'Archive', 'filter=9')
    guest.append(make_message('Hello', to=guest.user))
    guest.append(make_message('Hello', to=guest.user), 'Archive')
    device = guest.phone()
    assert len(device.sync_all(device.inbox()).items) == 1 and len(device.sync_all(device.folder('Archive')).items) == 1


def test_what_is_deleted_goes_to_a_hidden_trash(guest):
    set_attribute(guest, 'Trash', 'hide')
    guest.append(make_message('Hello', to=guest.user))
    device = guest.phone()
    device.sync_all(device.inbox())
    device.delete(device.inbox(), item(device, device.inbox(), 'Hello'))
    assert list(guest.flags('Trash')) == ['Hello']
    with pytest.raises(KeyError):
        device.folder('Trash')


def test_a_mailbox_is_limited_to_recent_mail_by_its_attribute(guest):
    for days in (0, 2, 5):
        guest.append(make_message(f'{days} days old', to=guest.user), 'Archive', received=days_ago(days))
    device = guest.phone()
    archive = device.folder('Archive')
    assert len(device.sync_all(archive).items) == 3
    set_attribute(guest, 'Archive', 'filter=2')
    assert subjects(device.sync_all(archive)) == ['0 days old', '2 days old']
    assert device.held(archive).soft_deleted
    assert subjects(device.sync_all(archive, options=[E('AirSync:FilterType', 1)])) == ['0 days old']
    device.sync_all(archive, options=[E('AirSync:FilterType', 0)])
    ping(guest, device, archive)
    set_attribute(guest, 'Archive', '')
    grown = device.sync_all(archive, options=[E('AirSync:FilterType', 0)]) if woken(device) else None
    assert len(grown.items) == 3


def test_a_mailbox_hidden_for_all_is_shown_to_who_wants_it(owner, guest):
    name = f'Public/Club of {owner.user.split("@")[0]}'
    make_public(owner, name, 'lrwstiepa', 'Hello')
    set_attribute(owner, name, 'hide', 'shared')
    set_attribute(guest, name, 'show')
    assert guest.phone().folder(name)
    with pytest.raises(KeyError):
        owner.phone().folder(name)


def test_a_setting_chooses_the_namespaces():
    instance = start_instance(sharing=True, eas_extra='eas_namespaces = Lists shared')
    try:
        owner, guest = (Account(instance, instance.take_user()) for _ in range(2))
        shown = share(owner, guest, 'lr')
        for name in ('Public/Club', 'Lists/Club'):
            make_public(owner, name, 'lr')
        device = guest.phone()
        assert device.inbox() and device.folder(shown) and device.folder('Lists/Club')
        assert 'Public' not in [folder.name for folder in device.folders.values()]
        guest.close()
    finally:
        stop_instance(instance)
