"""A delivery into a large Maildir is told without a look at all its files: here nobody may list `cur`, so who tries it
fails and says so in the log, which ends a test. And what other programs do beside a delivery is seen all the same.
"""
import contextlib
import time

import pytest
from accounts import Account
from conftest import start_instance, stop_instance
from eas_client import E
from eas_client.device import text
from test_maildir_programs import DIRTY, SECOND, Program, subjects


@pytest.fixture(scope='module', name='dirty')
def fixture_dirty():
    instance = start_instance('maildir', extra=DIRTY)
    yield instance
    stop_instance(instance)


class Desk:
    """A user's phone and Maildir, as an IMAP client left it: all messages in `cur`."""

    def __init__(self, account: Account):
        self.account, self.program = account, Program(account)
        for subject in ('first', 'second'):
            account.deliver(subject)
        with account.imap('INBOX'):
            pass
        self.device = account.phone()
        self.inbox = self.device.inbox()
        self.device.sync_all(self.inbox)
        self.settle()

    def settle(self) -> None:
        """What changed in the second of a look is looked at once more."""
        time.sleep(2 * SECOND)
        self.sync()

    def sync(self, connection: str = 'kept') -> set[str]:
        if connection == 'new':
            self.device.client.close()
        return subjects(self.device.sync_all(self.inbox))

    def id_of(self, subject: str) -> str:
        (found,) = (id_ for id_, item in self.device.held(self.inbox).items.items()
                    if text(item, 'Email:Subject') == subject)
        return found

    @contextlib.contextmanager
    def unlisted(self):
        cur = self.program.root / 'cur'
        cur.chmod(0o300)
        yield
        cur.chmod(0o700)


@pytest.fixture(name='desk', params=['maildir', 'dirty'])
def fixture_desk(request):
    instance = request.getfixturevalue(request.param)
    account = Account(instance, instance.take_user())
    yield Desk(account)
    account.close()


@pytest.mark.parametrize('connection', ['kept', 'new'])
def test_a_delivery_is_told_without_a_look_at_all_files(desk, connection):
    with desk.unlisted():
        for number in range(3):
            desk.account.deliver(f'new {number}', text=f'Text of {number}.\n')
            assert f'new {number}' in desk.sync(connection)
            item = desk.device.held(desk.inbox).items[desk.id_of(f'new {number}')]
            assert f'Text of {number}.' in item['AirSyncBase:Body'].get('AirSyncBase:Data')
        time.sleep(2 * SECOND)
        assert len(desk.sync(connection)) == 5
        desk.account.deliver('last')
        assert 'last' in desk.sync(connection)


def test_a_message_stays_recent_for_imap_clients(desk):
    desk.account.deliver('new')
    assert 'new' in desk.sync()
    with desk.account.imap('INBOX') as imap:
        assert imap.response('RECENT')[1] == [b'1']


def test_a_phone_that_waits_is_told_of_a_delivery_in_the_same_way(desk):
    with desk.unlisted():
        with desk.account.parking(desk.device):
            desk.device.start_ping(600, [desk.inbox])
        desk.account.deliver('new')
        assert desk.device.client.receive().document.get('Ping:Status') == '2'
        assert 'new' in desk.sync()


def test_the_phone_may_mark_a_new_message_meanwhile(desk):
    desk.account.deliver('one')
    desk.sync()
    desk.device.change(desk.inbox, desk.id_of('one'), E('Email:Read', 1))
    desk.sync()  # renames the file, in `new`
    with desk.unlisted():
        desk.account.deliver('two')
        assert 'two' in desk.sync('new')
    assert r'\Seen' in desk.account.flags()['one']
    assert r'\Seen' not in desk.account.flags()['two']


@pytest.mark.parametrize('connection', ['kept', 'new'])
@pytest.mark.parametrize('pause', [0, SECOND])
def test_what_other_programs_do_beside_a_delivery_is_seen(desk, connection, pause):
    desk.account.deliver('one')
    assert desk.sync(connection) == {'first', 'second', 'one'}
    time.sleep(pause)
    desk.program.file_of('one').unlink()
    desk.program.put('new', 'other')
    desk.account.deliver('two')
    assert desk.sync(connection) == {'first', 'second', 'other', 'two'}
    desk.settle()
    time.sleep(pause)
    desk.program.file_of('first').unlink()
    desk.account.deliver('three')
    assert desk.sync(connection) == {'second', 'other', 'two', 'three'}
    desk.settle()
    desk.program.mark_read('three')
    desk.account.deliver('four')
    assert 'four' in desk.sync(connection)
    assert text(desk.device.held(desk.inbox).items[desk.id_of('three')], 'Email:Read') == '1'


def test_a_message_that_imap_moved_and_marked_is_read_where_it_is(desk):
    """Without the look at all files the name follows from the flags in the index."""
    desk.account.deliver('marked', text='Text of the marked one.\n')
    desk.account.store('marked', '+FLAGS', r'\Flagged \Answered $Own')
    with desk.unlisted():
        second = desk.account.phone()
        with contextlib.closing(second.client):
            second.start(desk.inbox)
            item = next(item for item in second.sync_all(desk.inbox).items.values()
                        if text(item, 'Email:Subject') == 'marked')
    assert 'Text of the marked one.' in item['AirSyncBase:Body'].get('AirSyncBase:Data')
