"""Meetings: invitations in mail (MS-ASEMAIL 2.2.2.48) and MeetingResponse (MS-ASCMD 2.2.1.11)."""
from __future__ import annotations

import base64
import re

import pytest

from eas_client import E
from eas_client.client import body_preference
from eas_client.device import CALENDAR, body, subjects, text
from meetings import (ACCEPT, DECLINE, TENTATIVE, calendar, calendar_of, compact, imip, respond, soon, store, stored)
from private_instance.processes import wait_until
from test_send_mail import count, received

UID = '3kq0v5m1a9c2b7d4e6f8g0h1i2@google.com'


def invite(account, organizer='boss@elsewhere.example', subject='Invitation', form='exchange', **arguments):
    """Delivers an invitation; the text of its calendar."""
    arguments.setdefault('uid', UID)
    message = calendar('REQUEST', organizer=organizer, attendee=account.user, **arguments)
    account.deliver_raw(imip(message, organizer, account.user, subject, form=form))
    return message


def only_item(device, collection=None):
    """The one item of the Inbox: (ServerId, properties)."""
    held = device.sync_all(collection or device.inbox())
    (found,) = held.items.items()
    return found


def in_calendar(result_id: str) -> bool:
    return ':' in (result_id or '')


@pytest.mark.parametrize('form', ['exchange', 'google', 'thunderbird', 'bare', 'file', 'nameless'])
def test_invitations_of_many_programs_are_understood(account, version, form):
    invite(account, form=form, summary='Grüße aus Köln', more='LOCATION:Gebäude 7\nX-MICROSOFT-CDO-BUSYSTATUS:BUSY\n')
    device = account.phone(version)
    _, item = only_item(device)
    assert text(item, 'Email:MessageClass') == 'IPM.Schedule.Meeting.Request'
    assert text(item, 'Email:ContentClass') == 'urn:content-classes:calendarmessage'
    request = item['Email:MeetingRequest']
    assert request.get('Email:StartTime') == soon().strftime('%Y-%m-%dT%H:%M:%S.000Z')
    assert request.get('Email:Organizer') == '"Organizer" <boss@elsewhere.example>'
    assert request.get('Email:ResponseRequested') == '1'
    assert len(base64.b64decode(request.get('Email:TimeZone'))) == 172
    if float(version) < 16:
        assert request.get('Email:Location') == 'Gebäude 7'
        assert base64.b64decode(request.get('Email:GlobalObjId')).endswith(UID.encode() + b'\0')
        assert request.find('Calendar:UID') is None
    else:
        assert request.get('AirSyncBase:Location/AirSyncBase:DisplayName') == 'Gebäude 7'
        assert request.get('Calendar:UID') == UID and request.find('Email:GlobalObjId') is None
    assert request.get('Email2:MeetingMessageType') == ('1' if float(version) >= 14.1 else None)
    assert (request.find('Email:DisallowNewTimeProposal') is not None) == (float(version) >= 14)


@pytest.mark.parametrize('form,names', [('exchange', []), ('bare', []), ('google', ['invite.ics']), ('thunderbird', ['invite.ics']),
                                        ('file', ['invite.ics'])])
def test_the_part_that_an_invitation_is_made_of_is_no_attachment(account, version, form, names):
    """A file is one. Who has a reference to the part from before can fetch it as ever."""
    message = invite(account, form=form)
    device = account.phone(version)
    _, item = only_item(device)
    assert text(item, 'Email:MessageClass') == 'IPM.Schedule.Meeting.Request'
    attached = list(item['AirSyncBase:Attachments'].findall('AirSyncBase:Attachment')) if 'AirSyncBase:Attachments' in item else []
    assert [one.get('AirSyncBase:DisplayName') for one in attached] == names
    if form == 'google':
        reference = attached[0].get('AirSyncBase:FileReference')
        part = device.client.fetch(E('ItemOperations:Fetch', E('ItemOperations:Store', 'Mailbox'),
                                     E('AirSyncBase:FileReference', re.sub('2$', '1.2', reference))))
        assert base64.b64decode(part.get('Response/Fetch/Properties/Data')).decode() == message.replace('\n', '\r\n')


def test_find_sees_no_attachment_either(account):
    for form in ('exchange', 'google'):
        invite(account, form=form, subject=f'Sought {form}')
    found = account.client('16.1').find('1', E('AirSync:Class', 'Email'), E('Find:FreeText', 'Sought'))
    assert {one.get('Properties/Subject'): one.get('Properties/HasAttachments') for one in found.document.findall('Response/Result')} == {
        'Sought exchange': '0', 'Sought google': '1'}


def test_the_description_is_the_body_of_a_mail_that_is_an_invitation_alone(account, version):
    invite(account, form='bare', more='DESCRIPTION:Bring <cake>\\nand tea\n')
    device = account.phone(version)
    _, item = only_item(device)
    assert 'Bring &lt;cake&gt;' in body(item) and text(item, 'AirSyncBase:NativeBodyType') in ('1', '')
    device = account.phone(version)
    (item,) = device.sync_all(device.inbox(), options=[body_preference(1)]).items.values()
    assert body(item).splitlines() == ['Bring <cake>', 'and tea']


def test_the_calendar_part_of_a_mail_without_meeting_request_is_an_attachment(account):
    invite(account, organizer=account.user, subject='My own')
    _, item = only_item(account.phone('16.1'))
    assert 'Email:MeetingRequest' not in item
    assert item['AirSyncBase:Attachments'].get('AirSyncBase:Attachment/AirSyncBase:DisplayName') == 'invite.ics'


def test_an_invitation_whose_times_nobody_can_read_is_a_mail(account, version):
    """MS-ASCMD 3.1.5.6: a message of class IPM.Schedule.Meeting.Request contains MeetingRequest."""
    message = re.sub('DTSTART:.*', 'DTSTART:next week', calendar('REQUEST', UID, 'boss@elsewhere.example', account.user))
    account.deliver_raw(imip(message, 'boss@elsewhere.example', account.user))
    _, item = only_item(account.phone(version))
    assert text(item, 'Email:MessageClass') == 'IPM.Note' and 'Email:MeetingRequest' not in item
    assert item['AirSyncBase:Attachments'].get('AirSyncBase:Attachment/AirSyncBase:DisplayName') == 'invite.ics'


def test_who_sent_an_invitation_without_organizer_is_the_organizer(account, other_account):
    """MS-ASCAL 2.2.2.28: received from someone else. Else the user's phone would call the meeting off for all."""
    message = calendar('REQUEST', UID, 'x', account.user, more=f'ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:{other_account.user}\n')
    message = re.sub('ORGANIZER.*\n', '', message)
    account.deliver_raw(imip(message, 'boss@elsewhere.example', account.user, 'Of nobody'))
    device = account.phone('16.1')
    server_id, item = only_item(device)
    assert item['Email:MeetingRequest'].get('Email:Organizer') == 'boss@elsewhere.example'
    assert respond(device.client, ACCEPT, collection=device.inbox(), request=server_id).get('Result/Status') == '1'
    folder = device.of_type(CALENDAR)
    ((item, event),) = device.sync_all(folder, options=()).items.items()
    assert text(event, 'Calendar:MeetingStatus') == '3' and text(event, 'Calendar:OrganizerEmail') == 'boss@elsewhere.example'
    device.client.sync(device.request(folder, commands=[E('AirSync:Delete', E('AirSync:ServerId', item))])).expect()
    device.send_mail(imip('METHOD:X\n', account.user, other_account.user, 'Marker', form='bare'))
    received(other_account, 'Marker')
    assert stored(account) == [] and list(other_account.flags()) == ['Marker']


def test_an_invitation_is_compared_with_the_calendar(account):
    boss = 'boss@elsewhere.example'
    store(account, calendar('REQUEST', UID, boss, account.user, sequence=2, stamp='20260202T000000Z'))
    device = account.phone('14.1')
    for invitations in ((('Old', 1, '20260101T000000Z'), ('Same', 2, '20260202T000000Z'), ('Note', 2, '20260303T000000Z')),
                        (('New', 3, '20260304T000000Z'),)):
        for subject, sequence, stamp in invitations:
            account.deliver_raw(imip(calendar('REQUEST', UID, boss, account.user, sequence=sequence, stamp=stamp), boss, account.user, subject))
        device.sync_all(device.inbox())
    assert message_types(device) == {'Old': '4', 'Same': '2', 'Note': '3', 'New': '2'}


def message_types(device):
    return {text(item, 'Email:Subject'): item['Email:MeetingRequest'].get('Email2:MeetingMessageType')
            for item in device.sync_all(device.inbox()).items.values()}


def test_of_invitations_that_are_told_together_the_last_revision_is_answered(account, version):
    """MS-ASEMAIL 2.2.2.47: a newer one was received after an outdated one."""
    invite(account, subject='First', more='RRULE:FREQ=DAILY;COUNT=5\n')
    invite(account, subject='Of a day', more=f'RECURRENCE-ID:{compact(soon(24))}\n')
    invite(account, subject='Another meeting', uid='another')
    invite(account, subject='Second', sequence=1, start=soon(1), more='RRULE:FREQ=DAILY;COUNT=5\n')
    forged = calendar('REQUEST', UID, 'boss@elsewhere.example', account.user, sequence=9, more='RRULE:FREQ=DAILY;COUNT=5\n')
    account.deliver_raw(imip(forged, 'eve@elsewhere.example', account.user, 'Of somebody else'))
    types = {'First': '4', 'Of a day': '1', 'Another meeting': '1', 'Second': '2', 'Of somebody else': '2'}
    assert message_types(account.phone(version)) == {each: kind if float(version) >= 14.1 else None for each, kind in types.items()}


@pytest.mark.parametrize('charset', ['utf-8', 'iso-8859-1', 'utf-16'])
def test_the_charset_of_an_invitation_is_obeyed(account, charset):
    message = calendar('REQUEST', UID, 'boss@elsewhere.example', account.user, more='LOCATION:Büro\n')
    account.deliver_raw(imip(message, 'boss@elsewhere.example', account.user, charset=charset))
    _, item = only_item(account.phone('14.1'))
    assert item['Email:MeetingRequest'].get('Email:Location') == 'Büro'


@pytest.mark.parametrize('method,partstat,kind', [
    ('CANCEL', 'NEEDS-ACTION', 'Canceled'), ('REPLY', 'ACCEPTED', 'Resp.Pos'), ('REPLY', 'TENTATIVE', 'Resp.Tent'),
    ('REPLY', 'DECLINED', 'Resp.Neg'), ('COUNTER', 'TENTATIVE', 'Resp.Tent')])
def test_each_kind_of_message_has_its_class(account, version, method, partstat, kind):
    message = calendar(method, UID, 'boss@elsewhere.example', account.user, partstat=partstat)
    account.deliver_raw(imip(message, 'boss@elsewhere.example', account.user))
    _, item = only_item(account.phone(version))
    assert text(item, 'Email:MessageClass') == f'IPM.Schedule.Meeting.{kind}'
    proposed = item['Email:MeetingRequest'].get('MeetingResponse:ProposedStartTime')
    assert proposed == (compact(soon()) if method == 'COUNTER' and version == '16.1' else None)


@pytest.mark.parametrize('method', ['REPLY', 'COUNTER'])
def test_an_answer_that_does_not_tell_the_meetings_time_has_that_of_the_calendar(account, version, method):
    """MS-ASEMAIL 2.2.2.73: when the meeting begins. RFC 5546 3.2.3: a REPLY needs no DTSTART; of a COUNTER it is the time proposed."""
    bob = 'bob@elsewhere.example'
    store(account, calendar('REQUEST', UID, account.user, bob, more='RRULE:FREQ=DAILY;COUNT=5\n'))
    answer = calendar(method, UID, account.user, bob, start=soon(30), partstat='TENTATIVE', more=f'RECURRENCE-ID:{compact(soon(24))}\n')
    account.deliver_raw(imip(re.sub('DT(START|END).*\n', '', answer) if method == 'REPLY' else answer, bob, account.user))
    request = only_item(account.phone(version))[1]['Email:MeetingRequest']
    assert request.get('Email:StartTime') == soon(24).strftime('%Y-%m-%dT%H:%M:%S.000Z')
    assert request.get('Email:EndTime') == soon(24).strftime('%Y-%m-%dT%H:30:%S.000Z')
    proposed = request.get('MeetingResponse:ProposedStartTime')
    assert proposed == (compact(soon(30)) if method == 'COUNTER' and version == '16.1' else None)


def test_a_series_has_its_pattern(account, version):
    invite(account, more='RRULE:FREQ=MONTHLY;BYDAY=2TU;COUNT=10\n', start=soon())
    _, item = only_item(account.phone(version))
    recurrence = item['Email:MeetingRequest'].find('Email:Recurrences/Email:Recurrence')
    if recurrence is not None:  # a start that the rule does not give cannot be said
        assert recurrence.get('Email:Type') == '3' and recurrence.get('Email:WeekOfMonth') == '2'
    invite(account, subject='Daily', uid='daily', more='RRULE:FREQ=DAILY;INTERVAL=2\n')
    device = account.phone(version)
    items = device.sync_all(device.inbox()).items.values()
    request = next(item['Email:MeetingRequest'] for item in items if text(item, 'Email:Subject') == 'Daily')
    assert request.get('Email:InstanceType') == '1'
    assert request.get('Email:Recurrences/Email:Recurrence/Email:Interval') == '2'


def test_a_series_that_cannot_be_said_is_told_as_one(account, version):
    invite(account, more='RRULE:FREQ=MONTHLY;BYMONTHDAY=3,17\n')
    request = only_item(account.phone(version))[1]['Email:MeetingRequest']
    assert request.get('Email:InstanceType') == '1' and request.find('Email:Recurrences') is None


def test_an_instance_without_its_series_is_an_orphan(account, version):
    """MS-ASEMAIL 2.2.2.39, 3.1.4.7; MS-ASAIRS 2.2.2.25."""
    original, new = soon(24), float(version) >= 16
    invite(account, start=soon(26), more=f'RECURRENCE-ID:{compact(original)}\n')
    device = account.phone(version)
    server_id, item = only_item(device)
    request = item['Email:MeetingRequest']
    assert request.get('Email:InstanceType') == ('4' if new else '3')
    assert request.get('Email:RecurrenceId') == original.strftime('%Y-%m-%dT%H:%M:%S.000Z')
    fetched = device.client.fetch(E(
        'ItemOperations:Fetch', E('ItemOperations:Store', 'Mailbox'),
        E('AirSync:CollectionId', device.inbox()), E('AirSync:ServerId', server_id)))
    assert fetched.document.find('Response/Fetch/Properties').get('Email:MeetingRequest/Email:InstanceType') == request.get('Email:InstanceType')
    calendar_id = respond(device.client, ACCEPT, collection=device.inbox(), request=server_id).get('Result/CalendarId')
    folder = device.of_type(CALENDAR)
    ((shown_id, event),) = device.sync_all(folder, options=()).items.items()
    assert shown_id == calendar_id and text(event, 'Calendar:StartTime') == compact(soon(26))
    assert 'Calendar:Recurrence' not in event
    assert text(event, 'AirSyncBase:InstanceId') == (compact(original) if new else '')
    for fetched in (device.client.fetch(E('ItemOperations:Fetch', E('ItemOperations:Store', 'Mailbox'),
                                          E('AirSync:CollectionId', folder), E('AirSync:ServerId', shown_id))),
                    device.client.sync(device.request(folder, commands=[E('AirSync:Fetch', E('AirSync:ServerId', shown_id))]))):
        assert 'InstanceId' not in fetched.document.pretty()  # only changes that are told have it
    # Of a series that is in the calendar it is an exception.
    store(account, calendar('REQUEST', 'series', 'boss@elsewhere.example', account.user, more='RRULE:FREQ=DAILY\n'), 'series.ics')
    invite(account, uid='series', subject='Of the series', start=soon(50), more=f'RECURRENCE-ID:{compact(soon(48))}\n')
    (request,) = [item['Email:MeetingRequest'] for item in device.sync_all(device.inbox()).items.values()]
    assert request.get('Email:InstanceType') == '3'


def test_fetch_and_search_tell_of_the_meeting_too(account):
    invite(account)
    device = account.phone('16.1')
    server_id, _ = only_item(device)
    answer = device.client.fetch(E(
        'ItemOperations:Fetch', E('ItemOperations:Store', 'Mailbox'),
        E('AirSync:CollectionId', device.inbox()), E('AirSync:ServerId', server_id)))
    properties = answer.document.find('Response/Fetch/Properties')
    assert properties.get('Email:MeetingRequest/Calendar:UID') == UID


@pytest.mark.parametrize('answer,partstat', [(ACCEPT, 'ACCEPTED'), (TENTATIVE, 'TENTATIVE')])
def test_an_accepted_invitation_goes_to_the_calendar(account, version, answer, partstat):
    invite(account, subject='Accept me')
    device = account.phone(version)
    server_id, _ = only_item(device)
    result = respond(device.client, answer, collection=device.inbox(), request=server_id)
    assert result.get('Result/Status') == '1' and result.get('Result/RequestId') == server_id
    assert in_calendar(result.get('Result/CalendarId'))
    (event,) = stored(account)
    assert f'PARTSTAT={partstat}' in event and 'METHOD' not in event and UID in event
    assert subjects(device.sync_all(device.inbox())) == []
    assert 'Accept me' in account.flags('Trash')


def test_a_declined_invitation_leaves_no_item(account, version):
    invite(account)
    device = account.phone(version)
    server_id, _ = only_item(device)
    result = respond(device.client, DECLINE, collection=device.inbox(), request=server_id)
    assert result.get('Result/Status') == '1' and result.get('Result/CalendarId') is None
    assert stored(account) == [] and subjects(device.sync_all(device.inbox())) == []


def test_who_declined_finds_the_invitation_in_trash_and_accepts(account, version):
    invite(account)
    device = account.phone(version)
    server_id, _ = only_item(device)
    respond(device.client, DECLINE, collection=device.inbox(), request=server_id)
    trash = device.folder('Trash')
    server_id, _ = only_item(device, trash)
    result = respond(device.client, ACCEPT, collection=trash, request=server_id)
    assert result.get('Result/Status') == '1' and in_calendar(result.get('Result/CalendarId'))
    assert len(stored(account)) == 1 and only_item(device, trash)[0] == server_id


def test_a_response_that_is_repeated_is_answered_alike_and_sends_once(account, other_account):
    invite(account, organizer=other_account.user, summary='Repeat')
    device = account.phone('16.1')
    server_id, _ = only_item(device)
    arguments = {'collection': device.inbox(), 'request': server_id, 'send': []}
    first = respond(device.client, ACCEPT, **arguments)
    again = respond(device.client, ACCEPT, **arguments)
    assert first.body == again.body and first.get('Result/Status') == '1'
    received(other_account, 'Accepted: Repeat')
    assert len(stored(account)) == 1 and count(other_account, 'Accepted: Repeat') == 1
    by_item = {'collection': first.get('Result/CalendarId').split(':')[0],
               'request': first.get('Result/CalendarId'), 'send': []}
    assert respond(device.client, ACCEPT, **by_item).get('Result/Status') == '1'
    device.client.folder_sync()
    assert count(other_account, 'Accepted: Repeat') == 1


def test_another_answer_is_no_repetition(account, other_account):
    invite(account, organizer=other_account.user, summary='Mind')
    device = account.phone('16.1')
    server_id, _ = only_item(device)
    by_mail = {'collection': device.inbox(), 'request': server_id}
    first = respond(device.client, ACCEPT, **by_mail)
    assert first.get('Result/Status') == '1'
    assert respond(device.client, ACCEPT, send=[], **by_mail).get('Result/CalendarId') == first.get('Result/CalendarId')
    received(other_account, 'Accepted: Mind')
    assert respond(device.client, DECLINE, send=[], **by_mail).get('Result/Status') == '1'
    received(other_account, 'Declined: Mind')
    assert stored(account) == []
    assert respond(device.client, DECLINE, send=[], **by_mail).get('Result/Status') == '1'
    assert respond(device.client, ACCEPT, send=[], **by_mail).get('Result/Status') == '2'  # there is nothing any more
    store(account, calendar('REQUEST', 'item', other_account.user, account.user, summary='Item'))
    folder = device.of_type(CALENDAR)
    (item,) = device.sync_all(folder, options=()).items
    by_item = {'collection': folder, 'request': item}
    times = [E('MeetingResponse:ProposedStartTime', compact(soon(2))),
             E('MeetingResponse:ProposedEndTime', compact(soon(3)))]
    for answer, send in ((TENTATIVE, []), (TENTATIVE, []), (TENTATIVE, times), (ACCEPT, []), (TENTATIVE, [])):
        assert respond(device.client, answer, send=send, **by_item).get('Result/Status') == '1'
    received(other_account, 'New Time Proposed: Item')
    device.send_mail(imip('METHOD:X\n', account.user, other_account.user, 'Marker', form='bare'))
    received(other_account, 'Marker')
    assert [count(other_account, f'{word}: Item') for word in ('Tentative', 'New Time Proposed', 'Accepted')] == [2, 1, 1]
    assert [count(other_account, f'{word}: Mind') for word in ('Accepted', 'Declined')] == [1, 1]


def test_another_answer_to_a_mail_that_was_answered_counts(account, version):
    """The phone does not know yet that the mail is in Trash."""
    invite(account)
    device = account.phone(version)
    server_id, _ = only_item(device)
    by_mail = {'collection': device.inbox(), 'request': server_id}
    first = respond(device.client, ACCEPT, **by_mail)
    again = respond(device.client, TENTATIVE, **by_mail)
    assert again.get('Result/Status') == '1' and again.get('Result/CalendarId') == first.get('Result/CalendarId')
    assert 'PARTSTAT=TENTATIVE' in stored(account)[0]
    result = respond(device.client, DECLINE, **by_mail)
    assert result.get('Result/Status') == '1' and result.get('Result/CalendarId') is None
    assert stored(account) == []


def test_an_answer_to_an_instance_that_is_repeated_is_answered_alike_and_sends_once(account, other_account):
    phone = account.phone('16.1')
    store(account, calendar('REQUEST', UID, other_account.user, account.user, summary='Ser', more='RRULE:FREQ=DAILY;COUNT=5\n'))
    folder = phone.of_type(CALENDAR)
    (item,) = phone.sync_all(folder, options=()).items
    for answer, hours in ((ACCEPT, 24), (ACCEPT, 24), (DECLINE, 48), (DECLINE, 48)):
        instance = soon(hours).strftime('%Y-%m-%dT%H:%M:%S.000Z')
        assert respond(phone.client, answer, collection=folder, request=item, instance=instance, send=[]).get('Result/Status') == '1'
    phone.send_mail(imip('METHOD:X\n', account.user, other_account.user, 'Marker', form='bare'))
    received(other_account, 'Marker')
    assert (count(other_account, 'Accepted: Ser'), count(other_account, 'Declined: Ser')) == (1, 1)


@pytest.mark.parametrize('version', ['14.1', '16.1'])
def test_an_instance_is_named_by_the_start_of_its_exception_too(account, other_account, version):
    """MS-ASCMD 2.2.3.92.1: InstanceId can specify the start time of an exception."""
    moved = calendar('REQUEST', UID, other_account.user, account.user, start=soon(26), summary='Ser', more=f'RECURRENCE-ID:{compact(soon(24))}\n')
    off = calendar('REQUEST', UID, other_account.user, account.user, start=soon(48), summary='Ser',
                   more=f'RECURRENCE-ID:{compact(soon(48))}\nSTATUS:CANCELLED\nTRANSP:TRANSPARENT\nX-MICROSOFT-CDO-BUSYSTATUS:FREE\n')
    series = calendar('REQUEST', UID, other_account.user, account.user, summary='Ser', more='RRULE:FREQ=DAILY;COUNT=5\n')
    for each in (moved, off):
        series = series.replace('END:VCALENDAR', each[each.index('BEGIN:VEVENT'):], 1).rstrip() + '\n'
    store(account, series)
    phone = account.phone(version)
    folder = phone.of_type(CALENDAR)
    (item,) = phone.sync_all(folder, options=()).items
    send = [] if version == '16.1' else None
    instance = soon(26).strftime('%Y-%m-%dT%H:%M:%S.000Z')
    result = respond(phone.client, TENTATIVE, collection=folder, request=item, instance=instance, send=send)
    assert result.get('Result/Status') == '1' and result.get('Result/InstanceId') == instance
    exceptions = stored(account)[0].split('BEGIN:VEVENT')
    assert [f'RECURRENCE-ID:{compact(soon(24))}' in each for each in exceptions if 'PARTSTAT=TENTATIVE' in each] == [True]
    if version == '16.1':
        assert f'RECURRENCE-ID:{compact(soon(24))}' in calendar_of(received(other_account, 'Tentative: Ser'))
    # An answer to all makes nobody busy with what was called off.
    assert respond(phone.client, TENTATIVE, collection=folder, request=item).get('Result/Status') == '1'
    (cancelled,) = [each for each in stored(account)[0].split('BEGIN:VEVENT') if 'CANCELLED' in each]
    assert 'X-MICROSOFT-CDO-BUSYSTATUS:FREE' in cancelled
    assert respond(phone.client, DECLINE, collection=folder, request=item, instance=instance, send=send).get('Result/Status') == '1'
    assert f'EXDATE:{compact(soon(24))}' in stored(account)[0]
    assert respond(phone.client, DECLINE, collection=folder, request=item, instance=instance, send=send).get('Result/Status') == '1'
    if version == '16.1':
        phone.send_mail(imip('METHOD:X\n', account.user, other_account.user, 'Marker', form='bare'))
        received(other_account, 'Marker')
        assert count(other_account, 'Declined: Ser') == 1


def test_a_calendar_item_is_looked_for_in_the_collection_that_is_named(account):
    """MS-ASCMD 2.2.3.30.4: the folder that contains it."""
    store(account, calendar('REQUEST', UID, 'boss@elsewhere.example', account.user))
    phone = account.phone('16.1')
    folder = phone.of_type(CALENDAR)
    (item,) = phone.sync_all(folder, options=()).items
    for wrong in (phone.inbox(), 'nonsense'):
        assert respond(phone.client, ACCEPT, collection=wrong, request=item).get('Result/Status') == '2'
    assert 'NEEDS-ACTION' in stored(account)[0]
    assert respond(phone.client, ACCEPT, collection=folder, request=item).get('Result/Status') == '1'


def test_an_answer_to_an_instance_is_not_one_to_those_after_it(account, other_account):
    moved = calendar('REQUEST', UID, other_account.user, account.user, start=soon(26), summary='Range',
                     more=f'RECURRENCE-ID;RANGE=THISANDFUTURE:{compact(soon(24))}\n')
    series = calendar('REQUEST', UID, other_account.user, account.user, summary='Range', more='RRULE:FREQ=DAILY;COUNT=5\n')
    store(account, series.replace('END:VCALENDAR', moved[moved.index('BEGIN:VEVENT'):]))
    phone = account.phone('16.1')
    folder = phone.of_type(CALENDAR)
    (item,) = phone.sync_all(folder, options=()).items
    instance = soon(24).strftime('%Y-%m-%dT%H:%M:%S.000Z')
    assert respond(phone.client, DECLINE, collection=folder, request=item, instance=instance, send=[]).get('Result/Status') == '1'
    answer = calendar_of(received(other_account, 'Declined: Range'))
    assert f'RECURRENCE-ID:{compact(soon(24))}\n' in answer and 'RANGE' not in answer
    (event,) = stored(account)
    assert f'EXDATE:{compact(soon(24))}\n' in event and f'RANGE=THISANDFUTURE:{compact(soon(24))}' in event


def test_a_calendar_that_cannot_be_read_does_not_stop_meetings(account):
    known = store(account, calendar('REQUEST', 'known', 'boss@elsewhere.example', account.user))
    (account.calendars.root / 'broken.ics').write_text('BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n')
    invite(account)
    device = account.phone('16.1')
    server_id, _ = only_item(device)
    assert respond(device.client, ACCEPT, collection=device.inbox(), request=server_id).get('Result/Status') == '1'
    account.deliver_raw(imip(calendar('CANCEL', 'known', 'boss@elsewhere.example', account.user, sequence=1),
                             'boss@elsewhere.example', account.user))
    device.sync_all(device.inbox())
    assert 'STATUS:CANCELLED' in known.read_text()


def test_the_organizer_hears_of_it_by_the_rules_of_each_version(account, other_account, version):
    invite(account, organizer=other_account.user, summary='Who sends')
    device = account.phone(version)
    server_id, _ = only_item(device)
    body = [E('AirSyncBase:Body', E('AirSyncBase:Type', 1), E('AirSyncBase:Data', 'Ich freue mich'))]
    result = respond(device.client, TENTATIVE, collection=device.inbox(), request=server_id, send=body)
    assert result.get('Result/Status') == '1'
    if float(version) >= 16:
        message = received(other_account, 'Tentative: Who sends')
        answer = calendar_of(message)
        assert 'METHOD:REPLY' in answer and f'UID:{UID}' in answer and 'PARTSTAT=TENTATIVE' in answer
        assert answer.count('ATTENDEE') == 1 and account.user in message['From']
        assert 'Ich freue mich' in message.get_body(('plain',)).get_content()
        assert 'Tentative: Who sends' in account.flags('Sent')
    else:
        # The phone sends it (SendMail). A mail that is sent now arrives after any that the server sent.
        account.phone(version).send_mail(imip('METHOD:X\n', account.user, other_account.user, 'Marker', form='bare'))
        received(other_account, 'Marker')
        assert count(other_account, 'Tentative: Who sends') == 0


def test_without_send_response_no_mail_is_sent(account, other_account):
    invite(account, organizer=other_account.user, summary='Silent')
    device = account.phone('16.1')
    server_id, _ = only_item(device)
    assert respond(device.client, ACCEPT, collection=device.inbox(), request=server_id).get('Result/Status') == '1'
    device.send_mail(imip('METHOD:X\n', account.user, other_account.user, 'Marker', form='bare'))
    received(other_account, 'Marker')
    assert count(other_account, 'Silent') == 0


@pytest.mark.parametrize('proposing', ['16.0', '16.1'])
def test_another_time_is_proposed_from_16_1_on(account, other_account, proposing):
    invite(account, organizer=other_account.user, summary='Later')
    device = account.phone(proposing)
    server_id, _ = only_item(device)
    times = [E('MeetingResponse:ProposedStartTime', compact(soon(2))),
             E('MeetingResponse:ProposedEndTime', compact(soon(3)))]
    result = respond(device.client, TENTATIVE, collection=device.inbox(), request=server_id, send=times)
    assert result.get('Result/Status') == '1'
    if proposing == '16.1':
        answer = calendar_of(received(other_account, 'New Time Proposed: Later'))
        assert 'METHOD:COUNTER' in answer and f'DTSTART:{compact(soon(2))}' in answer
    else:
        assert 'METHOD:REPLY' in calendar_of(received(other_account, 'Tentative: Later'))


def test_an_update_changes_the_item_that_is_there(account):
    invite(account, subject='First', sequence=0)
    device = account.phone('14.1')
    server_id, _ = only_item(device)
    first = respond(device.client, ACCEPT, collection=device.inbox(), request=server_id)
    device.sync_all(device.inbox())
    invite(account, subject='Update', sequence=1, start=soon(5))
    server_id, item = only_item(device)
    assert item['Email:MeetingRequest'].get('Email2:MeetingMessageType') == '2'
    again = respond(device.client, ACCEPT, collection=device.inbox(), request=server_id)
    assert again.get('Result/CalendarId') == first.get('Result/CalendarId')
    (event,) = stored(account)
    assert f'DTSTART:{compact(soon(5))}' in event


def test_a_calendar_item_is_answered_from_14_1_on(account, other_account, version):
    phone = account.phone(version)
    store(account, calendar('REQUEST', UID, other_account.user, account.user, summary='By item'))
    folder = phone.of_type(CALENDAR)
    (item,) = phone.sync_all(folder, options=()).items
    result = respond(phone.client, TENTATIVE, collection=folder, request=item, send=[])
    if float(version) < 14.1:
        assert result.get('Result/Status') == '2' and 'NEEDS-ACTION' in stored(account)[0]
        return
    assert result.get('Result/Status') == '1' and result.get('Result/CalendarId') == item
    assert 'PARTSTAT=TENTATIVE' in stored(account)[0]
    result = respond(phone.client, DECLINE, collection=folder, request=item, send=[])
    assert result.get('Result/Status') == '1' and result.get('Result/CalendarId') is None
    assert stored(account) == []
    assert respond(phone.client, DECLINE, collection=folder, request=item, send=[]).get('Result/Status') == '1'
    if float(version) >= 16:
        assert 'PARTSTAT=DECLINED' in calendar_of(received(other_account, 'Declined: By item'))
        assert count(other_account, 'Declined: By item') == 1


def test_one_instance_of_a_series_is_declined(account, version):
    invite(account, more='RRULE:FREQ=DAILY;COUNT=5\n')
    device = account.phone(version)
    server_id, _ = only_item(device)
    series = respond(device.client, ACCEPT, collection=device.inbox(), request=server_id).get('Result/CalendarId')
    arguments = {'collection': series.split(':')[0], 'request': series}
    instance = soon(48).strftime('%Y-%m-%dT%H:%M:%S.000Z')
    result = respond(device.client, DECLINE, instance=instance, **arguments)
    if float(version) < 14.1:
        assert result.get('Result/Status') == '2' and result.get('Result/InstanceId') is None
        return
    assert result.get('Result/Status') == '1' and result.get('Result/InstanceId') == instance
    (event,) = stored(account)
    assert f'EXDATE:{compact(soon(48))}' in event
    for wrong, status in ((instance, '2'), (soon(49).strftime('%Y-%m-%dT%H:%M:%S.000Z'), '2'), ('', '2'),
                          ('20261122T095807Z', '104'), ('nonsense', '104')):
        assert respond(device.client, ACCEPT, instance=wrong, **arguments).get('Result/Status') == status
    invite(account, uid='single', subject='Single')
    device.sync_all(device.inbox())
    server_id, _ = only_item(device)
    single = respond(device.client, ACCEPT, collection=device.inbox(), request=server_id).get('Result/CalendarId')
    result = respond(device.client, ACCEPT, collection=single.split(':')[0], request=single, instance=instance)
    assert result.get('Result/Status') == '146'


def test_who_declined_an_instance_is_not_back_in_it_by_accepting_the_series(account):
    """Before the series is in the calendar, and after it was deleted there."""
    rule, third = 'RRULE:FREQ=DAILY;COUNT=5\n', f'RECURRENCE-ID:{compact(soon(48))}\n'
    device = account.phone('16.1')
    inbox, folder, trash = device.inbox(), device.of_type(CALENDAR), device.folder('Trash')
    invite(account, subject='Series', more=rule)
    invite(account, subject='Third day', sequence=1, start=soon(50), more=third)
    ids = {text(item, 'Email:Subject'): each for each, item in device.sync_all(inbox).items.items()}
    assert respond(device.client, DECLINE, collection=inbox, request=ids['Third day'], send=[]).get('Result/Status') == '1'
    series = respond(device.client, ACCEPT, collection=inbox, request=ids['Series'], send=[]).get('Result/CalendarId')
    assert f'EXDATE:{compact(soon(48))}' in stored(account)[0]
    instance = soon(24).strftime('%Y-%m-%dT%H:%M:%S.000Z')
    assert respond(device.client, DECLINE, collection=folder, request=series, instance=instance, send=[]).get('Result/Status') == '1'
    device.sync_all(folder, options=())
    device.client.sync(device.request(folder, commands=[E('AirSync:Delete', E('AirSync:ServerId', series))])).expect()
    assert stored(account) == []
    ids = {text(item, 'Email:Subject'): each for each, item in device.sync_all(trash).items.items()}
    assert respond(device.client, ACCEPT, collection=trash, request=ids['Series'], send=[]).get('Result/Status') == '1'
    (event,) = stored(account)
    assert f'EXDATE:{compact(soon(48))}' in event and f'EXDATE:{compact(soon(24))}' in event
    assert respond(device.client, TENTATIVE, collection=trash, request=ids['Third day'], send=[]).get('Result/Status') == '1'
    (event,) = stored(account)
    assert f'EXDATE:{compact(soon(48))}' not in event and f'DTSTART:{compact(soon(50))}' in event
    # Who declines all of it has been asked anew.
    for answer in (DECLINE, ACCEPT):
        assert respond(device.client, answer, collection=trash, request=ids['Series'], send=[]).get('Result/Status') == '1'
    assert 'EXDATE' not in stored(account)[0]


def test_of_several_instances_without_their_series_each_is_answered(account, other_account, version):
    """Who is invited to some days of a series has one item with these days: a calendar file is all of one UID."""
    days = {soon(24): soon(26), soon(72): soon(72), soon(120): soon(121)}
    for original, start in days.items():
        invite(account, other_account.user, subject=compact(original), start=start, more=f'RECURRENCE-ID:{compact(original)}\n')
    device = account.phone(version)
    for server_id in list(device.sync_all(device.inbox()).items):
        assert respond(device.client, ACCEPT, collection=device.inbox(), request=server_id).get('Result/Status') == '1'
    folder = device.of_type(CALENDAR)
    ((item, event),) = device.sync_all(folder, options=()).items.items()
    assert _starts(event) == sorted(compact(start) for start in days.values())
    if float(version) >= 14.1:
        result = respond(device.client, DECLINE, collection=folder, request=item, send=[] if float(version) >= 16 else None,
                         instance=soon(72).strftime('%Y-%m-%dT%H:%M:%S.000Z'))
        assert result.get('Result/Status') == '1'
        assert _starts(device.sync_all(folder, options=()).items[item]) == [compact(soon(26)), compact(soon(121))]
    if float(version) >= 16:
        assert f'RECURRENCE-ID:{compact(soon(72))}' in calendar_of(received(other_account, 'Declined: Planning'))
        respond(device.client, TENTATIVE, collection=folder, request=item, send=[])
        assert wait_until(lambda: count(other_account, 'Tentative: Planning') == 2, 60, 0.1)
        device.client.sync(device.request(folder, commands=[E(
            'AirSync:Delete', E('AirSync:ServerId', item), E('AirSyncBase:InstanceId', compact(soon(24))))])).expect()
        (text_left,) = stored(account)
        assert f'RECURRENCE-ID:{compact(soon(120))}' in text_left and text_left.count('BEGIN:VEVENT') == 1


def _starts(event) -> list[str]:
    """When an item takes place, whose instances are no more than its first and its exceptions."""
    exceptions = event['Calendar:Exceptions'].findall('Calendar:Exception') if 'Calendar:Exceptions' in event else []
    named = {one.get('AirSyncBase:InstanceId') or one.get('Calendar:ExceptionStartTime'): one for one in exceptions}
    starts = [one.get('Calendar:StartTime') or original for original, one in named.items() if one.get('Calendar:Deleted') != '1']
    until = event['Calendar:Recurrence'].get('Calendar:Until') if 'Calendar:Recurrence' in event else text(event, 'Calendar:StartTime')
    first = text(event, 'Calendar:StartTime')
    return sorted(starts + [each for each in {first, until} if each not in named])


def share_calendar(owner, guest):
    """As an admin does, by a link in the guest's calendars."""
    (guest.calendars.root / 'shared').symlink_to(owner.calendars.collection('calendar'))


@pytest.mark.parametrize('answer', [ACCEPT, DECLINE])
def test_an_answer_is_not_for_somebody_elses_event_of_that_uid(account, other_account, answer):
    """Both are invited, and the other's calendar is shown to this user."""
    account.calendars.collection('calendar')
    share_calendar(other_account, account)
    event = calendar('REQUEST', UID, 'boss@elsewhere.example', other_account.user, partstat='ACCEPTED',
                     more=f'ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:{account.user}\n')
    others = store(other_account, event)
    before = others.read_bytes()
    invite(account, summary='Planning, later', sequence=1)
    device = account.phone('16.1')
    server_id, _ = only_item(device)
    result = respond(device.client, answer, collection=device.inbox(), request=server_id).document.find('Result')
    assert result.get('Status') == '1'
    assert others.read_bytes() == before
    own = account.calendars.files('calendar')
    assert len(own) == (1 if answer == ACCEPT else 0)


@pytest.mark.parametrize('answer', [ACCEPT, DECLINE])
@pytest.mark.parametrize('organizer', ['boss@elsewhere.example', None])
def test_an_event_of_that_uid_of_another_organizer_is_left_alone(account, organizer, answer):
    event = calendar('REQUEST', UID, organizer or 'nobody@elsewhere.example', account.user, summary='Mine', partstat='ACCEPTED')
    own = store(account, event if organizer else re.sub('(ORGANIZER|ATTENDEE).*\n', '', event))
    before = own.read_bytes()
    invite(account, organizer='eve@elsewhere.example', sequence=1)
    device = account.phone('14.1')
    server_id, _ = only_item(device)
    assert respond(device.client, answer, collection=device.inbox(), request=server_id).get('Result/Status') == '2'
    assert own.read_bytes() == before and len(stored(account)) == 1


def test_what_is_no_invitation_is_refused(account):
    account.deliver('Plain mail')
    invite(account, organizer=account.user, subject='My own', uid='own')
    device = account.phone('16.1')
    inbox = device.inbox()
    held = device.sync_all(inbox)
    ids = {text(item, 'Email:Subject'): server_id for server_id, item in held.items.items()}
    own = next(item for item in held.items.values() if text(item, 'Email:Subject') == 'My own')
    assert 'Email:MeetingRequest' not in own
    refused = {'2': [{'collection': inbox, 'request': ids['Plain mail']}, {'collection': inbox, 'request': ids['My own']},
                     {'collection': inbox, 'request': ids['Plain mail'].split(':')[0] + ':999'},
                     {'collection': inbox, 'request': 'nonsense'}, {'long_id': 'nonsense'}, {'collection': inbox},
                     {'collection': inbox, 'request': ids['Plain mail'], 'long_id': 'x'},
                     {'collection': inbox, 'request': ids['Plain mail'], 'instance': '2026-11-22T09:58:07.000Z'}]}
    for status, requests in refused.items():
        for request in requests:
            assert respond(device.client, ACCEPT, **request).get('Result/Status') == status, request
    assert respond(device.client, 4, collection=inbox, request=ids['Plain mail']).get('Result/Status') == '2'
    assert stored(account) == []
    assert sorted(account.flags()) == ['My own', 'Plain mail']


def test_many_requests_at_once(account):
    for number in range(3):
        invite(account, uid=f'many-{number}', subject=f'Many {number}')
    device = account.phone('14.1')
    inbox = device.inbox()
    requests = [E('MeetingResponse:Request', E('MeetingResponse:UserResponse', ACCEPT),
                  E('MeetingResponse:CollectionId', inbox), E('MeetingResponse:RequestId', server_id))
                for server_id in device.sync_all(inbox).items]
    answer = device.client.post('MeetingResponse', E('MeetingResponse:MeetingResponse', requests))
    assert [result.get('Status') for result in answer.document.findall('Result')] == ['1'] * 3
    assert len(stored(account)) == 3


@pytest.mark.parametrize('count', [0, 101])
def test_none_or_too_many_requests_are_invalid(account, version, count):
    """MS-ASCMD 2.2.2: Status 103 from 14.0 on, up to 12.1 HTTP 400."""
    one = E('MeetingResponse:Request', E('MeetingResponse:UserResponse', ACCEPT), E('MeetingResponse:CollectionId', 'x'),
            E('MeetingResponse:RequestId', 'x:1'))
    answer = account.client(version).post('MeetingResponse', E('MeetingResponse:MeetingResponse', [one] * count))
    assert answer.status == 400 if version == '12.1' else answer.get('Result/Status') == '103'


def test_an_invitation_that_a_search_found_is_answered(account):
    invite(account, subject='Searchable')
    device = account.phone('14.1')
    only_item(device)
    found = device.client.search(E('AirSync:Class', 'Email'), E('AirSync:CollectionId', device.inbox()),
                                 E('Search:FreeText', 'Searchable'))
    long_id = found.get('Response/Store/Result/LongId')
    result = respond(device.client, ACCEPT, long_id=long_id)
    assert result.get('Result/Status') == '1' and result.get('Result/RequestId') is None
    assert len(stored(account)) == 1


def test_by_long_id_there_is_neither_collection_nor_request(account):
    """MS-ASCMD 2.2.3.150.2, 2.2.3.151."""
    invite(account, subject='Searchable')
    device = account.phone('14.1')
    server_id, _ = only_item(device)
    found = device.client.search(E('AirSync:Class', 'Email'), E('AirSync:CollectionId', device.inbox()), E('Search:FreeText', 'Searchable'))
    long_id = found.get('Response/Store/Result/LongId')
    for more in ({'collection': device.inbox()}, {'request': server_id}):
        assert respond(device.client, ACCEPT, long_id=long_id, **more).get('Result/Status') == '2'
    assert stored(account) == [] and 'Searchable' in account.flags()


@pytest.mark.parametrize('by_long_id', [True, False])
def test_empty_ids_mean_nothing(account, by_long_id):
    """BlackBerry 10 sends them for what it does not mean."""
    invite(account, subject='Searchable')
    device = account.phone('14.1')
    server_id, _ = only_item(device)
    found = device.client.search(E('AirSync:Class', 'Email'), E('AirSync:CollectionId', device.inbox()), E('Search:FreeText', 'Searchable'))
    ids = {'long_id': found.get('Response/Store/Result/LongId'), 'collection': '', 'request': ''} if by_long_id \
        else {'collection': device.inbox(), 'request': server_id, 'long_id': ''}
    assert respond(device.client, ACCEPT, long_id='').get('Result/Status') == '2'
    assert respond(device.client, ACCEPT, **ids).get('Result/Status') == '1'
    assert len(stored(account)) == 1


def test_a_proposal_that_ends_before_it_begins_is_refused(account, other_account):
    invite(account, organizer=other_account.user, summary='Backwards')
    device = account.phone('16.1')
    server_id, _ = only_item(device)
    times = [E('MeetingResponse:ProposedStartTime', compact(soon(3))), E('MeetingResponse:ProposedEndTime', compact(soon(2)))]
    result = respond(device.client, TENTATIVE, collection=device.inbox(), request=server_id, send=times)
    assert result.get('Result/Status') == '2' and stored(account) == []
    device.send_mail(imip('METHOD:X\n', account.user, other_account.user, 'Marker', form='bare'))
    received(other_account, 'Marker')
    assert list(other_account.flags()) == ['Marker']
