"""ConversationMode: whole conversations beyond the FilterType. MS-ASCMD 2.2.3.36, MS-ASCON 3.2.5.6."""
from __future__ import annotations

import pytest

from eas_client import E
from eas_client.client import body_preference
from eas_client.device import subjects, text
from threads import post

THREE_DAYS = E('AirSync:FilterType', 2)


def options(*more):
    return [THREE_DAYS, *more, body_preference(1, 500)]


@pytest.fixture(name='inbox')
def fixture_inbox(stored):
    """(account, a device, its Inbox, Message-ID of the old message of a recent conversation)."""
    first = post(stored, 'old', age_days=40)
    post(stored, 'recent', answers=(first,), age_days=1)
    post(stored, 'too old', age_days=30)
    device = stored.phone()
    return stored, device, device.inbox(), first


def test_the_whole_conversation_is_told(inbox):
    _, device, folder, _ = inbox
    assert subjects(device.sync_all(folder, options=options())) == ['recent']
    assert subjects(device.sync_all(folder, options=options(), conversation_mode=True)) == ['old', 'recent']
    assert subjects(device.sync_all(folder, options=options())) == ['old', 'recent']  # it is kept
    assert device.held(folder).soft_deleted == []
    assert subjects(device.sync_all(folder, options=options(), conversation_mode=False)) == ['recent']
    assert len(device.held(folder).soft_deleted) == 1


def test_an_arrival_brings_its_conversation(inbox):
    account, device, folder, first = inbox
    lonely = post(account, 'long ago', age_days=50)
    device.sync_all(folder, options=options(), conversation_mode=True)
    post(account, 'answer to recent', answers=(first,))
    post(account, 'answer to long ago', answers=(lonely,))
    post(account, 'too old as well', age_days=20)
    post(account, 'old but of a recent conversation', answers=(first,), age_days=20)
    held = device.sync_all(folder, options=options(), conversation_mode=True)
    assert subjects(held) == ['answer to long ago', 'answer to recent', 'long ago', 'old',
                              'old but of a recent conversation', 'recent']


def test_what_is_too_old_has_no_body_but_a_preview(inbox):
    _, device, folder, _ = inbox
    wanted = [THREE_DAYS, body_preference(2, 500, preview=50)]
    held = device.sync_all(folder, options=wanted, conversation_mode=True)
    bodies = {text(item, 'Email:Subject'): item['AirSyncBase:Body'] for item in held.items.values()}
    assert bodies['old'].find('Data') is None and bodies['recent'].get('Data')
    assert bodies['old'].get('Truncated') == '1' and bodies['old'].get('Preview') == 'A short text.'
    server_id = next(key for key, item in held.items.items() if text(item, 'Email:Subject') == 'old')
    answer = device.sync(folder, commands=[E('AirSync:Fetch', E('AirSync:ServerId', server_id))])
    fetched = answer.document.find('Collections/Collection/Responses/Fetch/ApplicationData/Body/Data')
    assert 'A short text.' in fetched.value()


def test_the_estimate_obeys_it(inbox):
    _, device, folder, _ = inbox
    device.start(folder)
    key = device.held(folder).sync_key
    counts = [device.client.get_item_estimate(folder, key, THREE_DAYS, conversation_mode=mode).expect()
              .get('Response/Collection/Estimate') for mode in (None, False, True)]
    assert counts == ['1', '1', '2']


@pytest.mark.parametrize('protocol', ['14.0', '14.1', '16.0', '16.1'])
def test_in_each_version_that_has_it(account, protocol):
    first = post(account, 'old', age_days=40)
    post(account, 'recent', answers=(first,))
    device = account.phone(protocol)
    held = device.sync_all(device.inbox(), options=options(), conversation_mode=True)
    assert subjects(held) == ['old', 'recent']


def test_nothing_changed_stays_an_empty_answer(inbox):
    _, device, folder, _ = inbox
    device.sync_all(folder, options=options(), conversation_mode=True)
    answer = device.sync(folder, conversation_mode=True)
    assert answer.body == b''
