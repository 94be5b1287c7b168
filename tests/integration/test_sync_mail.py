"""Sync of Email: MS-ASCMD 2.2.1.21. Bodies are in test_bodies.py, waiting Syncs in test_ping.py."""
from __future__ import annotations

import datetime
import random
import time

import pytest

from accounts import check, make_message
from eas_client import Device, E
from eas_client.client import body_preference, collection
from eas_client.device import subjects, text


def status(answer, index: int = 0) -> str:
    """The Status of the index-th collection; '1' for an empty answer, which says that nothing changed."""
    answer.expect()
    if answer.document is None:
        return '1'
    if answer.document.find('AirSync:Status') is not None:
        return answer.get('Status')
    return list(answer.document.findall('AirSync:Collections/AirSync:Collection'))[index].get('Status')


def commands(answer) -> list[str]:
    if answer.document is None:
        return []
    found = answer.document.find('Collections/Collection/Commands')
    return [] if found is None else [command.name for command in found]


def responses(answer) -> list:
    found = answer.document.find('Collections/Collection/Responses') if answer.document is not None else None
    return [] if found is None else found.children


def days_ago(days: float) -> datetime.datetime:
    return datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=days)


@pytest.fixture(name='three')
def fixture_three(account):
    """A phone that holds messages One, Two and Three; (account, device, inbox, {subject: ServerId})."""
    for name in ('One', 'Two', 'Three'):
        account.deliver(name)
    device = account.phone()
    held = device.sync_all(device.inbox())
    return account, device, device.inbox(), {text(item, 'Email:Subject'): key for key, item in held.items.items()}


# ---------------------------------------------------------------------- keys and the first Sync


def test_the_first_sync_gives_a_key_and_no_items(account, version):
    account.deliver()
    device = account.phone(version)
    answer = device.start(device.inbox())
    assert status(answer) == '1'
    assert commands(answer) == []
    assert device.held(device.inbox()).sync_key != '0'


def test_messages_arrive_after_the_first_sync(account, version):
    for number in range(3):
        account.deliver(f'Message {number}')
    device = account.phone(version)
    held = device.sync_all(device.inbox())
    assert subjects(held) == ['Message 0', 'Message 1', 'Message 2']


def test_properties_of_a_message(account, version):
    account.deliver_raw(make_message('Grüße', 'x\n', to=f'Me <{account.user}>', sender='Ann Ä <ann@e.example>',
                                     cc='Carl <carl@e.example>', fields={'Reply-To': 'answers@e.example', 'Importance': 'high'}))
    device = account.phone(version)
    item, = device.sync_all(device.inbox()).items.values()
    assert text(item, 'Email:Subject') == 'Grüße'
    assert 'ann@e.example' in text(item, 'Email:From') and 'Ann Ä' in text(item, 'Email:From')
    assert account.user in text(item, 'Email:To')
    assert 'carl@e.example' in text(item, 'Email:Cc')
    assert 'answers@e.example' in text(item, 'Email:ReplyTo')
    assert text(item, 'Email:Importance') == '2'
    assert text(item, 'Email:Read') == '0'
    assert text(item, 'Email:MessageClass') == 'IPM.Note'
    received = datetime.datetime.strptime(text(item, 'Email:DateReceived'), '%Y-%m-%dT%H:%M:%S.%fZ')
    assert abs((datetime.datetime.utcnow() - received).total_seconds()) < 120
    assert ('Email2:IsDraft' in item) == (float(version) >= 16)


def test_nothing_changed_has_an_empty_answer(three):
    _, device, inbox, _ = three
    key = device.held(inbox).sync_key
    answer = device.sync(inbox)
    assert answer.document is None or device.held(inbox).sync_key == key or commands(answer) == []


def written(account) -> dict[str, tuple[int, int, int]]:
    """What tells whether a file of the user's, mail and state of the phones, was written."""
    files = (account.instance.mail_root / account.user).rglob('*')
    return {str(path): (status.st_ino, status.st_size, status.st_mtime_ns)
            for path in files for status in [path.stat()] if path.is_file()}


def test_a_sync_without_changes_writes_nothing(three):
    """But that the phone has the last answer's key, once: the request that an empty one repeats."""
    account, device, inbox, _ = three
    before = written(account)
    assert device.sync(inbox).document is None
    first = written(account)
    changed = [path for path in before | first if before.get(path) != first.get(path)]
    assert changed == [str(account.instance.mail_root / account.user / '.eas/device/Device1/info')]
    for _ in range(3):
        assert device.sync(inbox).document is None
    assert device.client.post('Sync').document is None
    assert written(account) == first


@pytest.mark.parametrize('key', ['99', 'nonsense', '{7}42', '-1', '1' * 64])
def test_an_invalid_key_has_status_3(three, key):
    _, device, inbox, _ = three
    assert status(device.client.sync(collection(inbox, key))) == '3'


def test_after_status_3_a_new_start_gives_everything_again(three):
    _, device, inbox, ids = three
    assert status(device.client.sync(collection(inbox, 'wrong'))) == '3'
    device.start(inbox)
    assert sorted(device.sync_all(inbox).items) == sorted(ids.values())


def test_an_older_key_than_the_previous_one_has_status_3(three):
    account, device, inbox, _ = three
    old = device.held(inbox).sync_key
    for name in ('Four', 'Five'):
        account.deliver(name)
        device.sync_all(inbox)
    assert status(device.client.sync(collection(inbox, old))) == '3'


def test_a_repeated_request_gets_the_same_changes_again(three):
    account, device, inbox, _ = three
    account.deliver('Four')
    account.expunge('One')
    account.store('Two', '+FLAGS', r'\Seen')
    request = device.request(inbox, options=[body_preference(2, 500)])
    lost = device.client.sync(request).expect()
    again = device.client.sync(request).expect()
    assert sorted(commands(lost)) == sorted(commands(again)) == ['Add', 'Change', 'Delete']
    device.apply(again)
    assert subjects(device.held(inbox)) == ['Four', 'Three', 'Two']
    assert commands(device.sync(inbox)) == []


def test_a_repeated_change_of_the_phone_is_done_once(three):
    account, device, inbox, ids = three
    request = device.request(inbox, commands=[
        E('AirSync:Delete', E('AirSync:ServerId', ids['One'])),
        E('AirSync:Change', E('AirSync:ServerId', ids['Two']), E('AirSync:ApplicationData', E('Email:Read', 1)))],
        deletes_as_moves=True)
    device.client.sync(request).expect()
    account.store('Two', '-FLAGS', r'\Seen')  # by another client, after the lost answer
    device.apply(device.client.sync(request))
    assert len(account.flags('Trash')) == 1
    device.held(inbox).items.pop(ids['One'], None)
    device.sync_all(inbox)
    assert subjects(device.held(inbox)) == ['Three', 'Two']


def test_a_second_start_in_the_middle_of_the_first(account):
    account.append_many(12)
    device = account.phone()
    inbox = device.inbox()
    device.sync(inbox, window=5)
    assert device.held(inbox).more_available
    device.start(inbox)
    assert len(device.sync_all(inbox, window=5).items) == 12


def test_an_interrupted_first_sync_goes_on(account):
    account.append_many(12)
    device = account.phone()
    inbox = device.inbox()
    device.sync(inbox, window=5)
    request = device.request(inbox, window=5)
    device.client.sync(request).expect()          # this answer is lost
    device.apply(device.client.sync(request))     # and asked for again
    assert len(device.sync_all(inbox, window=5).items) == 12


def test_an_unknown_collection_has_status_8_or_12(account):
    device = account.phone()
    assert status(device.client.sync(collection('NoSuchFolder', '0'))) in ('8', '12')


def test_a_deleted_folder_has_status_12_or_8(account):
    with account.imap() as connection:
        check(connection.create('Doomed'))
    device = account.phone()
    folder = device.folder('Doomed')
    device.sync_all(folder)
    with account.imap() as connection:
        check(connection.delete('Doomed'))
    assert status(device.client.sync(device.request(folder))) in ('8', '12')


def test_a_key_of_another_folder_has_status_3(account):
    device = account.phone()
    device.start(device.inbox())
    key = device.held(device.inbox()).sync_key
    assert status(device.client.sync(collection(device.folder('Archive'), key))) == '3'


# ---------------------------------------------------------------------- the server's changes


def test_new_deleted_and_read_messages(stored):
    for name in ('One', 'Two', 'Three'):
        stored.deliver(name)
    device = stored.phone()
    inbox = device.inbox()
    device.sync_all(inbox)
    stored.deliver('Four')
    stored.expunge('One')
    stored.store('Two', '+FLAGS', r'\Seen')
    answer = device.sync(inbox, options=[body_preference(2, 500)])
    assert sorted(commands(answer)) == ['Add', 'Change', 'Delete']
    items = {text(item, 'Email:Subject'): item for item in device.held(inbox).items.values()}
    assert sorted(items) == ['Four', 'Three', 'Two']
    assert text(items['Two'], 'Email:Read') == '1' and text(items['Three'], 'Email:Read') == '0'


def test_a_changed_flag_sends_no_body(three):
    account, device, inbox, _ = three
    account.store('Two', '+FLAGS', r'\Seen')
    answer = device.sync(inbox)
    change = answer.document.find('Collections/Collection/Commands/Change/ApplicationData')
    assert {element.name for element in change} <= {'Read', 'Flag', 'LastVerbExecuted', 'LastVerbExecutionTime', 'Categories'}


def test_flagged_messages_are_active(three):
    account, device, inbox, ids = three
    account.store('One', '+FLAGS', r'\Flagged')
    device.sync(inbox)
    flag = device.held(inbox).items[ids['One']]['Email:Flag']
    assert flag.get('Status') == '2'
    account.store('One', '-FLAGS', r'\Flagged')
    device.sync(inbox)
    flag = device.held(inbox).items[ids['One']]['Email:Flag']
    assert flag.get('Status', '0') == '0'


def test_a_message_moved_away_is_deleted_and_added_there(three):
    account, device, inbox, ids = three
    archive = device.folder('Archive')
    device.sync_all(archive)
    with account.imap('INBOX') as connection:
        check(connection.uid('MOVE', '1', 'Archive'))
    device.sync_all(inbox)
    assert ids['One'] not in device.held(inbox).items
    assert subjects(device.sync_all(archive)) == ['One']


def test_get_changes_0_sends_no_changes(three):
    account, device, inbox, _ = three
    account.deliver('Four')
    assert commands(device.sync(inbox, get_changes=False)) == []
    assert commands(device.sync(inbox)) == ['Add']


def test_a_message_added_and_deleted_between_two_syncs_is_never_mentioned(three):
    account, device, inbox, ids = three
    account.deliver('Short-lived')
    account.expunge('Short-lived')
    device.sync_all(inbox)
    assert sorted(device.held(inbox).items) == sorted(ids.values())


@pytest.mark.parametrize('seed', range(3))
def test_random_changes_converge(stored, seed):
    choice = random.Random(seed)
    stored.append_many(15, subject='Start {}')
    device = stored.phone()
    inbox = device.inbox()
    for step in range(12):
        with stored.imap('INBOX') as connection:
            uids = check(connection.uid('SEARCH', 'ALL'))[0].decode().split()
            for _ in range(choice.randint(0, 4)):
                uid = choice.choice(uids or ['1'])
                kind = choice.choice(['seen', 'unseen', 'flag', 'expunge', 'append', 'keyword'])
                if kind == 'append':
                    connection.append('INBOX', None, None, make_message(f'Step {step}'))
                elif kind == 'expunge':
                    connection.uid('STORE', uid, '+FLAGS', r'(\Deleted)')
                    connection.expunge()
                else:
                    sign, flag = {'seen': ('+', r'\Seen'), 'unseen': ('-', r'\Seen'), 'flag': ('+', r'\Flagged'),
                                  'keyword': ('+', '$Label')}[kind]
                    connection.uid('STORE', uid, f'{sign}FLAGS', f'({flag})')
        if choice.random() < 0.7:
            device.sync(inbox, window=choice.choice([3, 100]))
    device.sync_all(inbox)
    fresh = stored.phone()
    expected = fresh.sync_all(fresh.inbox()).items
    assert sorted(device.held(inbox).items) == sorted(expected)
    for server_id, item in expected.items():
        for tag in ('Email:Read', 'Email:Subject', 'Email:Flag'):
            assert item.get(tag) == device.held(inbox).items[server_id].get(tag), (server_id, tag)


def test_server_ids_survive_a_restart_of_the_connection_and_other_devices(three):
    account, _, inbox, ids = three
    other = account.phone(version='16.1')
    assert sorted(other.sync_all(inbox).items) == sorted(ids.values())


# ---------------------------------------------------------------------- windows


def test_window_size_limits_an_answer(account):
    account.append_many(25)
    device = account.phone()
    inbox = device.inbox()
    device.start(inbox)
    sizes = []
    while True:
        answer = device.sync(inbox, window=10)
        sizes.append(len(commands(answer)))
        if not device.held(inbox).more_available:
            break
    assert sizes == [10, 10, 5]
    assert len(device.held(inbox).items) == 25


def test_a_global_window_size_limits_the_whole_answer(account):
    account.append_many(8, 'INBOX')
    account.append_many(8, 'Archive')
    device = account.phone()
    folders = [device.inbox(), device.folder('Archive')]
    for folder in folders:
        device.start(folder)
    answer = device.apply(device.client.sync(*[device.request(folder) for folder in folders],
                                             extra=[E('AirSync:WindowSize', 10)]))
    assert sum(len(device.held(folder).items) for folder in folders) == 10
    assert answer.document.find('Collections/Collection/MoreAvailable') is not None or \
        device.held(folders[1]).more_available
    for folder in folders:
        assert len(device.sync_all(folder).items) == 8


def test_a_folder_for_which_the_window_has_no_room_has_its_options_taken(account):
    account.append_many(3, 'INBOX')
    account.append(make_message('old'), 'Archive', received=days_ago(10))
    account.append(make_message('new'), 'Archive')
    device = account.phone()
    inbox, archive = device.inbox(), device.folder('Archive')
    for folder in (inbox, archive):
        device.start(folder)
    device.apply(device.client.sync(device.request(inbox), device.request(archive, options=[E('AirSync:FilterType', 2)]),
                                    extra=[E('AirSync:WindowSize', 3)]))
    assert len(device.held(inbox).items) == 3 and not device.held(inbox).more_available
    assert not device.held(archive).items and device.held(archive).more_available
    assert subjects(device.sync_all(archive, options=[])) == ['new']


@pytest.mark.parametrize('window', [0, 512, 513, 10000])
def test_window_sizes_of_0_and_above_512_mean_512(account, window):
    account.append_many(3)
    device = account.phone()
    device.sync(device.inbox(), window=window)
    assert len(device.held(device.inbox()).items) == 3


def test_changes_while_a_window_is_open_are_not_lost(account):
    account.append_many(12)
    device = account.phone()
    inbox = device.inbox()
    device.sync(inbox, window=5)
    account.deliver('Late')
    account.expunge('Message 0')
    account.store('Message 11', '+FLAGS', r'\Seen')
    held = device.sync_all(inbox, window=5)
    assert len(held.items) == 12
    read = {text(item, 'Email:Subject'): text(item, 'Email:Read') for item in held.items.values()}
    assert read['Message 11'] == '1' and 'Late' in read and 'Message 0' not in read


# ---------------------------------------------------------------------- filter


@pytest.mark.parametrize('filter_type, expected', [(0, 6), (1, 1), (2, 2), (3, 3), (4, 4), (5, 5)])
def test_filter_type_limits_to_recent_messages(account, filter_type, expected):
    for days in (0.5, 2, 5, 10, 25, 100):
        account.append(make_message(f'{days} days old'), received=days_ago(days))
    device = account.phone()
    held = device.sync_all(device.inbox(), options=[E('AirSync:FilterType', filter_type)])
    assert len(held.items) == expected


def test_a_narrower_filter_soft_deletes_and_a_wider_one_adds(account):
    for days in (0.5, 5, 100):
        account.append(make_message(f'{days} days old'), received=days_ago(days))
    device = account.phone()
    inbox = device.inbox()
    device.sync_all(inbox, options=[E('AirSync:FilterType', 0)])
    held = device.sync_all(inbox, options=[E('AirSync:FilterType', 3)])
    assert subjects(held) == ['0.5 days old', '5 days old'] and len(held.soft_deleted) == 1
    held = device.sync_all(inbox, options=[E('AirSync:FilterType', 0)])
    assert len(held.items) == 3
    assert len(account.flags()) == 3


@pytest.mark.parametrize('filter_type', [6, 7, 8])
def test_filters_for_other_classes_are_refused(account, filter_type):
    device = account.phone()
    device.start(device.inbox())
    answer = device.client.sync(device.request(device.inbox(), options=[E('AirSync:FilterType', filter_type)]))
    assert status(answer) in ('4', '103', '110')


# ---------------------------------------------------------------------- the phone's changes


def test_read_and_unread(three):
    account, device, inbox, ids = three
    device.change(inbox, ids['One'], E('Email:Read', 1))
    assert r'\Seen' in account.flags()['One']
    device.change(inbox, ids['One'], E('Email:Read', 0))
    assert r'\Seen' not in account.flags()['One']


def test_the_phones_change_does_not_come_back(three):
    _, device, inbox, ids = three
    device.change(inbox, ids['One'], E('Email:Read', 1))
    assert commands(device.sync(inbox)) == []


def test_flag_and_unflag(three):
    account, device, inbox, ids = three
    device.change(inbox, ids['Two'], E('Email:Flag', E('Email:Status', 2), E('Email:FlagType', 'Flag for follow up')))
    assert r'\Flagged' in account.flags()['Two']
    device.change(inbox, ids['Two'], E('Email:Flag'))
    assert r'\Flagged' not in account.flags()['Two']


@pytest.mark.parametrize('version_', ['12.1', '16.1'])
def test_changes_from_the_phone_in_other_versions(account, version_):
    account.deliver('One')
    device = account.phone(version_)
    inbox = device.inbox()
    server_id, = device.sync_all(inbox).items
    device.change(inbox, server_id, E('Email:Read', 1))
    assert r'\Seen' in account.flags()['One']
    device.delete(inbox, server_id)
    assert account.flags() == {} and 'One' in account.flags('Trash')


def test_delete_moves_to_trash_by_default(three):
    account, device, inbox, ids = three
    device.delete(inbox, ids['One'])
    assert sorted(account.flags()) == ['Three', 'Two']
    assert list(account.flags('Trash')) == ['One']


def test_delete_without_moving_deletes_for_good(three):
    account, device, inbox, ids = three
    device.delete(inbox, ids['One'], ids['Two'], deletes_as_moves=False)
    assert sorted(account.flags()) == ['Three']
    assert account.flags('Trash') == {}


def test_delete_in_trash_deletes_for_good(account):
    account.append(make_message('Old'), 'Trash')
    device = account.phone()
    trash = device.folder('Trash')
    server_id, = device.sync_all(trash).items
    device.delete(trash, server_id, deletes_as_moves=True)
    assert account.flags('Trash') == {}


def test_a_change_of_a_message_that_has_gone_has_status_8(three):
    account, device, inbox, ids = three
    account.expunge('One')
    answer = device.change(inbox, ids['One'], E('Email:Read', 1))
    assert [(response.name, response.get('ServerId'), response.get('Status')) for response in responses(answer)] == \
        [('Change', ids['One'], '8')]
    device.sync_all(inbox)
    assert ids['One'] not in device.held(inbox).items


def test_a_deletion_of_a_message_that_has_gone_does_no_harm(three):
    account, device, inbox, ids = three
    account.expunge('One')
    device.delete(inbox, ids['One'])
    assert device.held(inbox).last_status in ('1', None)
    device.sync_all(inbox)
    assert subjects(device.held(inbox)) == ['Three', 'Two']


@pytest.mark.parametrize('server_id', ['nonsense', '1', 'x:y:z', ':', '99999999999999999999'])
def test_an_unknown_server_id_does_no_harm(three, server_id):
    account, device, inbox, _ = three
    answer = device.client.sync(device.request(inbox, commands=[
        E('AirSync:Change', E('AirSync:ServerId', server_id), E('AirSync:ApplicationData', E('Email:Read', 1))),
        E('AirSync:Delete', E('AirSync:ServerId', server_id))]))
    answer.expect()
    assert {response.get('Status') for response in responses(answer)} <= {'4', '6', '8'}
    assert len(account.flags()) == 3


def test_a_conflict_of_flags_ends_equal_on_both_sides(three):
    account, device, inbox, ids = three
    account.store('One', '+FLAGS', r'\Flagged')
    device.change(inbox, ids['One'], E('Email:Read', 1))
    device.sync_all(inbox)
    item = device.held(inbox).items[ids['One']]
    assert (text(item, 'Email:Read') == '1') == (r'\Seen' in account.flags()['One'])
    assert (item['Email:Flag'].get('Status') == '2') == (r'\Flagged' in account.flags()['One'])


def test_many_commands_in_one_request(account):
    account.append_many(60)
    device = account.phone()
    inbox = device.inbox()
    ids = list(device.sync_all(inbox).items)
    device.sync(inbox, commands=[E('AirSync:Change', E('AirSync:ServerId', one), E('AirSync:ApplicationData', E('Email:Read', 1)))
                                 for one in ids])
    assert all(r'\Seen' in flags for flags in account.flags().values())
    assert commands(device.sync(inbox)) == []


def test_fetch_gives_the_whole_item(three):
    _, device, inbox, ids = three
    answer = device.sync(inbox, options=[body_preference(1)], commands=[E('AirSync:Fetch', E('AirSync:ServerId', ids['Two']))])
    response, = responses(answer)
    assert (response.name, response.get('Status'), response.get('ServerId')) == ('Fetch', '1', ids['Two'])
    assert response.get('ApplicationData/Subject') == 'Two'
    assert response.get('ApplicationData/Body/Data').strip() == 'A short text.'


def test_fetch_of_a_message_that_has_gone_has_status_8(three):
    account, device, inbox, ids = three
    account.expunge('Two')
    answer = device.sync(inbox, commands=[E('AirSync:Fetch', E('AirSync:ServerId', ids['Two']))])
    response, = responses(answer)
    assert (response.name, response.get('Status')) == ('Fetch', '8')


# ---------------------------------------------------------------------- the request's form


def test_several_collections_in_one_request(account):
    account.append_many(2, 'INBOX')
    account.append_many(3, 'Archive')
    device = account.phone()
    folders = [device.folder(name) for name in ('INBOX', 'Archive', 'Sent')]
    device.apply(device.client.sync(*[device.request(folder) for folder in folders]))
    device.apply(device.client.sync(*[device.request(folder) for folder in folders]))
    assert [len(device.held(folder).items) for folder in folders] == [2, 3, 0]


def test_one_bad_collection_does_not_hurt_the_others(account):
    account.deliver()
    device = account.phone()
    device.start(device.inbox())
    answer = device.client.sync(collection(device.folder('Archive'), 'wrong'), device.request(device.inbox())).expect()
    statuses = {part.get('CollectionId'): part.get('Status')
                for part in answer.document.findall('AirSync:Collections/AirSync:Collection')}
    assert statuses == {device.folder('Archive'): '3', device.inbox(): '1'}
    assert commands(answer) or len(list(answer.document.findall('Collections/Collection/Commands/Add'))) == 1


def test_options_are_kept_between_requests(account):
    account.deliver('First', 'x' * 1000)
    device = account.phone()
    inbox = device.inbox()
    device.start(inbox)
    device.sync(inbox, options=[body_preference(1, 100)])
    account.deliver('Second', 'y' * 1000)
    device.sync(inbox)
    second = next(item for item in device.held(inbox).items.values() if text(item, 'Email:Subject') == 'Second')
    assert second['AirSyncBase:Body'].get('Truncated') == '1'
    assert len(second['AirSyncBase:Body'].get('Data')) == 100


def test_an_empty_request_repeats_the_last_one(three):
    account, device, inbox, _ = three
    device.sync(inbox)
    account.deliver('Four')
    answer = device.client.post('Sync')
    assert answer.expect().document is not None
    if answer.get('Status') == '13':
        pytest.fail('the server forgot the last request')
    device.apply(answer)
    assert subjects(device.held(inbox)) == ['Four', 'One', 'Three', 'Two']


def test_an_empty_request_repeats_an_answer_that_was_lost(three):
    account, device, inbox, _ = three
    device.sync(inbox)
    account.deliver('Four')
    assert commands(device.client.post('Sync').expect()) == ['Add']  # this answer is lost
    device.apply(device.client.post('Sync'))
    assert subjects(device.held(inbox)) == ['Four', 'One', 'Three', 'Two']
    assert commands(device.sync(inbox)) == []
    account.deliver('Five')
    device.apply(device.client.post('Sync'))
    assert subjects(device.held(inbox)) == ['Five', 'Four', 'One', 'Three', 'Two']


def test_an_empty_request_after_operations_has_status_13(three):
    _, device, inbox, ids = three
    device.change(inbox, ids['One'], E('Email:Read', 1))
    assert device.client.post('Sync').expect().get('Status') == '13'


def test_an_empty_request_without_an_earlier_one_has_status_13(account):
    assert account.client().post('Sync').expect().get('Status') == '13'


def test_partial_adds_to_the_last_request(account):
    account.append_many(1, 'Archive')
    device = account.phone()
    inbox, archive = device.inbox(), device.folder('Archive')
    for folder in (inbox, archive):
        device.start(folder)
    for _ in range(2):  # a client that got a new key has to name it: the second answer gives none
        device.apply(device.client.sync(device.request(inbox), device.request(archive)))
    account.deliver('New in the Inbox')
    account.append(make_message('New in Archive'), 'Archive')
    answer = device.client.post('Sync', E('AirSync:Sync', E('AirSync:Partial'),
                                          E('AirSync:Collections', device.request(inbox))))
    device.apply(answer)
    assert len(device.held(inbox).items) == 1
    assert len(device.held(archive).items) == 2


def test_partial_repeats_for_the_rest_what_may_be_lost(account):
    account.append_many(1, 'INBOX')
    account.append_many(1, 'Archive')
    device = account.phone()
    inbox, archive = device.inbox(), device.folder('Archive')
    for folder in (inbox, archive):
        device.start(folder)
    partial = E('AirSync:Sync', E('AirSync:Partial'), E('AirSync:Collections', device.request(inbox)))
    lost = device.client.sync(device.request(inbox), device.request(archive)).expect()
    device.apply(device.client.post('Sync', partial))  # with the old key of the Inbox
    assert len(device.held(inbox).items) == len(device.held(archive).items) == 1
    account.append(make_message('New in Archive'), 'Archive')
    partial = E('AirSync:Sync', E('AirSync:Partial'), E('AirSync:Collections', device.request(inbox)))
    device.apply(device.client.post('Sync', partial))  # with the new one: the answer was got
    assert len(device.held(archive).items) == 2 and lost.document is not None


def test_partial_without_an_earlier_request_has_status_13(account):
    answer = account.client().post('Sync', E('AirSync:Sync', E('AirSync:Partial')))
    assert answer.expect().get('Status') == '13'


@pytest.mark.parametrize('document', [
    E('AirSync:Sync', E('AirSync:Collections', E('AirSync:Collection'))),
    E('AirSync:Sync', E('AirSync:Collections', E('AirSync:Collection', E('AirSync:SyncKey', '0')))),
    E('AirSync:Sync', E('AirSync:WindowSize', 'many')),
    E('Ping:Ping')])
def test_a_faulty_document_is_refused(account, document):
    answer = account.client().post('Sync', document)
    assert answer.status == 400 or status(answer) in ('4', '8', '12', '13', '101', '102', '103')


@pytest.mark.parametrize('elements', [
    (E('AirSync:WindowSize', 5), E('AirSync:GetChanges', 1)),
    (E('AirSync:Options', E('AirSync:FilterType', 0)), E('AirSync:WindowSize', 5)),
    (E('AirSync:WindowSize', 5), E('AirSync:WindowSize', 5)),
    (E('AirSync:Options', E('AirSyncBase:BodyPreference', E('AirSyncBase:Type', 1), E('AirSyncBase:AllOrNone', 0),
                            E('AirSyncBase:AllOrNone', 0))),)])
def test_elements_out_of_order_or_twice_have_status_4(three, elements, version):
    _, device, inbox, _ = three
    device.client.version = version
    answer = device.client.sync(E('AirSync:Collection', E('AirSync:SyncKey', device.held(inbox).sync_key),
                                  E('AirSync:CollectionId', inbox), *elements))
    assert status(answer) == '4'


def test_more_than_200_operations_have_status_4(three):
    _, device, inbox, ids = three
    read = E('AirSync:Change', E('AirSync:ServerId', ids['One']), E('AirSync:ApplicationData', E('Email:Read', 1)))
    assert status(device.client.sync(device.request(inbox, commands=[read] * 201))) == '4'
    assert status(device.sync(inbox, commands=[read] * 200)) == '1'


def test_options_of_another_class_have_status_4(three):
    _, device, inbox, _ = three
    for wrong in ('Calendar', 'Notes', 'Nothing'):
        assert status(device.client.sync(device.request(inbox, options=[E('AirSync:Class', wrong)]))) == '4'
    assert status(device.sync(inbox, options=[E('AirSync:Class', 'Email')])) == '1'


@pytest.mark.parametrize('element', [E('AirSync:MIMESupport', 7), E('AirSync:FilterType', 99), E('AirSync:MIMETruncation', 99),
                                     E('AirSyncBase:BodyPreference', E('AirSyncBase:Type', 9)),
                                     E('AirSyncBase:BodyPreference', E('AirSyncBase:Type', 1), E('AirSyncBase:TruncationSize', -5))])
def test_a_faulty_option_is_refused_or_ignored(three, element):
    _, device, inbox, _ = three
    answer = device.client.sync(device.request(inbox, options=[element]))
    assert answer.status == 400 or status(answer) in ('1', '4', '103', '164')


def test_two_devices_of_a_user_are_independent(three):
    account, device, inbox, ids = three
    other = account.phone()
    other.sync_all(inbox)
    other.delete(inbox, ids['One'])
    device.change(inbox, ids['Two'], E('Email:Read', 1))
    device.sync_all(inbox)
    other.sync_all(inbox)
    for phone in (device, other):
        assert subjects(phone.held(inbox)) == ['Three', 'Two']
        assert text(phone.held(inbox).items[ids['Two']], 'Email:Read') == '1'


def test_two_requests_of_a_device_at_once_converge(account):
    account.append_many(30)
    device = account.phone()
    inbox = device.inbox()
    device.start(inbox)
    second = account.client(device_id=device.client.device_id)
    request = device.request(inbox, window=10)

    document = E('AirSync:Sync', E('AirSync:Collections', request))
    device.client.post_only('Sync', document)
    second.post_only('Sync', document)
    answers = [device.client.receive(), second.receive()]
    good = [answer for answer in answers if answer.status == 200 and status(answer) == '1']
    assert good
    device.apply(good[-1])
    assert len(device.sync_all(inbox).items) == 30


def test_an_aborted_request_loses_nothing(account):
    account.append_many(30)
    device = account.phone()
    inbox = device.inbox()
    device.start(inbox)
    for _ in range(3):
        device.client.post_only('Sync', E('AirSync:Sync', E('AirSync:Collections', device.request(inbox, window=10))))
        device.client.close()
        time.sleep(0.1)
    assert len(device.sync_all(inbox, window=10).items) == 30


def test_a_rebuilt_mailbox_index_loses_and_doubles_nothing(stored):
    stored.append_many(10)
    device = stored.phone()
    inbox = device.inbox()
    device.sync_all(inbox)
    stored.instance.dovecot.doveadm('force-resync', '-u', stored.user, 'INBOX')
    stored.deliver('After')
    assert len(device.sync_all(inbox).items) == 11


# ---------------------------------------------------------------------- GetItemEstimate


def estimate(device: Device, folder: str, *options) -> tuple[str, int]:
    answer = device.client.get_item_estimate(folder, device.held(folder).sync_key, *options).expect()
    return answer.get('Response/Status'), int(answer.get('Response/Collection/Estimate') or 0)


def test_estimate_is_the_number_of_changes(account, version):
    account.append_many(4)
    device = account.phone(version)
    inbox = device.inbox()
    device.start(inbox)
    assert estimate(device, inbox, E('AirSync:FilterType', 0)) == ('1', 4)
    device.sync_all(inbox)
    assert estimate(device, inbox, E('AirSync:FilterType', 0)) == ('1', 0)
    account.deliver('Fifth')
    assert estimate(device, inbox, E('AirSync:FilterType', 0)) == ('1', 1)


def test_estimate_obeys_the_filter(account):
    account.append(make_message('old'), received=days_ago(100))
    account.append(make_message('new'))
    device = account.phone()
    device.start(device.inbox())
    assert estimate(device, device.inbox(), E('AirSync:FilterType', 2)) == ('1', 1)


def test_estimate_without_a_filter_counts_all(account):
    account.append(make_message('old'), received=days_ago(100))
    account.append(make_message('new'))
    device = account.phone()
    device.sync_all(device.inbox(), options=[E('AirSync:FilterType', 2)])
    assert estimate(device, device.inbox()) == ('1', 1)
    assert estimate(device, device.inbox(), E('AirSync:FilterType', 2)) == ('1', 0)


def test_up_to_12_1_the_filter_of_an_estimate_is_in_the_collection(account):
    account.append(make_message('old'), received=days_ago(100))
    account.append(make_message('new'))
    device = account.phone('12.1')
    device.start(device.inbox())
    assert estimate(device, device.inbox(), E('AirSync:FilterType', 2)) == ('1', 1)
    assert estimate(device, device.inbox(), E('AirSync:FilterType', 0)) == ('1', 2)


def test_estimates_of_what_is_not_for_mail(account):
    device = account.phone()
    inbox = device.inbox()
    device.start(inbox)
    assert estimate(device, inbox, E('AirSync:FilterType', 6))[0] == '110'
    assert estimate(device, inbox, E('AirSync:MaxItems', 10))[0] == '2'
    assert estimate(device, inbox, E('AirSync:Class', 'Calendar'))[0] == '4'


def test_an_estimate_of_more_than_1000_collections_is_invalid(account, version):
    one = E('GetItemEstimate:Collection', E('AirSync:SyncKey', '1'), E('GetItemEstimate:CollectionId', 'x'))
    answer = account.client(version).post('GetItemEstimate', E('GetItemEstimate:GetItemEstimate',
                                                               E('GetItemEstimate:Collections', *[one] * 1001)))
    assert answer.status == 400 if version == '12.1' else answer.get('Status') == '103'


def test_estimate_of_an_unknown_folder_has_status_2(account):
    assert estimate(account.phone(), 'NoSuchFolder')[0] == '2'


def test_estimate_before_the_first_sync_has_status_3(account):
    device = account.phone()
    assert estimate(device, device.inbox())[0] == '3'


def test_estimate_with_an_invalid_key_has_status_4(account):
    device = account.phone()
    device.start(device.inbox())
    device.held(device.inbox()).sync_key = 'wrong'
    assert estimate(device, device.inbox())[0] == '4'
