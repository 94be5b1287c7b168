"""doveadm eas: what an admin sees of devices and does to them, on the command line and by the HTTP API."""
from __future__ import annotations

import fcntl
import json
import os
import pty
import subprocess
import time

import pytest

from accounts import Account
from conftest import new_account, start_instance, stop_instance
from doveadm_api import Api, configuration
from eas_client import E
from eas_client.device import CONTACTS
from private_instance.processes import wait_until

USAGE, BAD_DATA, NO_USER, NOT_FOUND = 64, 65, 67, 68


@pytest.fixture(scope='module', name='api')
def fixture_api():
    return Api()


@pytest.fixture(scope='module', name='instance')
def fixture_instance(api):
    instance = start_instance(users=60, extra=configuration(api.port))
    yield instance
    stop_instance(instance)


@pytest.fixture(name='user')
def fixture_user(instance):
    yield from new_account(instance)


@pytest.fixture(name='other')
def fixture_other(instance):
    yield from new_account(instance)


def doveadm(account: Account, *words: str, exit_code: int = 0, **arguments):
    """Its standard output."""
    done = account.instance.dovecot.doveadm_eas(*words, **arguments)
    assert done.returncode == exit_code, f'{done.stdout}\n{done.stderr}'
    return done.stdout


def rows(account: Account, *words: str) -> list[dict[str, str]]:
    return json.loads(doveadm(account, '-f', 'json', *words))


def shown(account: Account, device_id: str) -> dict[str, str]:
    return {row['field']: row['value'] for row in rows(account, 'device', 'show', '-u', account.user, device_id)}


def listed(account: Account) -> list[str]:
    return [row['device_id'] for row in rows(account, 'device', 'list', '-u', account.user)]


# ---------------------------------------------------------------------- list, show


def test_list_names_the_devices(user):
    assert listed(user) == []
    user.phone('16.1', device_id='TABLET1').client.provision()
    user.phone('14.1', device_id='PHONE1')
    assert listed(user) == ['PHONE1', 'TABLET1']
    tablet = rows(user, 'device', 'list', '-u', user.user)[1]
    assert tablet['access'] == 'allowed' and tablet['version'] == '16.1' and tablet['wipe'] == '-'
    assert tablet['address'] == '127.0.0.1'
    table = doveadm(user, 'device', 'list', '-u', user.user).splitlines()
    assert table[0].split()[:2] == ['Device', 'Type'] and table[1].startswith('PHONE1')
    flow = doveadm(user, '-f', 'flow', 'device', 'list', '-u', user.user).splitlines()
    assert flow[0].startswith('Device=PHONE1 ')


def test_list_of_many_users_names_each(user, other):
    for account in (user, other):
        account.phone(device_id='PHONE1')
    found = {row['username'] for row in rows(user, 'device', 'list', '-A')}
    assert {user.user, other.user} <= found
    one = rows(user, 'device', 'list', '-u', user.user.replace('@', '@*'))
    assert [row['username'] for row in one] == [user.user]


def test_show_tells_all_about_a_device(user):
    phone = user.phone('16.1', device_id='PHONE1')
    phone.client.provision()
    phone.sync_all(phone.inbox())
    facts = shown(user, 'PHONE1')
    assert facts['device_id'] == 'PHONE1' and facts['type'] == phone.client.device_type
    assert facts['version'] == '16.1' and facts['access'] == 'allowed'
    assert facts['first_seen'] != '-' and facts['last_sync'] != '-'


def test_an_unknown_device_is_not_found(user):
    for command in ('show', 'allow', 'block', 'remove', 'resync', 'wipe-cancel'):
        done = user.instance.dovecot.doveadm_eas('device', command, '-u', user.user, 'NOBODY')
        assert done.returncode == NOT_FOUND, command
        assert 'no such device: NOBODY' in done.stderr
    doveadm(user, 'device', 'wipe', '-y', '-u', user.user, 'NOBODY', exit_code=NOT_FOUND)
    doveadm(user, 'state', 'dump', '-u', user.user, 'NOBODY', exit_code=NOT_FOUND)
    assert listed(user) == []


@pytest.mark.parametrize('device_id', ['../other', 'a/b', 'validate', 'x' * 33, ''])
def test_what_is_no_device_id_is_refused(user, device_id):
    for command in ('show', 'remove', 'allow'):
        doveadm(user, 'device', command, '-u', user.user, device_id, exit_code=BAD_DATA)


def test_an_unknown_user_is_no_user(user):
    doveadm(user, 'device', 'list', '-u', 'nobody@demo.example', exit_code=NO_USER)


def test_of_several_devices_those_that_exist_are_done(user):
    user.phone(device_id='PHONE1')
    user.phone(device_id='PHONE2')
    doveadm(user, 'device', 'remove', '-u', user.user, 'PHONE1', 'NOBODY', 'PHONE2', exit_code=NOT_FOUND)
    assert listed(user) == []


# ---------------------------------------------------------------------- what changes something


def test_a_removed_device_is_new(user):
    phone = user.phone(device_id='PHONE1')
    phone.sync_all(phone.inbox())
    doveadm(user, 'device', 'remove', '-u', user.user, 'PHONE1')
    assert listed(user) == []
    phone.folder_key = '0'
    phone.folder_sync()
    assert listed(user) == ['PHONE1']


def test_resync_makes_a_phone_fetch_everything_again(user):
    user.deliver('Old')
    phone = user.phone(device_id='PHONE1')
    inbox = phone.inbox()
    phone.sync_all(inbox)
    doveadm(user, 'device', 'resync', '-u', user.user, 'PHONE1')
    answer = phone.client.folder_sync(phone.folder_key).expect()
    assert answer.get('Status') == '9'  # MS-ASCMD 2.2.3.177.4: start at 0
    phone.folder_key = '0'
    phone.collections.clear()
    phone.folder_sync()
    assert len(phone.sync_all(inbox).items) == 1
    assert listed(user) == ['PHONE1']


def test_decisions_are_of_one_user(user, other):
    for account in (user, other):
        account.phone(device_id='PHONE1')
    doveadm(user, 'device', 'block', '-u', user.user, 'PHONE1')
    assert shown(user, 'PHONE1')['access'] == 'blocked' and shown(user, 'PHONE1')['access_reason'] == 'admin'
    assert shown(other, 'PHONE1')['access'] == 'allowed'
    doveadm(user, 'device', 'allow', '-u', user.user, 'PHONE1')
    assert shown(user, 'PHONE1')['access'] == 'allowed'


def test_a_device_can_be_decided_on_before_it_comes(user):
    doveadm(user, 'device', 'block', '-n', '-u', user.user, 'STOLEN1')
    assert shown(user, 'STOLEN1')['access'] == 'blocked'
    assert shown(user, 'STOLEN1')['first_seen'] == '-'


def test_a_change_for_all_users_concerns_those_that_have_the_device(user, other):
    user.phone(device_id='SHARED1')
    doveadm(user, 'device', 'block', '-A', 'SHARED1')
    assert shown(user, 'SHARED1')['access'] == 'blocked'
    assert listed(other) == []
    doveadm(user, 'device', 'block', '-A', 'NOBODY', exit_code=NOT_FOUND)


def test_a_wipe_needs_to_be_confirmed(user):
    user.phone(device_id='PHONE1')
    doveadm(user, 'device', 'wipe', '-u', user.user, 'PHONE1', exit_code=USAGE)
    assert shown(user, 'PHONE1')['wipe'] == '-'
    doveadm(user, 'device', 'wipe', '--yes', '-u', user.user, 'PHONE1')
    assert shown(user, 'PHONE1')['wipe'] == 'device (ordered)'
    doveadm(user, 'device', 'wipe-cancel', '-u', user.user, 'PHONE1')
    assert shown(user, 'PHONE1')['wipe'] == '-'


@pytest.mark.parametrize('typed, wipe', [('PHONE1', 'device (ordered)'), ('yes', '-'), ('', '-')])
def test_on_a_terminal_a_wipe_is_confirmed_by_typing_the_device(user, typed, wipe):
    user.phone(device_id='PHONE1')
    ours, terminal = pty.openpty()
    with subprocess.Popen(user.instance.dovecot.doveadm_eas_command('device', 'wipe', '-u', user.user, 'PHONE1'),
                          stdin=terminal, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as doveadm_:
        os.close(terminal)
        os.write(ours, f'{typed}\n'.encode())
        _, errors = doveadm_.communicate(timeout=120)
    os.close(ours)
    assert 'ALL data on device PHONE1 will be destroyed' in errors
    assert doveadm_.returncode == (0 if wipe != '-' else USAGE)
    assert shown(user, 'PHONE1')['wipe'] == wipe


def test_an_account_only_wipe_needs_16_1(user):
    user.phone('14.1', device_id='OLD1')
    user.phone('16.1', device_id='NEW1')
    doveadm(user, 'device', 'wipe', '--account-only', '-y', '-u', user.user, 'OLD1', exit_code=BAD_DATA)
    doveadm(user, 'device', 'wipe', '-o', '-y', '-u', user.user, 'NEW1')
    assert shown(user, 'NEW1')['wipe'] == 'account (ordered)'
    assert shown(user, 'OLD1')['wipe'] == '-'


def test_what_an_admin_did_is_in_the_log(user):
    user.phone(device_id='PHONE1')
    start = len(user.instance.log())
    for words in (['block'], ['allow'], ['resync'], ['wipe', '-y'], ['wipe-cancel'], ['remove']):
        doveadm(user, 'device', *words, '-u', user.user, 'PHONE1')
    for what in ('blocked by the admin', 'allowed by the admin', 'has to fetch everything anew',
                 'will be told to wipe itself', 'is not to be wiped any more', 'removed'):
        user.instance.wait_for_log(rf'doveadm\({user.user}\).*eas: device PHONE1 {what}', start)


# ---------------------------------------------------------------------- policy


def test_policy_show_has_the_users_own_settings(user):
    strict = user.instance.add_user('strict@demo.example', fields='eas_policy_allow_camera=no eas_device_policy=block')
    policies = [{row['setting']: row['value'] for row in rows(user, 'policy', 'show', '-u', name)}
                for name in (user.user, strict)]
    assert [policy['eas_policy_allow_camera'] for policy in policies] == ['yes', 'no']
    assert [policy['eas_device_policy'] for policy in policies] == ['allow', 'block']
    assert [policy['eas_enabled'] for policy in policies] == ['yes', 'yes']


# ---------------------------------------------------------------------- state


def test_dump_shows_what_is_stored(user):
    phone = user.phone(device_id='PHONE1')
    phone.sync_all(phone.inbox())
    user.phone(device_id='PHONE2')
    found = rows(user, 'state', 'dump', '-u', user.user, 'PHONE1')
    assert {row['key'] for row in found} == {'device/PHONE1/info', 'device/PHONE1/folders',
                                             f'device/PHONE1/mail-{phone.inbox()}'}
    assert any(row['field'] == 'uidvalidity' for row in found)
    assert {row['key'].split('/')[1] for row in rows(user, 'state', 'dump', '-u', user.user)
            if row['key'].startswith('device/')} == {'PHONE1', 'PHONE2'}


def test_import_takes_what_export_gave_and_nothing_else(user, other):
    phone = user.phone(device_id='PHONE1')
    phone.sync_all(phone.inbox())
    other.phone(device_id='WRONG1')
    text = doveadm(user, 'state', 'export', '-u', user.user)
    assert text.startswith('eas-state 1\n')
    doveadm(user, 'state', 'import', '-u', other.user, given=text.encode())
    assert listed(other) == ['PHONE1']
    for broken in (text[:-5], text.replace('PHONE1', 'PHONE2'), '', text + text):
        doveadm(user, 'state', 'import', '-u', other.user, given=broken.encode(), exit_code=BAD_DATA)
    assert listed(other) == ['PHONE1']


def test_neither_shows_the_debug_log_nor_what_lets_somebody_in(user):
    user.phone(device_id='PHONE1')
    root = user.instance.mail_root / user.user / '.eas'
    (root / 'debug.log').write_text('Subject Secret\n')
    (root / 'device/PHONE1/recovery-password').write_text('open sesame')
    exported = doveadm(user, 'state', 'export', '-u', user.user)
    assert 'debug.log' not in exported
    dumped = rows(user, 'state', 'dump', '-u', user.user)
    assert not {row['key'] for row in dumped} & {'debug.log', 'device/PHONE1/recovery-password'}


# ---------------------------------------------------------------------- who


def test_who_lists_the_phones_that_wait(user, other):
    phone = user.phone(device_id='PHONE1')
    inbox, archive = phone.inbox(), phone.folder('Archive')
    for folder in (inbox, archive):
        phone.sync_all(folder)
    with user.parking(phone):
        phone.start_ping(300, [inbox, archive])
    waits = [row for row in rows(user, 'who', user.user) if row['state'] == 'waiting']
    assert len(waits) == 1
    row = waits[0]
    assert row['username'] == user.user and row['device_id'] == 'PHONE1' and row['command'] == 'Ping'
    assert sorted(row['folders'].split(', ')) == ['Archive', 'INBOX']
    until = time.mktime(time.strptime(row['until'], '%Y-%m-%d %H:%M:%S'))
    assert time.time() < until <= time.time() + 301
    assert row['address'] == '127.0.0.1'
    assert rows(user, 'who', other.user) == []
    assert rows(user, 'who', user.user, '192.0.2.0/24') == []
    assert 'PHONE1' in doveadm(user, 'who', user.user, '127.0.0.0/8')


def test_who_tells_that_a_phone_waits_for_contacts(staffed):
    for account in new_account(staffed):
        phone = account.phone(device_id='PHONE1')
        contacts = phone.of_type(CONTACTS)
        phone.sync_all(contacts)
        with account.parking(phone):
            phone.start_ping(300, [contacts])
        # the first look at a book counts as a change: the phone waits anew then
        assert wait_until(lambda: ('waiting', '(contacts)') in  # pylint: disable=cell-var-from-loop
                          [(row['state'], row['folders']) for row in rows(account, 'who', account.user)], 30)


def test_who_lists_connections_that_are_served(user):
    phones = [user.phone(device_id=name) for name in ('PHONE1', 'PHONE2')]  # which stay connected
    phones[1].client.options()  # in which no device is named
    expected = [('-', 'connected', '-', '127.0.0.1'), ('PHONE1', 'connected', '-', '127.0.0.1')]
    assert wait_until(lambda: sorted(connections(user)) == expected, 30)
    for phone in phones:
        phone.client.close()
    assert wait_until(lambda: rows(user, 'who', user.user) == [], 30)


def test_who_names_the_command_that_is_running(user):
    """The request waits for the lock of its device, which another one holds."""
    phone = user.phone(device_id='PHONE1')
    state = user.instance.mail_root / user.user / '.eas'
    path, = (each for each in state.rglob('lock') if 'PHONE1' in str(each))
    with path.open('rb+') as lock:
        fcntl.lockf(lock, fcntl.LOCK_EX)
        phone.client.post_only('FolderSync', E('FolderHierarchy:FolderSync', E('FolderHierarchy:SyncKey', phone.folder_key)))
        assert wait_until(lambda: ('PHONE1', 'connected', 'FolderSync', '127.0.0.1') in connections(user), 10)
    assert phone.client.receive().status == 200
    assert connections(user) == [('PHONE1', 'connected', '-', '127.0.0.1')]


def connections(user) -> list[tuple[str, str, str, str]]:
    return [(row['device_id'], row['state'], row['command'], row['address']) for row in rows(user, 'who', user.user)]


# ---------------------------------------------------------------------- HTTP


def test_the_http_api_has_the_same_commands(user, api):
    phone = user.phone('16.1', device_id='PHONE1')
    kind, found = api.call('easDeviceList', user=user.user)
    assert kind == 'doveadmResponse' and [row['device_id'] for row in found] == ['PHONE1']
    assert api.call('easDeviceBlock', user=user.user, device=['PHONE1'])[0] == 'doveadmResponse'
    _, facts = api.call('easDeviceShow', user=user.user, device=['PHONE1'])
    assert {row['field']: row['value'] for row in facts}['access'] == 'blocked'
    assert api.call('easDeviceAllow', user=user.user, device=['PHONE1'])[0] == 'doveadmResponse'
    assert api.call('easDeviceShow', user=user.user, device=['NOBODY']) == ('error', {'type': 'exitCode', 'exitCode': NOT_FOUND})
    user.expect_error('no such device: NOBODY')
    with user.parking(phone):
        phone.start_ping(300, [phone.inbox()])
    _, found = api.call('easWho', mask=[user.user])
    assert [row['device_id'] for row in found if row['state'] == 'waiting'] == ['PHONE1']


def test_the_http_api_moves_state_and_wipes_when_told_twice(user, other, api):
    user.phone('16.1', device_id='PHONE1')
    _, ((exported),) = api.call('easStateExport', user=user.user)
    kind, found = api.call('easStateImport', user=other.user, file=exported['state'] + '\n')
    assert kind == 'doveadmResponse' and found[0]['devices'] == 1
    assert listed(other) == ['PHONE1']
    assert api.call('easDeviceWipe', user=user.user, device=['PHONE1'], yes=True)[0] == 'doveadmResponse'
    assert shown(user, 'PHONE1')['wipe'] == 'device (ordered)'
    start = len(user.instance.log())
    assert api.call('easDeviceRemove', user=user.user, device=['PHONE1'])[0] == 'doveadmResponse'
    user.instance.wait_for_log(rf'{user.user}.*eas: device PHONE1 removed', start)
