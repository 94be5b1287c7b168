"""ConversationId and ConversationIndex: MS-ASCON, MS-ASEMAIL 2.2.2.21, 2.2.2.22."""
from __future__ import annotations

import os

from accounts import make_message
from eas_client import E
from test_send_mail import accepted, received, sent_by
from test_smart_reply import smart
from threads import conversations, post, property_of


def a_thread(account) -> None:
    """Four messages in three folders, and one that has nothing to do with them."""
    first = post(account, 'Lunch', age_days=3)
    second = post(account, 'Re: Lunch', answers=(first,), mailbox='Sent', age_days=2)
    post(account, 'AW: Lunch', answers=(first, second), age_days=1)
    post(account, 'Re: Lunch?', answers=(first,), mailbox='Archive', references=False)
    post(account, 'Lunch', mailbox='Trash')


def test_a_thread_is_one_conversation_over_folders_and_devices(stored):
    a_thread(stored)
    seen = []
    for _ in range(2):
        device = stored.phone('16.1')
        folders = [device.inbox(), *map(device.folder, ('Sent', 'Archive'))]
        seen.append(conversations(device, *folders))
    assert seen[0] == seen[1]
    assert sorted(seen[0]) == ['AW: Lunch', 'Lunch', 'Re: Lunch', 'Re: Lunch?']
    name, = set(seen[0].values())
    assert len(name) == 16
    assert conversations(device, device.folder('Trash'))['Lunch'] != name


def test_the_index_sorts_a_conversation(account):
    a_thread(account)
    device = account.phone()
    found = {}
    for folder in (device.inbox(), *map(device.folder, ('Sent', 'Archive'))):
        device.sync_all(folder)
        found.update(property_of(device, folder, 'ConversationIndex'))
    assert [len(found[title]) for title in ('Lunch', 'Re: Lunch', 'AW: Lunch')] == [5, 10, 15]
    assert sorted(found, key=found.get) == ['Lunch', 'Re: Lunch', 'AW: Lunch', 'Re: Lunch?']


def test_12_1_does_not_know_them(account, version):
    post(account, 'Lunch')
    device = account.phone(version)
    item, = device.sync_all(device.inbox()).items.values()
    known = {'Email2:ConversationId', 'Email2:ConversationIndex'} & set(item)
    assert len(known) == (0 if version == '12.1' else 2)


def test_a_reply_and_a_forward_stay_in_the_conversation(account, other_account, version):
    first = post(account, 'The original', age_days=1)
    post(account, 'AW: The original', answers=(first,), age_days=0.5)
    reader = account.phone()
    ids = {item['Email:Subject'].value(): server_id
           for server_id, item in reader.sync_all(reader.inbox()).items.items()}
    for command, prefix in (('SmartReply', 'Re'), ('SmartForward', 'Fwd')):
        mime = sent_by(account, f'{prefix}: The original', other_account.user)
        assert accepted(smart(account.client(version), command, mime, ids['AW: The original'], client_id=command))
        got = received(other_account, f'{prefix}: The original')
        assert got['References'].split() == [first, got['In-Reply-To']]
    # The copies in Sent, and what the other side got, on a device of each.
    original = property_of(reader, reader.inbox(), 'ConversationIndex')['AW: The original']
    expected, = set(conversations(reader, reader.inbox()).values())
    other = other_account.phone()
    for device, folder in ((reader, reader.folder('Sent')), (other, other.inbox())):
        assert conversations(device, folder) == {'Re: The original': expected, 'Fwd: The original': expected}
        for index in property_of(device, folder, 'ConversationIndex').values():
            assert index.startswith(original) and len(index) == len(original) + 5


def test_outlooks_messages_and_those_of_others_hold_together(account):
    """Outlook's Thread-Index has a GUID of its own, which other programs do not pass on."""
    start = b'\x01' + os.urandom(21)
    first = post(account, 'Outlook', thread_index=start, age_days=2)
    second = post(account, 'RE: Outlook', answers=(first,), thread_index=start + b'12345', age_days=1)
    post(account, 'AW: Outlook', answers=(first, second))
    device = account.phone()
    assert len(set(conversations(device, device.inbox()).values())) == 1
    index = property_of(device, device.inbox(), 'ConversationIndex')
    assert (index['Outlook'], index['RE: Outlook']) == (start[1:6], start[1:6] + b'12345')


def test_a_message_without_any_id_has_a_conversation(account):
    account.append(b'Subject: bare\r\n\r\nx\r\n')
    device, other = account.phone(), account.phone()
    assert len(conversations(device, device.inbox())['bare']) == 16
    assert conversations(device, device.inbox()) == conversations(other, other.inbox())


def test_the_phone_cannot_change_them(account):
    """MS-ASEMAIL 2.2.2.21: Status 6."""
    account.deliver_raw(make_message('Hello', to=account.user))
    device = account.phone()
    server_id, = device.sync_all(device.inbox()).items
    for tag in ('ConversationId', 'ConversationIndex'):
        answer = device.sync(device.inbox(), commands=[E(
            'AirSync:Change', E('AirSync:ServerId', server_id),
            E('AirSync:ApplicationData', E(f'Email2:{tag}', b'x' * 16), E('Email:Read', 1)))])
        change = answer.document.find('AirSync:Collections/AirSync:Collection/AirSync:Responses/AirSync:Change')
        assert change.get('Status') == '6'
    assert r'\Seen' not in account.flags()['Hello']
