"""What clients do that no specification asks them to, and mailboxes that change under a client's hands."""
from __future__ import annotations

import http.client
import time

import pytest

from accounts import Account, check, make_message
from conftest import start_instance, stop_instance
from eas_client import E
from eas_client.client import collection
from eas_client.device import body, subjects, text

LIMIT = 10
TRY_SECONDS = 2  # requests closer to each other do not count as tries that failed


def statuses(answer, path: str = 'Collections/Collection/Responses') -> list[str]:
    found = answer.document.find(path)
    return [] if found is None else [response.get('Status') for response in found]


@pytest.fixture(name='filled')
def fixture_filled(account):
    """A phone that holds One, Two and Three of the Inbox; (account, device, inbox)."""
    for title in ('One', 'Two', 'Three'):
        account.append(make_message(title, to=account.user))
    device = account.phone()
    device.sync_all(device.inbox())
    return account, device, device.inbox()


def item(device, folder: str, title: str) -> str:
    return next(key for key, item in device.held(folder).items.items() if text(item, 'Email:Subject') == title)


# ---------------------------------------------------------------------- empty elements (BlackBerry 10)


def test_an_empty_server_id_has_a_status_of_its_own(filled):
    _, device, inbox = filled
    empty = E('AirSync:ServerId', '')
    answer = device.sync(inbox, commands=[
        E('AirSync:Change', empty, E('AirSync:ApplicationData', E('Email:Read', 1))),
        E('AirSync:Change', E('AirSync:ServerId', item(device, inbox, 'One')), E('AirSync:ApplicationData', E('Email:Read', 1))),
        E('AirSync:Delete', empty), E('AirSync:Fetch', empty)])
    assert statuses(answer) == ['8', '8', '8']
    assert text(device.sync_all(inbox).items[item(device, inbox, 'One')], 'Email:Read') in ('0', '1')
    assert subjects(device.held(inbox)) == ['One', 'Three', 'Two']


def test_empty_ids_of_messages_and_folders_have_a_status_each(filled):
    account, device, inbox = filled
    one = item(device, inbox, 'One')
    moved = device.client.post('MoveItems', E('Move:MoveItems', [
        E('Move:Move', E('Move:SrcMsgId', message), E('Move:SrcFldId', source), E('Move:DstFldId', destination))
        for message, source, destination in (('', inbox, inbox), (one, '', inbox), (one, inbox, ''))])).expect()
    assert [response.get('Status') for response in moved.document.findall('Move:Response')] == ['1', '2']
    fetched = device.client.fetch(E('ItemOperations:Fetch', E('ItemOperations:Store', 'Mailbox'),
                                    E('AirSync:CollectionId', ''), E('AirSync:ServerId', '')))
    assert fetched.expect().get('Status') in ('1', '2')
    estimate = device.client.get_item_estimate('', '0').expect()
    assert estimate.get('Response/Status') == '2'
    assert device.client.sync(collection('', '0')).expect().get('Collections/Collection/Status') in ('4', '8', '12')
    assert device.client.ping(60, ['']).expect().get('Status') in ('4', '7')
    assert sorted(account.flags()) == ['One', 'Three', 'Two']


def test_an_empty_source_of_a_reply_has_a_status(filled):
    account, device, _ = filled
    answer = device.client.post('SmartReply', E(
        'ComposeMail:SmartReply', E('ComposeMail:ClientId', 'empty-source'),
        E('ComposeMail:Source', E('ComposeMail:FolderId', ''), E('ComposeMail:ItemId', '')),
        E('ComposeMail:Mime', make_message('Re: nothing', to=account.user).decode()))).expect()
    assert answer.get('Status') == '103'


def test_ids_that_are_too_long_are_refused(account, version):
    """The specification and the schemas of the answers end at 64 characters, of a LongId at 256: MS-ASCMD 2.2.3.28.2, 30, 98, 166."""
    device = account.phone(version)
    client, inbox, too_long = device.client, device.inbox(), 'x' * 65
    device.start(inbox)
    data = E('AirSync:ApplicationData', E('Email:Read', 1))
    for operation in (E('AirSync:Add', E('AirSync:ClientId', too_long), data), E('AirSync:Change', E('AirSync:ServerId', too_long), data),
                      E('AirSync:Delete', E('AirSync:ServerId', too_long)), E('AirSync:Fetch', E('AirSync:ServerId', too_long))):
        assert client.sync(device.request(inbox, commands=[operation])).get('Status') == '4'
    assert client.sync(collection(too_long, '0')).get('Status') == '4'
    class_ = 'Email' if version == '12.1' else None
    assert client.sync(collection(inbox, too_long, class_=class_)).get('Collections/Collection/Status') == '3'
    assert client.sync(collection('nowhere', too_long, class_=class_)).get('Collections/Collection/Status') == '12'
    store = E('ItemOperations:Store', 'Mailbox')
    assert client.fetch(E('ItemOperations:Fetch', store, E('AirSync:CollectionId', inbox), E('AirSync:ServerId', too_long))).get('Status') == '2'
    assert client.fetch(E('ItemOperations:Fetch', store, E('Search:LongId', 'x' * 257))).get('Status') == '2'
    assert client.empty_folder(too_long).get('Status') == '2'
    estimate = client.get_item_estimate(too_long, '1')
    response = client.post('MeetingResponse', E('MeetingResponse:MeetingResponse', E(
        'MeetingResponse:Request', E('MeetingResponse:UserResponse', 1), E('MeetingResponse:CollectionId', inbox),
        E('MeetingResponse:RequestId', too_long))))
    if version == '12.1':
        assert (estimate.status, response.status) == (400, 400)
    else:
        assert (estimate.get('Status'), response.get('Result/Status')) == ('103', '103')


# ---------------------------------------------------------------------- loops


def test_a_device_in_a_loop_has_to_wait():
    instance = start_instance(eas_extra=f'eas_repeat_limit = {LIMIT}')
    try:
        account = Account(instance, instance.take_user())
        device = account.phone()
        inbox = device.inbox()
        device.sync_all(inbox)
        statuses_seen, answer = [], device.client.sync(device.request(inbox))
        while answer.status == 200 and len(statuses_seen) < 50 * LIMIT:
            statuses_seen.append(answer.status)
            answer = device.client.sync(device.request(inbox))
        assert len(statuses_seen) >= LIMIT + 1  # one a second is forgiven
        assert answer.status == 503 and int(answer.headers['Retry-After']) > 0
        assert answer.headers['X-MS-ASThrottle'] == 'RecentCommands'
        for _ in range(5):
            device.client.sync(device.request(inbox))
        account.append(make_message('Other requests are served'))
        device.sync(inbox, window=7)
        assert len(device.held(inbox).items) == 1
        instance.wait_for_log('the device is in a loop')
        instance.wait_for_log(' Sync .* status=200 ', instance.log().index('the device is in a loop'))
        assert instance.log().count('the device is in a loop') == 1
        account.close()
    finally:
        stop_instance(instance)


def test_a_device_that_connects_again_and_again_has_to_wait():
    instance = start_instance(eas_extra=f'eas_connection_limit = {LIMIT}')
    try:
        account = Account(instance, instance.take_user())
        other = Account(instance, instance.take_user())
        loop, calm = account.phone(), account.phone()
        answers = []
        for _ in range(50 * LIMIT):
            loop.client.close()
            answers.append(loop.client.folder_sync('0'))
            if answers[-1].status != 200:
                break
        assert len(answers) >= LIMIT
        assert answers[-1].status == 503 and int(answers[-1].headers['Retry-After']) > 0
        assert answers[-1].headers['X-MS-ASThrottle'] == 'CommandFrequency'
        assert calm.inbox() and other.phone().inbox()
        instance.wait_for_log('over eas_connection_limit connections')
        assert instance.log().count('over eas_connection_limit connections') == 1
        account.close()
        other.close()
    finally:
        stop_instance(instance)


def test_a_users_devices_together_have_a_limit_too():
    instance = start_instance(eas_extra=f'eas_user_connection_limit = {LIMIT}')
    try:
        account, other = (Account(instance, instance.take_user()) for _ in range(2))
        clients = [account.client(device_id=f'Device{number}') for number in range(5)]
        answers = []
        while len(answers) < 50 * LIMIT and (not answers or answers[-1].status == 200):
            client = clients[len(answers) % len(clients)]
            client.close()
            answers.append(client.folder_sync('0'))
        assert len(answers) >= LIMIT and answers[-1].status == 503
        assert answers[-1].headers['X-MS-ASThrottle'] == 'CommandFrequency'
        assert other.phone().inbox()
        instance.wait_for_log('over eas_user_connection_limit connections')
        account.close()
        other.close()
    finally:
        stop_instance(instance)


# ---------------------------------------------------------------------- answers that do not arrive


class Picky:
    """A phone that breaks off every answer with a certain message, or with over so many items."""

    def __init__(self, device, folder: str, dislikes):
        self.device, self.folder, self.dislikes = device, folder, dislikes
        self.requests = 0
        self.broke_off = False

    def sync(self, window: int = 25) -> bool:
        """False if there is no more."""
        self.requests += 1
        if self.broke_off:
            time.sleep(TRY_SECONDS)
        self.broke_off = False
        answer = self.device.client.sync(self.device.request(self.folder, window=window)).expect()
        if answer.document is None:
            return False
        commands = answer.document.find('Collections/Collection/Commands')
        if commands is not None and self.dislikes(list(commands)):
            self.broke_off = True
            return True  # the key is not taken: the next request has the one before
        self.device.apply(answer)
        return self.device.held(self.folder).more_available

    def sync_all(self) -> list[str]:
        while self.sync():
            assert self.requests < 60, subjects(self.device.held(self.folder))
        return subjects(self.device.held(self.folder))


def contains(title: str, with_body: bool = False):
    def dislikes(commands) -> bool:
        for command in commands:
            data = command.find('ApplicationData')
            if data is not None and data.get('Email:Subject') == title:
                return not with_body or bool(data.get('AirSyncBase:Body/AirSyncBase:Data'))
        return False
    return dislikes


@pytest.fixture(name='starting')
def fixture_starting(account):
    """(account, device, inbox) before the first items; message 12 of 20 is Poison."""
    for number in range(20):
        account.append(make_message('Poison' if number == 12 else f'Message {number:02}', to=account.user))
    device = account.phone()
    device.start(device.inbox())
    return account, device, device.inbox()


def test_a_message_that_a_client_cannot_digest_is_left_out(starting):
    account, device, inbox = starting
    found = Picky(device, inbox, contains('Poison')).sync_all()
    assert len(found) == 19 and 'Poison' not in found
    account.instance.wait_for_log(f'{account.user}.*is left out for an hour: again and again')
    account.append(make_message('Later', to=account.user))
    account.store('Poison', '+FLAGS', '\\Seen')
    assert len(device.sync_all(inbox).items) == 20


def test_a_message_whose_body_a_client_cannot_digest_arrives_without(starting):
    _, device, inbox = starting
    found = Picky(device, inbox, contains('Poison', with_body=True)).sync_all()
    assert len(found) == 20
    poison = device.held(inbox).items[item(device, inbox, 'Poison')]
    assert not body(poison) and poison['AirSyncBase:Body'].get('AirSyncBase:Truncated') == '1'


def test_a_client_that_breaks_off_long_answers_gets_short_ones(starting):
    _, device, inbox = starting
    assert len(Picky(device, inbox, lambda commands: len(commands) > 4).sync_all()) == 20


def test_lost_answers_in_a_row_change_nothing(starting):
    _, device, inbox = starting
    for _ in range(12):
        answer = device.client.sync(device.request(inbox, window=25)).expect()
        assert len(answer.document.find('Collections/Collection/Commands').children) == 20
    assert len(device.sync_all(inbox).items) == 20


# ---------------------------------------------------------------------- mailboxes that change meanwhile


def test_a_mailbox_deleted_in_the_middle(stored):
    with stored.imap() as connection:
        check(connection.create('Doomed'))
    for number in range(4):
        stored.append(make_message(f'Message {number}'), 'Doomed')
    stored.append(make_message('Stays'))
    device = stored.phone()
    doomed, inbox = device.folder('Doomed'), device.inbox()
    device.sync_all(inbox)
    device.sync(doomed, window=2)
    with stored.imap() as connection:
        check(connection.delete('Doomed'))
    assert device.sync(doomed).get('Collections/Collection/Status') == '12'
    answer = device.client.post('MoveItems', E('Move:MoveItems', E(
        'Move:Move', E('Move:SrcMsgId', item(device, inbox, 'Stays')), E('Move:SrcFldId', inbox),
        E('Move:DstFldId', doomed)))).expect()
    assert answer.get('Response/Status') == '2'
    device.folder_sync()
    assert doomed not in device.folders
    assert subjects(device.sync_all(inbox)) == ['Stays']


def test_a_mailbox_made_anew_is_another(stored):
    with stored.imap() as connection:
        check(connection.create('Again'))
    stored.append(make_message('Old'), 'Again')
    device = stored.phone()
    first = device.folder('Again')
    device.sync_all(first)
    with stored.imap() as connection:
        check(connection.delete('Again'))
        check(connection.create('Again'))
    stored.append(make_message('New'), 'Again')
    assert device.sync(first).get('Collections/Collection/Status') == '12'
    device.folder_sync()
    assert subjects(device.sync_all(device.folder('Again'))) == ['New']


def test_another_uidvalidity_has_status_3(stored):
    stored.append(make_message('One'))
    device = stored.phone()
    inbox = device.inbox()
    device.sync_all(inbox)
    stored.instance.dovecot.doveadm('mailbox', 'update', '-u', stored.user, '--uid-validity', '4711', 'INBOX')
    stored.append(make_message('Two'))
    assert device.sync(inbox).get('Collections/Collection/Status') == '3'
    device.start(inbox)
    assert subjects(device.sync_all(inbox)) == ['One', 'Two']


def test_a_message_expunged_between_two_windows_never_appears(stored):
    for number in range(4):
        stored.append(make_message(f'Message {number}'))
    device = stored.phone()
    inbox = device.inbox()
    device.sync(inbox, window=1)
    stored.expunge('Message 0', 'Message 2')
    assert subjects(device.sync_all(inbox, window=1)) == ['Message 1', 'Message 3']


def test_a_connection_that_breaks_in_the_middle_of_an_answer_loses_nothing(account):
    for number in range(3):
        account.append(make_message(f'Message {number}', 'x\n' * 200_000))
    device = account.phone()
    inbox = device.inbox()
    device.start(inbox)
    device.client.post_only('Sync', E('AirSync:Sync', E('AirSync:Collections', device.request(inbox))))
    response: http.client.HTTPResponse = device.client.connection.getresponse()
    response.read(1000)
    device.client.close()
    assert len(device.sync_all(inbox).items) == 3
