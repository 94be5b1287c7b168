"""Two users of one server invite each other, by their phones only: each step is told by the next Sync, and sends exactly
one mail, the phone's own (SendMail) up to 14.1, the server's from 16.0 on. MS-ASCMD 2.2.1.11, MS-ASCAL 3.1.4.4."""
from __future__ import annotations

import datetime
import re

from accounts import make_message
from eas_client import E
from eas_client.device import CALENDAR, text
from meetings import ACCEPT, DECLINE, TENTATIVE, calendar, compact, imip, respond, soon, stored
from test_send_mail import accepted, received

UID = 'c0ffee00-round-trip'


class Person:
    """A user with a phone, and what that phone shows."""

    def __init__(self, account, version):
        self.account, self.user, self.new = account, account.user, float(version) >= 16
        self.device = account.phone(version)
        self.inbox, self.calendar = self.device.inbox(), self.device.of_type(CALENDAR)
        self.device.sync_all(self.calendar, options=())
        self.device.sync_all(self.inbox)

    def mail(self, subject):
        """The one mail of that subject, as the phone has it: (ServerId, item)."""
        held = self.device.sync_all(self.inbox).items
        (found,) = [(each, item) for each, item in held.items() if text(item, 'Email:Subject') == subject]
        return found

    def event(self):
        """What the calendar shows of the only event."""
        (event,) = self.device.sync_all(self.calendar, options=()).items.values()
        return event

    def shown(self, *names):
        event = self.event()
        return tuple(text(event, f'Calendar:{name}') for name in names)

    def write(self, name, *content):
        answer = self.device.client.sync(self.device.request(self.calendar, commands=[E(f'AirSync:{name}', *content)]))
        part = answer.document.find('AirSync:Collections/AirSync:Collection')
        assert part.get('Status') == '1', answer.document
        self.device.held(self.calendar).sync_key = part.get('SyncKey')
        for outcome in part.findall('AirSync:Responses/AirSync:Add'):
            assert outcome.get('Status') == '1', outcome
            return outcome
        assert part.find('AirSync:Responses') is None, answer.document
        return None

    def send(self, other, text_, subject):
        """What a phone sends up to 14.1; later ones leave it to the server."""
        if not self.new:
            assert accepted(self.device.send_mail(imip(text_, self.user, other.user, subject)))

    def answers(self, other, response, subject, word, partstat, uid, **arguments):
        """Bob's phone answers the invitation of that subject."""
        server_id, item = self.mail(subject)
        send = {'send': []} if self.new else {}
        result = respond(self.device.client, response, collection=self.inbox, request=server_id, **send)
        assert result.get('Result/Status') == '1'
        self.send(other, calendar('REPLY', uid, other.user, self.user, partstat=partstat, **arguments), f'{word}: Round trip')
        return item, result.get('Result/CalendarId')


def properties(organizer, other, start):
    old = not organizer.new
    return [part for part in (
        E('Calendar:AllDayEvent', 0), E('Calendar:BusyStatus', 2), E('Calendar:DtStamp', '20260101T000000Z') if old else None,
        E('Calendar:EndTime', compact(start + datetime.timedelta(minutes=30))), E('Calendar:Sensitivity', 0),
        E('Calendar:Subject', 'Round trip'), E('Calendar:StartTime', compact(start)),
        E('Calendar:UID', UID) if old else E('Calendar:ClientUid', UID),
        E('Calendar:OrganizerEmail', organizer.user) if old else None, E('Calendar:MeetingStatus', 1) if old else None,
        E('Calendar:Attendees', E('Calendar:Attendee', E('Calendar:Email', other.user), E('Calendar:Name', 'Bob'),
                                  E('Calendar:AttendeeType', 1))), E('Calendar:Reminder', 15)) if part is not None]


def inbox_of(account):
    return sorted(account.flags())


def test_a_meeting_from_invitation_to_cancellation(account, other_account, version):
    anna, bob = Person(account, version), Person(other_account, version)
    added = anna.write('Add', E('AirSync:ClientId', 'c1'), E('AirSync:ApplicationData', properties(anna, bob, soon())))
    item = added.get('ServerId')
    anna.device.held(anna.calendar).items[item] = {}
    anna.send(bob, calendar('REQUEST', UID, anna.user, bob.user, summary='Round trip'), 'Round trip')
    received(other_account, 'Round trip')
    (uid,) = re.findall(r'^UID:(.*)$', stored(account)[0], re.M)

    told, calendar_id = bob.answers(anna, ACCEPT, 'Round trip', 'Accepted', 'ACCEPTED', uid)
    request = told['Email:MeetingRequest']
    assert request.get('Email:InstanceType') == '0' and request.get('Email:ResponseRequested') == '1'
    assert request.get('Email2:MeetingMessageType') == ('1' if float(version) >= 14.1 else None)
    assert calendar_id in bob.device.sync_all(bob.calendar, options=()).items
    assert bob.shown('Subject', 'StartTime', 'MeetingStatus', 'BusyStatus') == ('Round trip', compact(soon()), '3', '2')
    if float(version) >= 14:
        assert bob.shown('ResponseType') == ('3',) and bob.shown('AppointmentReplyTime') != ('',)
    assert inbox_of(other_account) == []

    received(account, 'Accepted: Round trip')
    assert inbox_of(account) == ['Accepted: Round trip']
    _, reply = anna.mail('Accepted: Round trip')
    assert text(reply, 'Email:MessageClass') == 'IPM.Schedule.Meeting.Resp.Pos'
    attendee = anna.event()['Calendar:Attendees'].find('Calendar:Attendee')
    assert attendee.get('Calendar:Email') == bob.user and attendee.get('Calendar:AttendeeStatus') == '3'

    later = soon(2)
    anna.write('Change', E('AirSync:ServerId', item), E('AirSync:ApplicationData', properties(anna, bob, later)))
    again = {'start': later, 'sequence': 1, 'stamp': '20260202T000000Z'}
    anna.send(bob, calendar('REQUEST', UID, anna.user, bob.user, summary='Round trip', **again), 'Updated: Round trip')
    received(other_account, 'Updated: Round trip')
    told, other_id = bob.answers(anna, TENTATIVE, 'Updated: Round trip', 'Tentative', 'TENTATIVE', uid, **again)
    assert other_id == calendar_id
    if float(version) >= 14.1:
        assert told['Email:MeetingRequest'].get('Email2:MeetingMessageType') == '2'
    assert bob.shown('StartTime', 'BusyStatus') == (compact(later), '1')
    received(account, 'Tentative: Round trip')
    anna.mail('Tentative: Round trip')
    attendee = anna.event()['Calendar:Attendees'].find('Calendar:Attendee')
    assert attendee.get('Calendar:AttendeeStatus') == '2'
    assert inbox_of(account) == ['Accepted: Round trip', 'Tentative: Round trip'] and inbox_of(other_account) == []

    anna.write('Delete', E('AirSync:ServerId', item))
    anna.send(bob, calendar('CANCEL', UID, anna.user, bob.user, sequence=2, stamp='20260303T000000Z'), 'Canceled: Round trip')
    received(other_account, 'Canceled: Round trip')
    _, cancelled = bob.mail('Canceled: Round trip')
    assert text(cancelled, 'Email:MessageClass') == 'IPM.Schedule.Meeting.Canceled'
    assert bob.shown('MeetingStatus', 'BusyStatus') == ('7', '0')
    assert stored(account) == [] and inbox_of(other_account) == ['Canceled: Round trip']
    bob.write('Delete', E('AirSync:ServerId', calendar_id))  # tells nobody
    bob.device.send_mail(make_message('Marker', to=anna.user, sender=bob.user))
    received(account, 'Marker')
    assert inbox_of(account) == ['Accepted: Round trip', 'Marker', 'Tentative: Round trip']


def test_who_declines_has_no_event_and_the_organizer_sees_it(account, other_account, version):
    anna, bob = Person(account, version), Person(other_account, version)
    anna.write('Add', E('AirSync:ClientId', 'c1'), E('AirSync:ApplicationData', properties(anna, bob, soon())))
    anna.device.held(anna.calendar).items.clear()
    anna.send(bob, calendar('REQUEST', UID, anna.user, bob.user, summary='Round trip'), 'Round trip')
    received(other_account, 'Round trip')
    (uid,) = re.findall(r'^UID:(.*)$', stored(account)[0], re.M)
    _, calendar_id = bob.answers(anna, DECLINE, 'Round trip', 'Declined', 'DECLINED', uid)
    assert calendar_id is None and stored(other_account) == [] and inbox_of(other_account) == []
    received(account, 'Declined: Round trip')
    phone = account.phone(version)
    phone.sync_all(phone.inbox())
    (event,) = phone.sync_all(phone.of_type(CALENDAR), options=()).items.values()
    assert event['Calendar:Attendees'].find('Calendar:Attendee').get('Calendar:AttendeeStatus') == '4'
    assert inbox_of(account) == ['Declined: Round trip']
