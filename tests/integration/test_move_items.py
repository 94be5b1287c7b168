"""MoveItems: MS-ASCMD 2.2.1.12."""
from __future__ import annotations

import pytest

from accounts import check
from eas_client import E
from eas_client.device import subjects


def move(device, *moves: tuple[str, str, str]) -> list[tuple[str, str, str]]:
    """`moves` are SrcMsgId, SrcFldId, DstFldId; of each answer SrcMsgId, Status and DstMsgId."""
    answer = device.client.post('MoveItems', E('Move:MoveItems', [
        E('Move:Move', E('Move:SrcMsgId', message), E('Move:SrcFldId', source), E('Move:DstFldId', destination))
        for message, source, destination in moves])).expect()
    return [(each.get('SrcMsgId'), each.get('Status'), each.get('DstMsgId', '')) for each in answer.document.findall('Move:Response')]


def filled(account, *titles: str):
    """A device that has messages with these subjects in its Inbox, and their ids."""
    for title in titles:
        account.append(f'Subject: {title}\r\n\r\nx\r\n'.encode())
    device = account.phone()
    items = device.sync_all(device.inbox()).items
    return device, {item['Email:Subject'].value(): server_id for server_id, item in items.items()}


def test_messages_are_moved_with_their_flags(stored):
    stored.append(b'Subject: seen\r\n\r\nx\r\n', flags='\\Seen \\Flagged')
    device, ids = filled(stored, 'one', 'two')
    inbox, archive = device.inbox(), device.folder('Archive')
    device.sync_all(archive)
    answers = move(device, *[(server_id, inbox, archive) for server_id in ids.values()])
    assert [(message, status) for message, status, _ in answers] == [(server_id, '3') for server_id in ids.values()]
    # MS-ASCMD 2.2.1.12: a Delete here, an Add there; the model complains if the device had them already.
    assert subjects(device.sync_all(inbox)) == []
    assert subjects(device.sync_all(archive)) == ['one', 'seen', 'two']
    held = device.held(archive).items
    now = {message: new for message, _, new in answers}
    assert {title: held[now[server_id]]['Email:Subject'].value() for title, server_id in ids.items()} == {t: t for t in ids}
    assert held[now[ids['seen']]]['Email:Read'].value() == '1'
    with stored.imap('INBOX') as connection:
        assert check(connection.search(None, 'ALL')) == [b'']


def test_every_version_moves(account, version):
    account.append(b'Subject: x\r\n\r\nx\r\n')
    device = account.phone(version)
    inbox, archive = device.inbox(), device.folder('Archive')
    server_id, = device.sync_all(inbox).items
    (_, status, new), = move(device, (server_id, inbox, archive))
    assert status == '3'
    assert list(device.sync_all(archive).items) == [new]


def test_repeated_after_a_lost_answer(stored):
    device, ids = filled(stored, 'once')
    request = (ids['once'], device.inbox(), device.folder('Archive'))
    first = move(device, request)
    assert move(device, request) == first and first[0][1] == '3'
    assert subjects(device.sync_all(device.inbox())) == []
    assert move(device, request) == first
    assert list(device.sync_all(device.folder('Archive')).items) == [first[0][2]]
    with stored.imap('Archive') as connection:
        assert check(connection.search(None, 'ALL')) == [b'1']


def test_a_message_goes_and_comes_back(account):
    device, ids = filled(account, 'round trip')
    inbox, archive = device.inbox(), device.folder('Archive')
    (_, _, there), = move(device, (ids['round trip'], inbox, archive))
    (_, status, here), = move(device, (there, archive, inbox))
    assert status == '3' and here != ids['round trip']
    assert list(device.sync_all(inbox).items) == [here]
    assert device.sync_all(archive).items == {}


def test_each_item_has_its_own_status(account):
    device, ids = filled(account, 'good', 'stays')
    inbox, archive = device.inbox(), device.folder('Archive')
    stays = ids['stays']
    answers = move(device, (f'{inbox}:4711', inbox, archive), (stays, 'nowhere', archive), ('nonsense', inbox, archive),
                   (stays, '', archive), (stays, inbox, 'nowhere'), (stays, inbox, ''), (stays, inbox, inbox),
                   (ids['good'], inbox, archive))
    assert [status for _, status, _ in answers] == ['1', '1', '1', '1', '2', '2', '4', '3']
    assert subjects(device.sync_all(inbox)) == ['stays']


def test_a_message_that_somebody_else_moved_has_status_1(account):
    device, ids = filled(account, 'gone')
    with account.imap('INBOX') as connection:
        check(connection.store('1', '+FLAGS', '\\Deleted'))
        check(connection.expunge())
    (_, status, _), = move(device, (ids['gone'], device.inbox(), device.folder('Archive')))
    assert status == '1'


def test_a_folder_that_only_holds_others_is_no_destination(account):
    with account.imap() as connection:
        check(connection.create('Phantom/Child'))
    device, ids = filled(account, 'stays')
    (_, status, _), = move(device, (ids['stays'], device.inbox(), device.folder('Phantom')))
    assert status in ('2', '5')
    assert subjects(device.sync_all(device.inbox())) == ['stays']


@pytest.mark.parametrize('content', [[], [E('Move:Move')], [E('Move:Move', E('Move:SrcMsgId', ''))]])
def test_a_request_without_an_item_is_invalid(account, version, content):
    """MS-ASCMD 2.2.2: Status 103 from 14.0 on, up to 12.1 HTTP 400."""
    answer = account.phone(version).client.post('MoveItems', E('Move:MoveItems', content))
    assert answer.status == 400 if version == '12.1' else answer.get('Status') == '103'
