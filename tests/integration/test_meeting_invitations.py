"""Who tells attendees of a meeting that a phone adds, changes or deletes by Sync: up to 14.1 the phone does
(SendMail), from 16.0 on the server; never both. MS-ASCMD 2.2.1.11, MS-ASCAL 3.1.4.4."""
from __future__ import annotations

import datetime
import re

import pytest

from accounts import make_message
from eas_client import E
from eas_client.device import CALENDAR
from meetings import calendar, calendar_of, compact, imip, soon, stored
from private_instance.processes import wait_until
from test_send_mail import accepted, count, received



class Organizer:
    """A phone that invites the other account."""

    def __init__(self, account, other, version):
        self.account, self.other, self.version = account, other, version
        self.device = account.phone(version)
        self.folder = self.device.of_type(CALENDAR)
        self.device.sync_all(self.folder, options=())

    def properties(self, subject, start=None, attendees=True, place=None):
        start, is_old = start or soon(), float(self.version) < 16
        people = E('Calendar:Attendees', E('Calendar:Attendee', E('Calendar:Email', self.other.user),
                                           E('Calendar:Name', 'Other'), E('Calendar:AttendeeType', 1)))
        location = None
        if place:
            location = E('Calendar:Location', place) if is_old else \
                E('AirSyncBase:Location', E('AirSyncBase:DisplayName', place))
        return [part for part in (
            E('Calendar:AllDayEvent', 0), E('Calendar:BusyStatus', 2),
            E('Calendar:DtStamp', compact(start)) if is_old else None,
            E('Calendar:EndTime', compact(start.replace(minute=30))), location, E('Calendar:Sensitivity', 0),
            E('Calendar:Subject', subject), E('Calendar:StartTime', compact(start)),
            E('Calendar:UID', f'uid-{subject}') if is_old else E('Calendar:ClientUid', f'uid-{subject}'),
            E('Calendar:MeetingStatus', 1 if attendees else 0) if is_old else None,
            people if attendees else None) if part is not None]

    def command(self, name, *content):
        return self.device.request(self.folder, commands=[E(f'AirSync:{name}', *content)])

    def add(self, subject, **arguments):
        """The request, so that it can be repeated."""
        return self.command('Add', E('AirSync:ClientId', subject),
                            E('AirSync:ApplicationData', self.properties(subject, **arguments)))

    def send(self, request):
        answer = self.device.client.sync(request)
        assert answer.get('Collections/Collection/Status') == '1', answer.document
        for outcome in answer.document.findall('Collections/Collection/Responses/Add'):
            assert outcome.get('Status') == '1', outcome
            self.device.held(self.folder).items[outcome.get('ServerId')] = {}
        self.device.held(self.folder).sync_key = answer.get('Collections/Collection/SyncKey')
        return answer

    def only_id(self):
        (server_id,) = self.device.held(self.folder).items
        return server_id

    def nothing_more_arrives(self):
        """A mail that is sent now arrives after what the server sent."""
        self.device.send_mail(make_message('Marker', to=self.other.user, sender=self.account.user))
        received(self.other, 'Marker')
        self.other.expunge('Marker')


def test_a_new_meeting_is_announced_once(account, other_account, version):
    phone = Organizer(account, other_account, version)
    request = phone.add('Kickoff')
    phone.device.client.sync(request)  # its answer is lost
    phone.send(request)
    phone.nothing_more_arrives()
    assert len(stored(account)) == 1
    if float(version) < 16:
        assert count(other_account, 'Kickoff') == 0
        return
    message = received(other_account, 'Kickoff')
    text = calendar_of(message)
    assert 'METHOD:REQUEST' in text and f'mailto:{other_account.user}' in text
    assert account.user in message['From'] and count(other_account, 'Kickoff') == 1


def test_an_appointment_is_nobodys_business(account, other_account):
    phone = Organizer(account, other_account, '16.1')
    phone.send(phone.add('Alone', attendees=False))
    phone.nothing_more_arrives()
    assert other_account.flags() == {}


def test_changes_and_cancellation_are_announced_once_each(account, other_account, version):
    phone = Organizer(account, other_account, version)
    phone.send(phone.add('Review'))
    later = soon(3)
    item = phone.only_id()
    change = phone.command('Change', E('AirSync:ServerId', item),
                           E('AirSync:ApplicationData', phone.properties('Review', start=later)))
    phone.device.client.sync(change)  # its answer is lost
    phone.send(change)
    phone.nothing_more_arrives()
    delete = phone.command('Delete', E('AirSync:ServerId', item))
    phone.device.client.sync(delete)  # its answer is lost
    phone.send(delete)
    phone.nothing_more_arrives()
    assert stored(account) == []
    subjects = ('Updated: Review', 'Canceled: Review')
    if float(version) < 16:
        assert other_account.flags() == {}
        return
    assert [count(other_account, subject) for subject in subjects] == [1, 1]
    assert 'SEQUENCE:1' in calendar_of(received(other_account, 'Updated: Review'))
    cancel = calendar_of(received(other_account, 'Canceled: Review'))
    assert 'METHOD:CANCEL' in cancel and 'SEQUENCE:2' in cancel and 'STATUS:CANCELLED' in cancel


def test_what_concerns_the_organizer_alone_is_not_announced(account, other_account):
    phone = Organizer(account, other_account, '16.1')
    phone.send(phone.add('Quiet'))
    phone.send(phone.command('Change', E('AirSync:ServerId', phone.only_id()), E(
        'AirSync:ApplicationData', E('Calendar:Reminder', 10))))
    phone.nothing_more_arrives()
    assert list(other_account.flags()) == ['Quiet']


@pytest.mark.parametrize('version', ['16.0', '16.1'])
@pytest.mark.parametrize('status', ['0', '1', '3', '4'])
def test_the_attendee_sees_what_the_organizer_is_and_wants_to_be_secret(account, other_account, version, status):
    """MS-ASEMAIL 2.2.2.14: the busy status of the recipient once the request is accepted; 2.2.2.71."""
    phone = Organizer(account, other_account, version)
    properties = [part for part in phone.properties('Trip') if part.tag not in ('Calendar:BusyStatus', 'Calendar:Sensitivity')]
    phone.send(phone.command('Add', E('AirSync:ClientId', 'c'), E('AirSync:ApplicationData', [
        *properties, E('Calendar:BusyStatus', status), E('Calendar:Sensitivity', 0)])))
    received(other_account, 'Trip')
    phone.send(phone.command('Change', E('AirSync:ServerId', phone.only_id()), E('AirSync:ApplicationData', E('Calendar:Sensitivity', 2))))
    wait_until(lambda: count(other_account, 'Trip') == 2, 60, 0.1)
    guest = other_account.phone(version)
    requests = [item['Email:MeetingRequest'] for item in guest.sync_all(guest.inbox()).items.values()]
    assert [request.get('Email:BusyStatus') for request in requests] == [status] * 2
    assert sorted(request.get('Email:Sensitivity') for request in requests) == ['0', '2']
    phone.nothing_more_arrives()
    assert count(other_account, 'Trip') == 2


def test_an_unknown_attendee_does_not_keep_the_meeting_from_being_stored(account, other_account):
    phone = Organizer(account, other_account, '16.1')
    phone.other = type('Nobody', (), {'user': 'nobody-at-all@' + account.user.split('@')[1]})()
    phone.send(phone.add('Lonely'))
    assert len(stored(account)) == 1


def test_the_phones_own_invitation_is_the_only_one_up_to_14_1(account, other_account):
    phone = Organizer(account, other_account, '14.1')
    phone.send(phone.add('By phone'))
    assert accepted(phone.device.send_mail(make_message('By phone', to=other_account.user, sender=account.user)))
    phone.nothing_more_arrives()
    assert count(other_account, 'By phone') == 1


@pytest.mark.parametrize('version', ['16.0', '16.1'])
def test_who_is_added_to_one_instance_is_invited_to_that_alone(account, other_account, version):
    """MS-ASAIRS 2.2.2.25; RFC 5546 3.2.2.4."""
    phone = Organizer(account, other_account, version)
    start = soon()
    instance = compact(start + datetime.timedelta(days=1))
    server_id = phone.send(phone.command('Add', E('AirSync:ClientId', 'c1'), E('AirSync:ApplicationData', [
        *phone.properties('Standup', attendees=False),
        E('Calendar:Recurrence', E('Calendar:Type', 0), E('Calendar:Interval', 1), E('Calendar:Occurrences', 4))]))).get(
            'Collections/Collection/Responses/Add/ServerId')
    people = phone.properties('Standup')[-1]
    for attendees, subject, method in ((people, 'Standup', 'REQUEST'),
                                       (E('Calendar:Attendees'), 'Canceled: Standup', 'CANCEL')):
        phone.send(phone.command('Change', E('AirSync:ServerId', server_id), E('AirSyncBase:InstanceId', instance),
                                 E('AirSync:ApplicationData', attendees)))
        phone.nothing_more_arrives()
        assert list(other_account.flags()) == [subject]
        message = calendar_of(received(other_account, subject))
        told = message[message.index('BEGIN:VEVENT'):]
        assert f'METHOD:{method}' in message and 'RECURRENCE-ID' in told and 'RRULE' not in told
        assert f'ORGANIZER:mailto:{account.user}' in told and told.count('BEGIN:VEVENT') == 1
        other_account.expunge(subject)
    (event,) = stored(account)
    assert 'RECURRENCE-ID' in event and 'ORGANIZER' not in event


def test_who_leaves_a_series_is_told_once_although_an_instance_was_declined(account, other_account):
    phone = Organizer(account, other_account, '16.1')
    start = soon()
    server_id = phone.send(phone.command('Add', E('AirSync:ClientId', 'c1'), E('AirSync:ApplicationData', [
        *phone.properties('Weekly'),
        E('Calendar:Recurrence', E('Calendar:Type', 0), E('Calendar:Interval', 1), E('Calendar:Occurrences', 4))]))).get(
            'Collections/Collection/Responses/Add/ServerId')
    invitation = calendar_of(received(other_account, 'Weekly'))
    uid = re.search('^UID:(.*)$', invitation, re.MULTILINE)[1]
    second = start + datetime.timedelta(days=1)
    reply = calendar('REPLY', uid, account.user, other_account.user, start=second, partstat='DECLINED',
                     more=f'RECURRENCE-ID:{compact(second)}\n')
    account.deliver_raw(imip(reply, other_account.user, account.user))
    phone.device.sync_all(phone.device.inbox())
    assert stored(account)[0].count('BEGIN:VEVENT') == 2
    other_account.expunge('Weekly')
    phone.device.sync_all(phone.folder, options=())
    phone.send(phone.command('Change', E('AirSync:ServerId', server_id), E('AirSync:ApplicationData', E('Calendar:Attendees'))))
    phone.nothing_more_arrives()
    assert list(other_account.flags()) == ['Canceled: Weekly'] and count(other_account, 'Canceled: Weekly') == 1
    assert 'ATTENDEE' not in stored(account)[0]


def test_what_the_server_tells_is_not_older_than_what_another_phone_told(account, other_account):
    """Up to 14.1 phones invite by themselves and count so: an answer says how far. RFC 5546 2.1.4."""
    phone = Organizer(account, other_account, '16.1')
    phone.send(phone.add('Counted'))
    uid = re.search('^UID:(.*)$', calendar_of(received(other_account, 'Counted')), re.MULTILINE)[1]
    reply = calendar('REPLY', uid, account.user, other_account.user, partstat='ACCEPTED', sequence=3, stamp=compact(soon()))
    account.deliver_raw(imip(reply, other_account.user, account.user))
    phone.device.sync_all(phone.device.inbox())
    phone.device.sync_all(phone.folder, options=())
    phone.send(phone.command('Change', E('AirSync:ServerId', phone.only_id()), E(
        'AirSync:ApplicationData', phone.properties('Counted', place='Room 7'))))
    assert 'SEQUENCE:3\n' in calendar_of(received(other_account, 'Updated: Counted'))
    phone.send(phone.command('Delete', E('AirSync:ServerId', phone.only_id())))
    assert 'SEQUENCE:4\n' in calendar_of(received(other_account, 'Canceled: Counted'))
