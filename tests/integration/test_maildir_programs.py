"""A Maildir to which programs other than Dovecot deliver, and in which they rename and remove files: phones are told,
on a connection that is kept and on a new one; also where Dovecot scans no more than it must (maildir_very_dirty_syncs).
"""
import os
import time
from pathlib import Path

import pytest
from accounts import Account
from conftest import start_instance, stop_instance
from eas_client.device import text

DIRTY = '''
protocol eas {
  maildir_very_dirty_syncs = yes
}
'''
# Dovecot compares the times of directories with a second's grain.
SECOND = 1.1


@pytest.fixture(scope='module', name='dirty')
def fixture_dirty():
    instance = start_instance('maildir', extra=DIRTY)
    yield instance
    stop_instance(instance)


class Program:
    """That knows the format, and of Dovecot nothing."""

    def __init__(self, account: Account):
        self.account, self.root = account, account.instance.mail_root / account.user / 'Maildir'
        self.number = 0

    def put(self, directory: str, subject: str, flags: str = '') -> None:
        self.number += 1
        name = f'{int(time.time())}.{os.getpid()}_{self.number}.other'
        temporary = self.root / 'tmp' / name
        temporary.write_bytes(f'From: a@b.example\nSubject: {subject}\n\nText\n'.encode())
        if os.geteuid() == 0:
            os.chown(temporary, self.account.instance.uid, self.account.instance.gid)
        temporary.rename(self.root / directory / (name + flags))

    def file_of(self, subject: str) -> Path:
        (path,) = (path for directory in ('new', 'cur') for path in (self.root / directory).iterdir()
                   if f'Subject: {subject}'.encode() in path.read_bytes())
        return path

    def mark_read(self, subject: str) -> None:
        path = self.file_of(subject)
        path.rename(self.root / 'cur' / (path.name.split(':')[0] + ':2,S'))


@pytest.fixture(name='desk', params=['maildir', 'dirty'])
def fixture_desk(request):
    """(account, its phone, its Inbox, another program), with three messages on the phone."""
    instance = request.getfixturevalue(request.param)
    account = Account(instance, instance.take_user())
    for subject in ('first', 'second', 'third'):
        account.deliver(subject)
    device = account.phone()
    inbox = device.inbox()
    assert len(device.sync_all(inbox).items) == 3
    yield account, device, inbox, Program(account)
    account.close()


def subjects(collection) -> set[str]:
    return {text(item, 'Email:Subject') for item in collection.items.values()}


@pytest.mark.parametrize('connection', ['kept', 'new'])
@pytest.mark.parametrize('pause', [0, SECOND])
def test_what_other_programs_do_is_seen(desk, connection, pause):
    account, device, inbox, program = desk

    def synchronised():
        time.sleep(pause)
        if connection == 'new':
            device.client.close()
        return device.sync_all(inbox)

    program.put('new', 'delivered')
    assert 'delivered' in subjects(synchronised())
    program.put('cur', 'moved in', ':2,S')
    assert 'moved in' in subjects(synchronised())
    for subject in ('second', 'delivered'):
        program.mark_read(subject)
    program.file_of('third').unlink()
    account.deliver('by Dovecot')
    held = synchronised()
    assert subjects(held) == {'first', 'second', 'delivered', 'moved in', 'by Dovecot'}
    read = {text(item, 'Email:Subject') for item in held.items.values() if text(item, 'Email:Read') == '1'}
    assert read == {'second', 'delivered', 'moved in'}
