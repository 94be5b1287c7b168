"""A user whose mailboxes are full."""
from __future__ import annotations

import re

import pytest

from accounts import check, make_message
from conftest import new_account, start_instance, stop_instance
from eas_client.device import subjects
from test_drafts import Phone, draft, stored
from test_move_items import move
from test_sharing import grant, item, outcomes, share

MEGABYTE = 1 << 20


@pytest.fixture(scope='module', name='limited', params=['maildir', 'sdbox'])
def fixture_limited(request):
    instance = start_instance(request.param, sharing=True)
    yield instance
    stop_instance(instance)


@pytest.fixture(name='owner')
def fixture_owner(limited):
    yield from new_account(limited)


@pytest.fixture(name='full')
def fixture_full(limited):
    """An account of 2 MB that is full, but for some bytes, with messages Large 0 and Large 1 in Archive."""
    for account in new_account(limited):
        for number, size in enumerate((MEGABYTE, MEGABYTE - 8000)):
            account.append(make_message(f'Large {number}', ('x' * 75 + '\n') * (size // 77), to=account.user), 'Archive')
        yield account


def large(title: str) -> bytes:
    return make_message(title, ('y' * 75 + '\n') * 2000)


def test_messages_are_moved_and_deleted_in_full_mailboxes(full):
    device = full.phone()
    archive, inbox, trash = device.folder('Archive'), device.inbox(), device.folder('Trash')
    device.sync_all(archive)
    (_, status, _), = move(device, (item(device, archive, 'Large 0'), archive, inbox))
    assert status == '3'
    assert outcomes(device.delete(archive, item(device, archive, 'Large 1'))) == []
    assert subjects(device.sync_all(trash)) == ['Large 1'] and subjects(device.sync_all(inbox)) == ['Large 0']
    assert outcomes(device.delete(trash, *device.held(trash).items, deletes_as_moves=False)) == []
    assert not full.flags('Trash')


def test_what_does_not_fit_is_not_moved(owner, full):
    path = share(owner, full, 'lrwstei', 'Team')
    owner.append(large('Too large'), 'Team')
    device = full.phone()
    folder = device.folder(path)
    device.sync_all(folder)
    message = item(device, folder, 'Too large')
    (_, status, _), = move(device, (message, folder, device.inbox()))
    assert status == '5'
    assert outcomes(device.delete(folder, message, get_changes=False)) == ['9']
    assert list(device.sync_all(folder).items) == [message] and 'Too large' in owner.flags('Team')
    grant(owner, 'Team', f'user={full.user}', 'lrwstei')


def test_mail_is_sent_although_sent_is_full(full):
    device = full.phone('14.1')
    full.expect_error('no copy in Sent')
    mime = large('Sent while full').replace(b'sender@elsewhere.example', full.user.encode())
    mime = re.sub(rb'To: .*', b'To: ' + full.instance.take_user().encode(), mime, count=1)
    assert device.send_mail(mime).expect().document is None
    assert not full.flags('Sent')
    assert 'Quota exceeded' in full.instance.wait_for_log(f'{full.user}.*no copy in Sent')


def test_drafts_that_do_not_fit_are_refused_and_nothing_is_lost(full):
    phone = Phone(full)
    small = phone.add(draft('Small', to='ann@e.example', plain='Before')).get('ServerId')
    too_large = 'z' * 200_000
    assert phone.add(draft('Too large', plain=too_large), client_id='new-2').get('Status') == '9'
    assert phone.change(small, draft(plain=too_large)).get('Status') == '9'
    message, = stored(full)
    assert message['Subject'] == 'Small' and message.get_content().strip() == 'Before'
    assert list(Phone(full).held.items) == [small]
    # When there is room again the client's repetition is done.
    full.expunge('Large 0', mailbox='Archive')
    assert phone.change(small, draft(plain=too_large)) is None
    message, = stored(full)
    assert message.get_content().strip() == too_large


def test_a_full_mailbox_is_synchronised(full):
    with full.imap('Archive') as connection:
        check(connection.store('1', '+FLAGS', '\\Seen'))
    device = full.phone()
    archive = device.folder('Archive')
    assert len(device.sync_all(archive).items) == 2
    full.store('Large 1', '+FLAGS', '\\Flagged', 'Archive')
    assert device.sync_all(archive).items[item(device, archive, 'Large 1')]['Email:Flag'].get('Status') == '2'
