"""Scheduling messages that arrive, and meetings that are forwarded: MS-ASCMD 2.2.1.19; RFC 5546."""
from __future__ import annotations

import datetime
import zoneinfo

import pytest

import calendar_texts
from accounts import make_message
from conftest import new_account, start_instance, stop_instance
from eas_client import E
from eas_client.device import CALENDAR, text as told
from meetings import ACCEPT, DECLINE, calendar, calendar_files, calendar_of, compact, imip, respond, soon, store, stored
from test_send_mail import accepted, count, received

UID = 'c8b1e2f0-5a4d-4f6e-9b3c-2d1e0f9a8b7c'
BOB = 'bob@elsewhere.example'


def deliver(account, method, organizer, attendee, sender, subject='Meeting mail', uid=UID, form='exchange', **arguments):
    account.deliver_raw(imip(calendar(method, uid, organizer, attendee, **arguments), sender, account.user, subject, form=form))


def sync(account, version='16.1'):
    device = account.phone(version)
    device.sync_all(device.inbox())
    return device


def test_answers_of_attendees_are_entered(account, version):
    store(account, calendar('REQUEST', UID, account.user, BOB))
    deliver(account, 'REPLY', account.user, BOB, BOB, partstat='ACCEPTED')
    sync(account, version)
    (event,) = stored(account)
    assert 'PARTSTAT=ACCEPTED' in event and event.count('ATTENDEE') == 1
    sync(account, version)
    assert stored(account) == [event]
    deliver(account, 'COUNTER', account.user, BOB, BOB, 'Other', partstat='TENTATIVE', start=soon(3), stamp='20260102T000000Z')
    sync(account, version)
    (event,) = stored(account)
    assert 'PARTSTAT=TENTATIVE' in event and f'DTSTART:{compact(soon())}' in event
    device = account.phone(version)
    (shown,) = device.sync_all(device.of_type(CALENDAR)).items.values()
    attendee = shown['Calendar:Attendees'].find('Calendar:Attendee')
    proposed = attendee.get('MeetingResponse:ProposedStartTime'), attendee.get('MeetingResponse:ProposedEndTime')
    assert proposed == ((compact(soon(3)), compact(soon(3) + datetime.timedelta(minutes=30))) if version == '16.1' else (None, None))


def test_the_organizers_phone_learns_that_answers_count_no_more(account):
    """A moved meeting asks again (MS-ASCAL 2.2.2.39), and who moved it is told so."""
    store(account, calendar('REQUEST', UID, account.user, BOB, partstat='ACCEPTED'))
    device = account.phone('16.1')
    folder = device.of_type(CALENDAR)

    def status():
        (shown,) = device.sync_all(folder, options=()).items.values()
        return shown['Calendar:Attendees'].find('Calendar:Attendee').get('Calendar:AttendeeStatus')

    assert status() == '3'
    (item,) = device.held(folder).items
    moved = E('AirSync:ApplicationData', E('Calendar:StartTime', compact(soon(4))), E('Calendar:EndTime', compact(soon(5))))
    change = E('AirSync:Change', E('AirSync:ServerId', item), moved)
    answer = device.client.sync(device.request(folder, commands=[change], get_changes=False))
    device.held(folder).sync_key = answer.get('Collections/Collection/SyncKey')
    assert 'PARTSTAT=NEEDS-ACTION' in stored(account)[0]
    assert status() == '5'


def test_a_cancellation_marks_the_event(account, version):
    boss = 'boss@elsewhere.example'
    store(account, calendar('REQUEST', UID, boss, account.user))
    deliver(account, 'CANCEL', boss, account.user, boss, sequence=1)
    sync(account, version)
    (event,) = stored(account)
    assert 'STATUS:CANCELLED' in event


def calendar_phone(account, version='16.1'):
    """A client that synchronizes the calendar and no mail; its folder and only event."""
    device = account.phone(version)
    folder = device.of_type(CALENDAR)
    (item,) = device.sync_all(folder, options=()).items
    return device, folder, item


def test_a_client_without_mail_sees_what_arrives(account, version):
    """MS-ASCAL 3.1.4.4: as the server receives the answers of attendees, the organizer receives updates of the meeting."""
    boss = 'boss@elsewhere.example'
    store(account, calendar('REQUEST', UID, account.user, BOB))
    device, folder, item = calendar_phone(account, version)
    account.deliver('An ordinary mail')
    deliver(account, 'REPLY', account.user, BOB, BOB, partstat='ACCEPTED')
    attendees = device.sync_all(folder, options=()).items[item].get('Calendar:Attendees')
    if float(version) > 12.1:
        assert attendees.get('Calendar:Attendee/Calendar:AttendeeStatus') == '3'
    assert 'PARTSTAT=ACCEPTED' in stored(account)[0]
    store(account, calendar('REQUEST', 'of-boss', boss, account.user, partstat='ACCEPTED'), 'of-boss.ics')
    device.sync_all(folder, options=())
    # What its organizer says anew without moving it asks for no answer.
    deliver(account, 'REQUEST', boss, account.user, boss, 'News', uid='of-boss', summary='Another name', stamp='20260102T000000Z')
    deliver(account, 'REQUEST', boss, account.user, boss, 'Wait for an answer', uid='unknown')
    names = sorted(told(event, 'Calendar:Subject') for event in device.sync_all(folder, options=()).items.values())
    assert names == ['Another name', 'Planning']
    deliver(account, 'CANCEL', boss, account.user, boss, 'Off', uid='of-boss', sequence=1)
    cancelled = [told(event, 'Calendar:MeetingStatus') for event in device.sync_all(folder, options=()).items.values()]
    assert sorted(cancelled) == ['1', '7']


def test_a_client_that_waits_for_the_calendar_alone_is_woken_by_a_cancellation(stored_meeting):
    account, device, folder, item = stored_meeting
    with account.parking(device):
        device.start_ping(300, [folder])
    account.deliver('An ordinary mail')
    deliver(account, 'CANCEL', 'boss@elsewhere.example', account.user, 'boss@elsewhere.example', sequence=1)
    device.client.connection.sock.settimeout(60)
    answer = device.client.receive().expect()
    assert answer.get('Status') == '2' and answer.get('Folders/Folder') == folder
    assert told(device.sync_all(folder, options=()).items[item], 'Calendar:MeetingStatus') == '7'


@pytest.fixture(name='stored_meeting', params=['maildir', 'sdbox', 'mdbox'])
def fixture_stored_meeting(request):
    """A meeting of somebody else, in each mail format: how the Inbox is watched depends on that."""
    for account in new_account(request.getfixturevalue(request.param)):
        store(account, calendar('REQUEST', UID, 'boss@elsewhere.example', account.user))
        yield account, *calendar_phone(account)


def test_news_of_a_tentative_event_are_told_as_such_whichever_is_synchronized_first(invited):
    deliver(invited, 'REQUEST', BOSS, invited.user, BOSS, 'First', more='LOCATION:Room 1\n')
    device = invited.phone('16.1')
    device.sync_all(device.inbox())
    the_event(device)
    deliver(invited, 'REQUEST', BOSS, invited.user, BOSS, 'News', stamp='20260102T000000Z', more='LOCATION:Room 2\n')
    the_event(device)
    types = {told(mail, 'Email:Subject'): mail['Email:MeetingRequest'].get('Email2:MeetingMessageType')
             for mail in device.sync_all(device.inbox()).items.values()}
    assert types == {'First': '1', 'News': '3'}


def test_an_instance_of_a_series_without_words_in_eas_is_answered_and_forwarded_as_it_was_told(account, other_account):
    store(account, calendar('REQUEST', 'odd', BOSS, account.user, start=datetime.datetime(2026, 12, 2, 10),
                            more='RRULE:FREQ=MONTHLY;BYMONTHDAY=2,16\n'))
    device, folder, item = calendar_phone(account)
    exceptions = device.held(folder).items[item]['Calendar:Exceptions'].children
    original, start = next((each.get('AirSyncBase:InstanceId') or each.get('Calendar:ExceptionStartTime'), each.get('Calendar:StartTime'))
                           for each in exceptions if each.get('Calendar:StartTime'))
    assert original[:8] != start[:8]
    for name, number in ((original, 1), (start, 2)):
        instance = f'{name[:4]}-{name[4:6]}-{name[6:11]}:{name[11:13]}:00.000Z'
        assert respond(device.client, 2, collection=folder, request=item, instance=instance).get('Result/Status') == '1'
        assert accepted(forward(device.client, folder, item, E(
            'ComposeMail:Mime', make_message(f'FW {number}', 'x\n', to=other_account.user, sender=account.user)), instance=instance))
        assert start[:8] in calendar_of(received(other_account, f'FW {number}')).partition('RECURRENCE-ID')[2][:60]


def test_news_of_a_meeting_are_told_as_such_whichever_is_synchronized_first(account):
    boss = 'boss@elsewhere.example'
    store(account, calendar('REQUEST', UID, boss, account.user, partstat='ACCEPTED'))
    device, folder, _ = calendar_phone(account)
    device.sync_all(device.inbox())
    deliver(account, 'REQUEST', boss, account.user, boss, summary='Another name', stamp='20260102T000000Z')
    device.sync_all(folder, options=())
    (mail,) = device.sync_all(device.inbox()).items.values()
    assert mail['Email:MeetingRequest'].get('Email2:MeetingMessageType') == '3'
    (event,) = device.sync_all(folder, options=()).items.values()
    assert told(event, 'Calendar:Subject') == 'Another name'


def test_what_a_client_without_mail_cannot_enter_now_is_entered_later(account):
    boss = 'boss@elsewhere.example'
    event = store(account, calendar('REQUEST', UID, boss, account.user))
    device, folder, item = calendar_phone(account)
    deliver(account, 'CANCEL', boss, account.user, boss, sequence=1)
    mode = event.parent.stat().st_mode
    event.parent.chmod(0o555)
    try:
        device.sync_all(folder, options=())
    finally:
        event.parent.chmod(mode)
    assert 'CANCELLED' not in event.read_text()
    assert told(device.sync_all(folder, options=()).items[item], 'Calendar:MeetingStatus') == '7'


def test_a_method_that_only_the_part_has_counts(account):
    """RFC 6047 2.4 demands both."""
    boss = 'boss@elsewhere.example'
    store(account, calendar('REQUEST', 'own', account.user, BOB), 'own.ics')
    deliver(account, 'REPLY', account.user, BOB, BOB, uid='own', form='nameless', partstat='DECLINED')
    device = sync(account)
    assert 'PARTSTAT=DECLINED' in stored(account)[0]
    deliver(account, 'COUNTER', account.user, BOB, BOB, 'Other', uid='own', form='nameless', partstat='TENTATIVE', start=soon(3),
            stamp='20260102T000000Z')
    deliver(account, 'REQUEST', boss, account.user, boss, 'Come', form='nameless')
    (invitation,) = [each for each, item in device.sync_all(device.inbox()).items.items() if told(item, 'Email:Subject') == 'Come']
    assert 'X-EAS-PROPOSED' in stored(account)[0]
    result = respond(device.client, ACCEPT, collection=device.inbox(), request=invitation)
    assert result.get('Result/CalendarId')
    deliver(account, 'CANCEL', boss, account.user, boss, 'Off', form='nameless', sequence=1)
    device.sync_all(device.inbox())
    assert [event for event in stored(account) if UID in event and 'STATUS:CANCELLED' in event]


def test_what_cannot_be_entered_now_is_entered_at_the_next_sync(account):
    boss = 'boss@elsewhere.example'
    event = store(account, calendar('REQUEST', UID, boss, account.user))
    device = account.phone('16.1')
    deliver(account, 'CANCEL', boss, account.user, boss, sequence=1)
    mode = event.parent.stat().st_mode
    event.parent.chmod(0o555)
    try:
        device.sync_all(device.inbox())
    finally:
        event.parent.chmod(mode)
    assert 'CANCELLED' not in event.read_text()
    device.sync_all(device.inbox())
    assert 'STATUS:CANCELLED' in event.read_text()


def test_forged_messages_change_nothing(account):
    boss, eve = 'boss@elsewhere.example', 'eve@elsewhere.example'
    store(account, calendar('REQUEST', UID, account.user, BOB, sequence=2), 'own.ics')
    store(account, calendar('REQUEST', 'of-boss', boss, account.user, sequence=2), 'of-boss.ics')
    before = stored(account)
    deliver(account, 'REPLY', account.user, BOB, eve, 'Not Bob', partstat='ACCEPTED', sequence=2)
    deliver(account, 'REPLY', account.user, eve, eve, 'No attendee', partstat='ACCEPTED', sequence=2)
    deliver(account, 'REPLY', account.user, BOB, BOB, 'Too late', partstat='ACCEPTED', sequence=1)
    deliver(account, 'CANCEL', boss, account.user, eve, 'Not the organizer', uid='of-boss', sequence=3)
    deliver(account, 'CANCEL', eve, account.user, eve, 'Another organizer', uid='of-boss', sequence=3)
    deliver(account, 'CANCEL', boss, account.user, boss, 'An old one', uid='of-boss', sequence=1)
    deliver(account, 'REQUEST', boss, account.user, boss, 'Not asked for', uid='new')
    sync(account)
    assert stored(account) == before


def test_mail_in_junk_changes_nothing(account):
    boss = 'boss@elsewhere.example'
    store(account, calendar('REQUEST', UID, boss, account.user))
    with account.imap() as connection:
        connection.create('Junk')
    account.append(imip(calendar('CANCEL', UID, boss, account.user, sequence=1), boss, account.user), 'Junk')
    device = account.phone('14.1')
    device.sync_all(device.folder('Junk'))
    assert 'CANCELLED' not in stored(account)[0]


@pytest.fixture(scope='module', name='eager')
def fixture_eager():
    instance = start_instance(eas_extra='eas_invitations_tentative = yes\n')
    yield instance
    stop_instance(instance)


@pytest.fixture(name='invited')
def fixture_invited(eager):
    yield from new_account(eager)


BOSS = 'boss@elsewhere.example'


def the_event(device):
    """The only one in the default calendar of a phone."""
    (event,) = device.sync_all(device.of_type(CALENDAR)).items.values()
    return {name: told(event, f'Calendar:{name}') for name in ('BusyStatus', 'MeetingStatus', 'ResponseType', 'StartTime', 'Subject')}


def test_an_invitation_enters_the_calendar_as_tentative_once(invited):
    deliver(invited, 'REQUEST', BOSS, invited.user, BOSS)
    device = sync(invited)
    (event,) = stored(invited)
    assert 'PARTSTAT=NEEDS-ACTION' in event and 'METHOD' not in event
    assert the_event(device) == {'BusyStatus': '1', 'MeetingStatus': '3', 'ResponseType': '5', 'Subject': 'Planning',
                                 'StartTime': compact(soon())}
    sync(invited, '14.1')  # another phone, and the mail is looked at again
    assert stored(invited) == [event]
    deliver(invited, 'REQUEST', BOSS, invited.user, BOSS, 'Moved', sequence=1, start=soon(2))
    device.sync_all(device.inbox())
    assert the_event(device)['StartTime'] == compact(soon(2))
    deliver(invited, 'CANCEL', BOSS, invited.user, BOSS, 'Off', sequence=2)
    device.sync_all(device.inbox())
    assert the_event(device)['MeetingStatus'] == '7'
    assert len(stored(invited)) == 1


def test_it_does_so_for_a_client_without_mail(invited):
    """What came before its first Sync, and after."""
    deliver(invited, 'REQUEST', BOSS, invited.user, BOSS)
    device = invited.phone('16.1')
    folder = device.of_type(CALENDAR)
    assert the_event(device)['BusyStatus'] == '1'
    deliver(invited, 'REQUEST', BOSS, invited.user, BOSS, 'Next', uid='next', start=soon(2))
    assert len(device.sync_all(folder).items) == 2
    for item in list(device.held(folder).items):
        device.client.sync(device.request(folder, commands=[E('AirSync:Delete', E('AirSync:ServerId', item))]))
        device.sync_all(folder)
    deliver(invited, 'REPLY', invited.user, BOB, BOB, 'Something arrives', uid='unknown')
    sync(invited)
    assert device.sync_all(folder).items == {} and stored(invited) == []


def test_messages_are_taken_in_the_order_in_which_they_came(invited):
    """A phone is told of the newest first."""
    first = soon()
    second, third = first + datetime.timedelta(days=1), first + datetime.timedelta(days=2)
    deliver(invited, 'REQUEST', BOSS, invited.user, BOSS, 'Series', more='RRULE:FREQ=DAILY;COUNT=5\n')
    deliver(invited, 'REQUEST', BOSS, invited.user, BOSS, 'Moved', start=second + datetime.timedelta(hours=3), stamp='20260102T000000Z',
            more=f'RECURRENCE-ID:{compact(second)}\n')
    deliver(invited, 'CANCEL', BOSS, invited.user, BOSS, 'Off', start=third, stamp='20260103T000000Z', more=f'RECURRENCE-ID:{compact(third)}\n')
    sync(invited)
    (event,) = stored(invited)
    assert 'RRULE:FREQ=DAILY;COUNT=5' in event and f'DTSTART:{compact(second + datetime.timedelta(hours=3))}' in event
    assert event.count('STATUS:CANCELLED') == 1 and event.count('BEGIN:VEVENT') == 3
    sync(invited)  # another phone
    assert stored(invited) == [event]


def test_a_cancellation_that_is_older_than_the_meeting_does_not_cancel_it(account):
    """Whoever is invited again keeps the SEQUENCE at some organizers: DTSTAMP tells which is later. RFC 5546 2.1.5."""
    deliver(account, 'CANCEL', BOSS, account.user, BOSS, 'Off', stamp='20260101T000000Z')
    deliver(account, 'REQUEST', BOSS, account.user, BOSS, 'On again', stamp='20260102T000000Z')
    device = sync(account, '14.1')
    server_id = next(server_id for server_id, item in device.held(device.inbox()).items.items() if told(item, 'Email:Subject') == 'On again')
    assert respond(device.client, ACCEPT, collection=device.inbox(), request=server_id).get('Result/Status') == '1'
    sync(account)  # another phone
    (event,) = stored(account)
    assert 'CANCELLED' not in event


@pytest.mark.parametrize('by_itself', [False, True])
def test_a_cancellation_that_comes_before_its_meeting_is_in_the_calendar_counts(account, invited, by_itself):
    """The user accepts later; or a new phone is told the newest mail first, and invitations enter by themselves."""
    user = invited if by_itself else account
    deliver(user, 'REQUEST', BOSS, user.user, BOSS, 'On', uid='off-again', stamp='20260101T000000Z')
    deliver(user, 'REQUEST', BOSS, user.user, BOSS, 'Stays', uid='stays', stamp='20260101T000000Z')
    deliver(user, 'CANCEL', BOSS, user.user, BOSS, 'Off', uid='off-again', sequence=1, stamp='20260102T000000Z')
    device = sync(user)
    if not by_itself:
        for server_id, item in list(device.held(device.inbox()).items.items()):
            if told(item, 'Email:Subject') in ('On', 'Stays'):
                assert respond(device.client, ACCEPT, collection=device.inbox(), request=server_id).get('Result/Status') == '1'
    assert sorted('CANCELLED' in event for event in stored(user)) == [False, True]
    deliver(user, 'CANCEL', BOSS, user.user, BOB, 'Forged', uid='of-boss', sequence=1)
    sync(user)
    state = user.instance.mail_root / user.user / '.eas/calendar/cancellations'
    assert len(state.read_text().splitlines()) == 1  # not the forged one


@pytest.mark.parametrize('answer, partstat, busy', [(ACCEPT, 'ACCEPTED', '2'), (DECLINE, None, None)])
def test_the_answer_changes_the_event_that_is_there(invited, answer, partstat, busy):
    deliver(invited, 'REQUEST', BOSS, invited.user, BOSS)
    device = sync(invited)
    (name,) = [path.name for path in calendar_files(invited)]
    (server_id,) = device.held(device.inbox()).items
    assert respond(device.client, answer, collection=device.inbox(), request=server_id).get('Result/Status') == '1'
    if partstat is None:
        assert stored(invited) == []
        return
    assert [path.name for path in calendar_files(invited)] == [name] and f'PARTSTAT={partstat}' in stored(invited)[0]
    assert the_event(device)['BusyStatus'] == busy


def test_an_event_that_the_user_deleted_does_not_come_back(invited):
    deliver(invited, 'REQUEST', BOSS, invited.user, BOSS)
    sync(invited)
    (path,) = calendar_files(invited)
    path.unlink()
    sync(invited, '14.1')
    assert stored(invited) == []
    deliver(invited, 'REQUEST', BOSS, invited.user, BOSS, 'A new date', sequence=1)
    sync(invited)
    assert len(stored(invited)) == 1


def test_what_does_not_enter_the_calendar_by_itself(invited):
    invited.append(imip(calendar('REQUEST', 'spam', BOSS, invited.user), BOSS, invited.user), 'Junk')
    deliver(invited, 'REQUEST', BOSS, invited.user, 'eve@elsewhere.example', 'Not from its organizer', uid='forged')
    deliver(invited, 'REQUEST', BOSS, invited.user, BOSS, 'Over', uid='over', start=soon(-24 * 30))
    device = sync(invited)
    device.sync_all(device.folder('Junk'))
    assert len(device.held(device.inbox()).items) == 2 and stored(invited) == []


def test_news_that_ask_for_no_answer_are_taken(account):
    """A client offers no answer to an informational update (MS-ASCMD 3.1.5.6), so nothing else would bring it."""
    device, _, _ = known_meeting(account, more='LOCATION:Room 1\n')
    news = [('Room 2', '20260102T000000Z', soon()), ('Room 3', '20260103T000000Z', soon(1))]
    for place, stamp, start in news:
        deliver(account, 'REQUEST', BOSS, account.user, BOSS, place, start=start, stamp=stamp, more=f'LOCATION:{place}\n')
    held = device.sync_all(device.inbox()).items.values()
    types = {told(item, 'Email:Subject'): item['Email:MeetingRequest'].get('Email2:MeetingMessageType') for item in held}
    (event,) = stored(account)
    assert 'LOCATION:Room 2' in event and 'PARTSTAT=ACCEPTED' in event and f'DTSTART:{compact(soon())}' in event
    assert types == {'Room 2': '3', 'Room 3': '1'}  # what moves waits for an answer


def known_meeting(account, **arguments):
    """A meeting of somebody else in the calendar: (device, CollectionId, ServerId)."""
    boss = 'boss@elsewhere.example'
    deliver(account, 'REQUEST', boss, account.user, boss, summary='Forward me', **arguments)
    device = account.phone('16.1')
    (server_id, _), = device.sync_all(device.inbox()).items.items()
    item = respond(device.client, ACCEPT, collection=device.inbox(), request=server_id).get('Result/CalendarId')
    return device, item.split(':')[0], item


def forward(client, collection, item, *content, instance=None):
    return client.post('SmartForward', E(
        'ComposeMail:SmartForward', E('ComposeMail:ClientId', f'forward-{content!r}-{instance}'[-40:]),
        E('ComposeMail:Source', E('ComposeMail:FolderId', collection), E('ComposeMail:ItemId', item),
          E('ComposeMail:InstanceId', instance) if instance else None), list(content)))


def forwardees(*people):
    return E('ComposeMail:Forwardees', [
        E('ComposeMail:Forwardee', E('ComposeMail:ForwardeeName', name), E('ComposeMail:ForwardeeEmail', address))
        for name, address in people])


@pytest.mark.parametrize('version', ['16.0', '16.1'])
def test_a_meeting_is_forwarded_to_forwardees(account, other_account, version):
    _, collection, item = known_meeting(account)
    client = account.client(version)
    body = E('AirSyncBase:Body', E('AirSyncBase:Type', 1), E('AirSyncBase:Data', 'Komm doch mit'))
    assert accepted(forward(client, collection, item, forwardees(('Other', other_account.user)), body))
    message = received(other_account, 'FW: Forward me')
    text = calendar_of(message)
    assert 'METHOD:REQUEST' in text and f'mailto:{other_account.user}' in text and UID in text
    assert 'Komm doch mit' in message.get_body(('plain',)).get_content()
    for faulty, status in ((E('ComposeMail:Forwardees'), '179'), (forwardees(('Nobody', 'nobody')), '179')):
        assert forward(client, collection, item, faulty).get('Status') == status
    both = forward(client, collection, item, forwardees(('Other', other_account.user)), E('ComposeMail:Mime', b'a: b\r\n\r\n'))
    assert both.get('Status') == '178'
    assert count(other_account, 'FW: Forward me') == 1
    others = other_account.phone(version)
    (item,) = others.sync_all(others.inbox()).items.values()
    told = item['Email:MeetingRequest'].findall('ComposeMail:Forwardees/ComposeMail:Forwardee')
    assert [one.get('ComposeMail:ForwardeeEmail') for one in told] == ([other_account.user] if version == '16.1' else [])


@pytest.mark.parametrize('version', ['16.0', '16.1'])
def test_who_is_named_twice_gets_a_forwarded_meeting_once(account, other_account, version):
    device, collection, item = known_meeting(account)
    people = forwardees(('Other', other_account.user), ('The same', other_account.user.upper()))
    assert forward(device.client, device.inbox(), item, people).get('Status') == '150'  # it is not there
    assert forward(device.client, 'nonsense', item, people, E('AirSyncBase:Body', E('AirSyncBase:Type', 1), E('AirSyncBase:Data', 'x'))).get('Status') == '150'
    assert accepted(forward(account.client(version), collection, item, people))
    received(other_account, 'FW: Forward me')
    device.send_mail(make_message('Marker', to=other_account.user, sender=account.user))
    received(other_account, 'Marker')
    assert count(other_account, 'FW: Forward me') == 1


@pytest.mark.parametrize('version', ['14.0', '14.1', '16.1'])
def test_a_meeting_is_forwarded_with_the_clients_message(account, other_account, version):
    _, collection, item = known_meeting(account)
    mime = make_message('FW of the phone', 'Look at this\n', to=other_account.user, sender=account.user)
    client = account.client(version)
    assert accepted(forward(client, collection, item, E('ComposeMail:SaveInSentItems'), E('ComposeMail:Mime', mime)))
    message = received(other_account, 'FW of the phone')
    assert UID in calendar_of(message)
    assert 'Look at this' in message.get_body(('plain',)).get_content()
    assert 'FW of the phone' in account.flags('Sent')
    gone = forward(client, collection, item[:-3] + 'xyz', E('ComposeMail:Mime', mime))
    assert gone.get('Status') == '150'


def test_one_instance_is_forwarded(account, other_account):
    _, collection, item = known_meeting(account, more='RRULE:FREQ=DAILY;COUNT=4\n')
    client = account.client('16.1')
    to = forwardees(('Other', other_account.user))
    second = soon(24).strftime('%Y-%m-%dT%H:%M:%S.000Z')
    assert accepted(forward(client, collection, item, to, instance=second))
    text = calendar_of(received(other_account, 'FW: Forward me'))
    assert f'RECURRENCE-ID:{compact(soon(24))}' in text and 'RRULE' not in text
    for wrong in ('yesterday', compact(soon(24))):  # without punctuation, MS-ASCMD 2.2.3.92.2
        assert forward(client, collection, item, to, instance=wrong).get('Status') == '104'
    other_day = soon(25).strftime('%Y-%m-%dT%H:%M:%S.000Z')
    assert forward(client, collection, item, to, instance=other_day).get('Status') == '150'


@pytest.mark.parametrize('version', ['14.1', '16.1'])
def test_an_appointment_is_forwarded_as_an_invitation(account, other_account, version):
    """MS-ASCMD 2.2.1.19: a meeting or an appointment. RFC 5546 3.2.2: a REQUEST has an organizer."""
    lunch = calendar_texts.event('lunch-1', 'Lunch', start=compact(soon()), end=compact(soon(1)))
    account.calendars.put('calendar', 'lunch.ics', lunch)
    device = account.phone(version)
    (item,) = device.sync_all(device.of_type(CALENDAR), options=()).items
    mime = make_message('FW: Lunch', 'Come along\n', to=other_account.user, sender=account.user)
    content = forwardees(('Other', other_account.user)) if version == '16.1' else E('ComposeMail:Mime', mime)
    assert accepted(forward(device.client, item.split(':')[0], item, content))
    told_calendar = calendar_of(received(other_account, 'FW: Lunch'))
    assert 'METHOD:REQUEST' in told_calendar and f'ORGANIZER:mailto:{account.user}' in told_calendar
    guest = other_account.phone(version)
    (mail,) = guest.sync_all(guest.inbox()).items.values()
    assert told(mail, 'Email:MessageClass') == 'IPM.Schedule.Meeting.Request'
    assert account.user in mail['Email:MeetingRequest'].get('Email:Organizer')


def reply(client, collection, item, mime, *, instance=None, replace=False):
    return client.post('SmartReply', E(
        'ComposeMail:SmartReply', E('ComposeMail:ClientId', f'{item[-3:]}-{instance}-{replace}'),
        E('ComposeMail:Source', E('ComposeMail:FolderId', collection), E('ComposeMail:ItemId', item),
          E('ComposeMail:InstanceId', instance) if instance else None),
        E('ComposeMail:SaveInSentItems'), E('ComposeMail:ReplaceMime') if replace else None, E('ComposeMail:Mime', mime)))


@pytest.mark.parametrize('version', ['14.0', '14.1', '16.1'])
def test_a_meeting_is_replied_to(account, other_account, version):
    """MS-ASCMD 2.2.1.20."""
    _, collection, item = known_meeting(account, more='RRULE:FREQ=DAILY;COUNT=4\nLOCATION:Harbour Hall\nDESCRIPTION:Bring cake\n')
    client = account.client(version)
    mime = lambda subject: make_message(subject, 'I shall be late\n', to=other_account.user, sender=account.user)
    assert accepted(reply(client, collection, item, mime('Re: all')))
    content = received(other_account, 'Re: all').get_body(('plain',)).get_content()
    assert content.startswith('I shall be late')
    for piece in ('boss@elsewhere.example', 'Forward me', 'When: ', 'Where: Harbour Hall', 'Bring cake'):
        assert piece in content[len('I shall be late'):], piece
    assert 'Re: all' in account.flags('Sent')
    second = soon(24).strftime('%Y-%m-%dT%H:%M:%S.000Z')
    assert accepted(reply(client, collection, item, mime('Re: one'), instance=second))
    users_day = soon(24).astimezone(zoneinfo.ZoneInfo('Europe/Berlin'))
    assert f'When: {users_day:%Y-%m-%d}' in received(other_account, 'Re: one').get_body(('plain',)).get_content()
    assert accepted(reply(client, collection, item, mime('Re: as it is'), replace=True))
    assert 'Harbour' not in received(other_account, 'Re: as it is').get_body(('plain',)).get_content()
    assert reply(client, collection, item, mime('x'), instance='yesterday').get('Status') == '104'
    assert reply(client, collection, item[:-3] + 'xyz', mime('x')).get('Status') == '150'
