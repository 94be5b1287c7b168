"""A user moves to another host: state export, dsync, state import. The phone goes on where it was."""
from __future__ import annotations

import pytest

from accounts import Account, check, quoted
from conftest import start_instance, stop_instance
from eas_client import Client
from private_instance.processes import run


@pytest.fixture(scope='module', name='hosts', params=['maildir', 'sdbox'])
def fixture_hosts(request):
    """Two instances; the second may store mail otherwise."""
    hosts = [start_instance(mail_format, users=10) for mail_format in ('maildir', request.param)]
    yield hosts
    for host in hosts:
        stop_instance(host)


def move(old: Account, new: Account) -> None:
    exported = old.instance.dovecot.doveadm_eas('state', 'export', '-u', old.user)
    assert exported.returncode == 0, exported.stderr
    run(['/usr/bin/doveadm', '-c', old.instance.dovecot.configuration, 'backup', '-u', old.user,
         '/usr/bin/env', '-i', '/usr/bin/doveadm', '-c', new.instance.dovecot.configuration, 'dsync-server', '-u', new.user])
    imported = new.instance.dovecot.doveadm_eas('state', 'import', '-u', new.user, given=exported.stdout.encode())
    assert imported.returncode == 0, imported.stderr


def reconnect(phone, new: Account) -> None:
    """The phone finds the new host under the old name."""
    before = phone.client
    phone.client = Client(new.instance.ports['EAS_HTTP_PORT'], new.user, new.password, version=before.version,
                          device_id=before.device_id)
    new.clients.append(phone.client)


@pytest.fixture(name='accounts')
def fixture_accounts(hosts):
    user = hosts[0].take_user()
    accounts = [Account(host, user) for host in hosts]
    yield accounts
    for account in accounts:
        account.close()


def test_a_phone_goes_on_without_a_resync(accounts):
    old, new = accounts
    old.append_many(30)
    with old.imap() as connection:
        check(connection.create(quoted('Wörk/Projekte')))
    old.append_many(3, mailbox='Wörk/Projekte')
    phone = old.phone('16.1')
    inbox, projects = phone.inbox(), phone.folder('Wörk/Projekte')
    for folder in (inbox, projects):
        phone.sync_all(folder)
    old.deliver('Not fetched yet')
    old.store('Message 5', '+FLAGS', r'\Seen')
    old.expunge('Message 7')
    move(old, new)
    reconnect(phone, new)

    hierarchy = phone.folder_sync()
    assert hierarchy.get('Status') == '1'
    assert hierarchy.document.find('FolderHierarchy:Changes').get('Count') == '0'
    keys = {folder: phone.held(folder).sync_key for folder in (inbox, projects)}
    answer = phone.sync(projects)  # raises Disagreement if anything is told twice
    assert phone.held(projects).sync_key == keys[projects] and answer is not None
    before = set(phone.held(inbox).items)
    phone.sync(inbox)
    added, deleted = set(phone.held(inbox).items) - before, before - set(phone.held(inbox).items)
    assert len(added) == 1 and len(deleted) == 1
    assert phone.held(inbox).last_status == '1'

    new.deliver('On the new host')
    phone.sync_all(inbox)
    assert len(phone.held(inbox).items) == 31
    device = phone.change(inbox, sorted(phone.held(inbox).items)[0])
    assert device is not None


def test_a_repeated_request_of_the_old_host_is_answered_by_the_new_one(accounts):
    """The phone did not get the answer to its last request to the old host."""
    old, new = accounts
    old.append_many(3)
    phone = old.phone('14.1')
    inbox = phone.inbox()
    phone.sync_all(inbox)
    key = phone.held(inbox).sync_key
    old.deliver('Lost answer')
    lost = phone.client.sync(phone.request(inbox)).expect()
    assert lost.document is not None
    move(old, new)
    reconnect(phone, new)
    assert phone.held(inbox).sync_key == key
    phone.sync_all(inbox)
    assert len(phone.held(inbox).items) == 4
