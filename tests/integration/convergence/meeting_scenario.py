"""One seed's story of meetings: one user invites, others answer, all by their phones, and mail goes between them.

Whatever the order, in the end each who is invited has in the calendar what the organizer has there, the organizer
knows what each answered, and no mail came twice.
"""
from __future__ import annotations

import datetime
import email
import email.policy
import random
import re
import time
import zoneinfo
from dataclasses import dataclass
from typing import Callable, Optional

from accounts import Account, check
from eas_client import E, Node
from eas_client.device import CALENDAR, Disagreement, text
from meetings import ACCEPT, DECLINE, TENTATIVE, calendar_files, calendar_of, compact, respond, soon
from private_instance.processes import wait_until

WEEK = datetime.timedelta(days=7)
UTC = datetime.timezone.utc
HERE = zoneinfo.ZoneInfo('Europe/Berlin')  # where the users are
REQUEST = 'IPM.Schedule.Meeting.Request'


def moment(line: str) -> datetime.datetime:
    """Of DTSTART and its like, with parameters."""
    head, _, value = line.partition(':')
    zone = re.search(r'TZID=([^;:]+)', head)
    time = datetime.datetime.strptime(value.rstrip('Z'), '%Y%m%dT%H%M%S')
    return time.replace(tzinfo=zoneinfo.ZoneInfo(zone.group(1)) if zone else UTC).astimezone(UTC)


@dataclass
class Component:
    """A VEVENT of a file."""
    lines: list[str]

    def all(self, name: str) -> list[str]:
        return [line for line in self.lines if re.match(rf'{name}[;:]', line)]

    def value(self, name: str) -> str:
        return next((line.partition(':')[2] for line in self.all(name)), '')

    def moment(self, name: str) -> Optional[datetime.datetime]:
        return next((moment(line) for line in self.all(name)), None)

    def people(self) -> dict[str, str]:
        """PARTSTAT of each attendee."""
        found = {}
        for line in self.all('ATTENDEE'):
            status = re.search(r'PARTSTAT=([A-Z-]+)', line)
            found[line.lower().rpartition('mailto:')[2]] = status.group(1) if status else 'NEEDS-ACTION'
        return found

    def facts(self) -> tuple[datetime.datetime, datetime.datetime, str, str]:
        return self.moment('DTSTART'), self.moment('DTEND'), self.value('SUMMARY'), self.value('LOCATION')


class Meeting:
    """A file of a calendar."""

    def __init__(self, content: str):
        unfolded = content.replace('\r\n ', '').replace('\r\n', '\n')
        events = [Component(each.splitlines()) for each in re.findall(r'BEGIN:VEVENT\n(.*?)END:VEVENT', unfolded, re.S)]
        self.uid = events[0].value('UID')
        self.master = next((each for each in events if not each.all('RECURRENCE-ID')), None)
        self.exceptions = {each.moment('RECURRENCE-ID'): each for each in events if each.all('RECURRENCE-ID')}

    def is_off(self) -> bool:
        return self.master is not None and self.master.value('STATUS') == 'CANCELLED'

    def status_at(self, original: Optional[datetime.datetime], user: str) -> Optional[str]:
        """Of the series: None."""
        event = self.exceptions.get(original, self.master)
        return event.people().get(user) if event else None

    def instances(self) -> dict[datetime.datetime, tuple]:
        """What takes place, by original start."""
        found = {}
        if self.master is not None and not self.is_off():
            start, end, *others = self.master.facts()
            count = re.search(r'COUNT=(\d+)', self.master.value('RRULE'))
            gone = [moment(line) for line in self.master.all('EXDATE')]
            for number in range(int(count.group(1)) if count else 1):
                if start + number * WEEK not in gone:
                    found[start + number * WEEK] = (start + number * WEEK, end + number * WEEK, *others)
        for original, event in self.exceptions.items():
            found.pop(original, None)
            if event.value('STATUS') != 'CANCELLED':
                found[original] = event.facts()
        return found


def uid_of(item: dict[str, Node]) -> Optional[str]:
    """Of an invitation in the Inbox."""
    return item['Email:MeetingRequest'].get('Calendar:UID')


def is_whole(item: dict[str, Node]) -> bool:
    """Whether it is to a single meeting or a series, not to an instance of one. MS-ASEMAIL 2.2.2.39."""
    return item['Email:MeetingRequest'].get('Email:InstanceType') in ('0', '1')


@dataclass
class Person:
    """A user with a phone that is on a bad line."""
    account: Account
    version: str
    choice: random.Random
    note: Callable[[str], None]
    answers: int = 0
    last_said: int = 0

    def __post_init__(self) -> None:
        self.user = self.account.user
        self.device = self.account.phone(self.version)
        self.inbox, self.calendar = self.device.inbox(), self.device.of_type(CALENDAR)
        self.sync()

    def sync(self) -> None:
        self.device.sync_all(self.inbox)
        self.device.sync_all(self.calendar, options=())

    def twice(self, send: Callable[[], object]) -> object:
        """Sometimes the answer is lost, and the phone sends it once more."""
        if self.choice.random() < 0.25:
            self.note('    the answer is lost')
            send()
        return send()

    def wait_for_another_second(self) -> None:
        """DTSTAMP, in seconds, tells what is later."""
        assert wait_until(lambda: int(time.time()) != self.last_said, 5)
        self.last_said = int(time.time())

    def write(self, command: Node) -> None:
        self.wait_for_another_second()
        request = self.device.request(self.calendar, commands=[command], get_changes=False)
        answer = self.twice(lambda: self.device.client.sync(request))
        part = answer.expect().document.find('AirSync:Collections/AirSync:Collection')
        if part.get('Status') != '1':
            raise Disagreement(f'Sync has Status {part.get("Status")}')
        for outcome in part.findall('AirSync:Responses/AirSync:Add'):
            if outcome.get('Status') != '1':
                raise Disagreement(f'Add has Status {outcome.get("Status")}')
            self.keep(outcome.get('ServerId'), command)
        for outcome in part.findall('AirSync:Responses/AirSync:Change'):
            if outcome.get('Status') != '1':
                self.note(f'    Change has Status {outcome.get("Status")}')
        self.device.held(self.calendar).sync_key = part.get('SyncKey')
        if command.name == 'Change' and command.find('AirSyncBase:InstanceId') is None:
            self.keep(command.get('ServerId'), command)

    def keep(self, server_id: str, command: Node) -> None:
        """What the phone wrote is what it shows; the server tells what is different."""
        item = self.device.held(self.calendar).items.setdefault(server_id, {})
        item.update({element.tag: element for element in command.find('ApplicationData')})

    def requests(self) -> list[tuple[str, dict]]:
        """Invitations that wait in the Inbox, in the order of their coming."""
        held = self.device.held(self.inbox).items
        return sorted(((each, item) for each, item in held.items() if text(item, 'Email:MessageClass') == REQUEST),
                      key=lambda pair: int(pair[0].split(':')[1]))

    def answer(self, server_id: str, item: dict[str, Node], word: int) -> None:
        subject = text(item, 'Email:Subject')
        self.wait_for_another_second()
        self.note(f'  {self.user} answers {subject} with {word}')
        result = self.twice(lambda: respond(self.device.client, word, collection=self.inbox, request=server_id, send=[]))
        if result.get('Result/Status') != '1':
            raise Disagreement(f'the answer to {subject} has Status {result.get("Result/Status")}')
        self.answers += 1
        if word == DECLINE and is_whole(item):
            self.drop_older(server_id, item)

    def drop_older(self, server_id: str, item: dict[str, Node]) -> None:
        """Who has no such meeting any more and accepts what was said of it before has what it was before."""
        waiting = [each for each, _ in self.requests()]
        older = [each for each, other in self.requests()
                 if uid_of(other) == uid_of(item) and waiting.index(each) < waiting.index(server_id)]
        if older:
            self.device.delete(self.inbox, *older)

    def meetings(self) -> dict[str, Meeting]:
        """The files, by UID."""
        found = {}
        for path in calendar_files(self.account):
            meeting = Meeting(path.read_bytes().decode())
            if meeting.uid in found:
                raise Disagreement(f'{self.user} has {meeting.uid} twice')
            found[meeting.uid] = meeting
        return found

    def scheduling_mails(self) -> list[tuple[str, str]]:
        """Who wrote each scheduling mail, and what it says; in all mailboxes but that of what was sent."""
        found = []
        with self.account.imap() as connection:
            names = [line.decode().rpartition(' ')[2].strip('"') for line in check(connection.list())]
            for name in names:
                if name == 'Sent' or check(connection.select(f'"{name}"', readonly=True)) == [b'0']:
                    continue
                for data in check(connection.fetch('1:*', '(BODY.PEEK[])')):
                    if isinstance(data, tuple) and b'text/calendar' in data[1]:
                        found.append(said_by(data[1]))
        return found


def said_by(message: bytes) -> tuple[str, str]:
    parsed = email.message_from_bytes(message.replace(b'\r\n', b'\n'), policy=email.policy.default)
    return parsed['From'], calendar_of(parsed)


class MeetingScenario:
    organizing = {'add': 4, 'rename': 3, 'move': 3, 'place': 2, 'invite_others': 3, 'change_instance': 5, 'delete_instance': 3,
                  'delete': 1}
    answering = {'answer_mail': 6, 'answer_item': 2, 'answer_instance': 3}

    def __init__(self, organizer: Account, guests: list[Account], seed: int):
        self.choice = random.Random(f'{seed} meetings')
        self.history: list[str] = []
        self.count = 0
        self.instance = organizer.instance

        def person(account: Account) -> Person:
            return Person(account, self.choice.choice(['16.0', '16.1']), self.choice, self.history.append)

        self.organizer, self.guests = person(organizer), [person(each) for each in guests]

    def note(self, what: str) -> None:
        self.history.append(what)

    def run(self, steps: int) -> None:
        self.add()
        for step in range(steps):
            self.note(f'step {step}')
            if self.choice.random() < 0.7:
                self.deliver()
            if self.choice.random() < 0.5:
                self.organizer.sync()
                getattr(self, self.choice.choices(list(self.organizing), list(self.organizing.values()))[0])()
            else:
                guest = self.choice.choice(self.guests)
                guest.sync()
                getattr(self, self.choice.choices(list(self.answering), list(self.answering.values()))[0])(guest)
        self.settle()

    def deliver(self) -> None:
        """Until nothing is on its way."""
        spool = self.instance.directory / 'submission/spool'
        if not wait_until(lambda: not list(spool.glob('input/**/*-D')), 60, 0.05):
            raise Disagreement('mail stays in the spool')

    # ------------------------------------------------------------------ who invites

    def name(self) -> str:
        self.count += 1
        return f'Meeting {self.count}'

    def attendees(self) -> Node:
        chosen = self.choice.sample(self.guests, self.choice.randrange(1, len(self.guests) + 1))
        self.note(f'    with {", ".join(sorted(each.user for each in chosen))}')
        return E('Calendar:Attendees', [E('Calendar:Attendee', E('Calendar:Email', each.user), E('Calendar:Name', each.user),
                                          E('Calendar:AttendeeType', 1)) for each in chosen])

    def times(self, hour: int) -> list[Node]:
        return [E('Calendar:StartTime', compact(soon(hour))),
                E('Calendar:EndTime', compact(soon(hour) + datetime.timedelta(minutes=30)))]

    def add(self) -> None:
        subject, hour = self.name(), self.choice.randrange(100)
        rule = []
        if self.choice.random() < 0.6:
            day = 1 << (soon(hour).astimezone(HERE).isoweekday() % 7)
            rule = [E('Calendar:Recurrence', E('Calendar:Type', 1), E('Calendar:Interval', 1),
                      E('Calendar:DayOfWeek', day), E('Calendar:Occurrences', 5))]
        self.note(f'  {self.organizer.user} adds {subject}{", a series" if rule else ""}')
        self.organizer.write(E('AirSync:Add', E('AirSync:ClientId', subject), E('AirSync:ApplicationData', [
            E('Calendar:AllDayEvent', 0), E('Calendar:BusyStatus', 2), E('Calendar:Sensitivity', 0),
            E('Calendar:Subject', subject), E('Calendar:ClientUid', f'uid-{subject}'), *self.times(hour), self.attendees(), *rule])))
        self.organizer.device.sync_all(self.organizer.calendar, options=())

    def some_meeting(self, recurring: bool = False) -> Optional[tuple[str, dict]]:
        items = [pair for pair in sorted(self.organizer.device.held(self.organizer.calendar).items.items())
                 if not recurring or 'Calendar:Recurrence' in pair[1]]
        return self.choice.choice(items) if items else None

    def change(self, what: str, *properties: Node, of: Optional[tuple[str, dict]] = None) -> None:
        chosen = of or self.some_meeting()
        if chosen:
            self.note(f'  {self.organizer.user} changes {text(chosen[1], "Calendar:Subject")}: {what}')
            self.organizer.write(E('AirSync:Change', E('AirSync:ServerId', chosen[0]),
                                   E('AirSync:ApplicationData', list(properties))))

    def rename(self) -> None:
        subject = self.name()
        self.change(f'now {subject}', E('Calendar:Subject', subject))

    def move(self) -> None:
        """To another hour of its day: a series stays on its weekday."""
        chosen = self.some_meeting()
        if chosen:
            start = moment('X:' + text(chosen[1], 'Calendar:StartTime')).astimezone(HERE)
            start = start.replace(hour=self.choice.randrange(24)).astimezone(UTC)
            self.change(f'at {start:%d.%m. %H:%M}', E('Calendar:StartTime', compact(start)),
                        E('Calendar:EndTime', compact(start + datetime.timedelta(minutes=30))), of=chosen)

    def place(self) -> None:
        room = f'Room {self.choice.randrange(9)}'
        self.change(room, E('AirSyncBase:Location', E('AirSyncBase:DisplayName', room)))

    def invite_others(self) -> None:
        self.change('attendees', self.attendees())

    def some_instance(self) -> Optional[tuple[str, dict, datetime.datetime]]:
        chosen = self.some_meeting(recurring=True)
        if not chosen:
            return None
        first = moment('X:' + text(chosen[1], 'Calendar:StartTime'))
        original = first + self.choice.randrange(5) * WEEK
        self.note(f'  {self.organizer.user}: of {text(chosen[1], "Calendar:Subject")} the instance {original:%d.%m. %H:%M}')
        return (*chosen, original)

    def change_instance(self) -> None:
        chosen = self.some_instance()
        if chosen:
            server_id, _, original = chosen
            start = original + datetime.timedelta(hours=self.choice.randrange(5))
            given = self.choice.choice([
                [E('Calendar:StartTime', compact(start)), E('Calendar:EndTime', compact(start + datetime.timedelta(hours=1)))],
                [E('Calendar:Subject', self.name())]])
            self.note(f'    {", ".join(each.text or "" for each in given)}')
            self.organizer.write(E('AirSync:Change', E('AirSync:ServerId', server_id),
                                   E('AirSyncBase:InstanceId', compact(original)), E('AirSync:ApplicationData', given)))

    def delete_instance(self) -> None:
        chosen = self.some_instance()
        if chosen:
            self.note('    deleted')
            self.organizer.write(E('AirSync:Delete', E('AirSync:ServerId', chosen[0]), E('AirSyncBase:InstanceId', compact(chosen[2]))))

    def delete(self) -> None:
        chosen = self.some_meeting()
        if chosen:
            self.note(f'  {self.organizer.user} deletes {text(chosen[1], "Calendar:Subject")}')
            self.organizer.write(E('AirSync:Delete', E('AirSync:ServerId', chosen[0])))
            self.organizer.device.held(self.organizer.calendar).items.pop(chosen[0])

    # ------------------------------------------------------------------ who is invited

    def answer_mail(self, guest: Person) -> None:
        waiting = guest.requests()
        if waiting:
            server_id, item = self.choice.choice(waiting)
            word = self.choice.choice([ACCEPT, ACCEPT, TENTATIVE, DECLINE])
            guest.answer(server_id, item, word)

    def answer_item(self, guest: Person) -> None:
        self._answer_stored(guest, False)

    def answer_instance(self, guest: Person) -> None:
        self._answer_stored(guest, True)

    def _answer_stored(self, guest: Person, one_instance: bool) -> None:
        items = [pair for pair in sorted(guest.device.held(guest.calendar).items.items())
                 if text(pair[1], 'Calendar:MeetingStatus') == '3' and (not one_instance or 'Calendar:Recurrence' in pair[1])]
        if not items:
            return
        server_id, item = self.choice.choice(items)
        word, instance = self.choice.choice([ACCEPT, TENTATIVE, DECLINE]), None
        if one_instance:
            original = moment('X:' + text(item, 'Calendar:StartTime')) + self.choice.randrange(5) * WEEK
            instance = original.strftime('%Y-%m-%dT%H:%M:%S.000Z')
        guest.wait_for_another_second()
        self.note(f'  {guest.user} answers {text(item, "Calendar:Subject")} in the calendar with {word}, {instance or "all of it"}')
        result = guest.twice(lambda: respond(guest.device.client, word, collection=guest.calendar, request=server_id,
                                             instance=instance, send=[]))
        self.note(f'    Status {result.get("Result/Status")}')
        guest.answers += result.get('Result/Status') == '1'

    # ------------------------------------------------------------------ the end

    def settle(self) -> None:
        """All take what has come; what still waits for an answer is accepted."""
        self.note('settle')
        for _ in range(3):
            self.deliver()
            for guest in self.guests:
                guest.sync()
                for server_id, item in guest.requests():
                    guest.answer(server_id, item, ACCEPT)
            self.deliver()
            for person in (self.organizer, *self.guests):
                person.sync()
        for person in (self.organizer, *self.guests):
            before = person.device.held(person.calendar).sync_key
            person.sync()
            if person.device.held(person.calendar).sync_key != before:
                raise Disagreement(f'{person.user} has news when nothing happens')
        self.compare_mails()
        for guest in self.guests:
            self.compare(guest)

    def compare_mails(self) -> None:
        for guest in self.guests:
            mails = guest.scheduling_mails()
            for each in set(mails):
                if mails.count(each) > 1:
                    raise Disagreement(f'{guest.user} got {mails.count(each)} times: {each}')
        replies = [mail[0] for mail in self.organizer.scheduling_mails()]
        for guest in self.guests:
            if replies.count(guest.user) > guest.answers:  # fewer: who declines once more has nothing new to say
                raise Disagreement(f'{guest.user} answered {guest.answers} times, and sent {replies.count(guest.user)} mails')

    def compare(self, guest: Person) -> None:
        organized, known = self.organizer.meetings(), guest.meetings()
        for uid, meeting in known.items():
            if meeting.instances() and (uid not in organized or guest.user not in organized[uid].master.people()):
                raise Disagreement(f'{guest.user} still has {uid}: {meeting.instances()}')
        for uid, meeting in organized.items():
            status = meeting.master.people().get(guest.user)
            if status is None:
                continue
            if uid not in known:
                if status != 'DECLINED':
                    raise Disagreement(f'{guest.user} has no {uid}, but is {status}')
                continue
            own, theirs = known[uid].instances(), meeting.instances()
            for original in {*own, *theirs}:
                is_declined = original not in own and meeting.status_at(original, guest.user) == 'DECLINED'
                if own.get(original) != theirs.get(original) and not is_declined:
                    raise Disagreement(f'{guest.user}, {uid}, instance {original}: {own.get(original)}, but the organizer has '
                                       f'{theirs.get(original)}')
            mine = known[uid].status_at(None, guest.user) or 'DECLINED'  # instances alone may be left
            if mine != status:
                raise Disagreement(f'{guest.user} is {mine} for {uid}, but the organizer knows of {status}')
