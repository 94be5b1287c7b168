"""Invitations as mail programs send them, the calendars of a test's user, and MeetingResponse."""
from __future__ import annotations

import base64
import datetime
import email
import email.policy
import quopri
import re
from pathlib import Path
from typing import Optional

from accounts import Account
from eas_client import E
from eas_client.client import Answer, Client

ACCEPT, TENTATIVE, DECLINE = 1, 2, 3


# One for the whole run, which may go on past the hour.
_IN_A_WEEK = datetime.datetime.now(datetime.timezone.utc).replace(minute=0, second=0, microsecond=0) + datetime.timedelta(days=7)


def soon(hours: int = 0) -> datetime.datetime:
    """A full hour in a week: invitations to the past are no invitations."""
    return _IN_A_WEEK + datetime.timedelta(hours=hours)


def compact(time: datetime.datetime) -> str:
    return time.strftime('%Y%m%dT%H%M%SZ')


def calendar(method: str, uid: str, organizer: str, attendee: str, *, summary: str = 'Planning',
             start: Optional[datetime.datetime] = None, sequence: int = 0, partstat: str = 'NEEDS-ACTION', stamp: str = '20260101T000000Z',
             more: str = '') -> str:
    """A scheduling message, lines ended by LF. `more` are lines of the event."""
    start = start or soon()
    return (f'BEGIN:VCALENDAR\nPRODID:-//Test//EN\nVERSION:2.0\nMETHOD:{method}\nBEGIN:VEVENT\nUID:{uid}\n'
            f'DTSTAMP:{stamp}\nDTSTART:{compact(start)}\n'
            f'DTEND:{compact(start + datetime.timedelta(minutes=30))}\nSUMMARY:{summary}\nSEQUENCE:{sequence}\n'
            f'ORGANIZER;CN=Organizer:mailto:{organizer}\n'
            f'ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT={partstat};RSVP=TRUE:mailto:{attendee}\n{more}'
            'END:VEVENT\nEND:VCALENDAR\n')


def imip(text: str, sender: str, to: str, subject: str = 'Invitation', *, form: str = 'exchange',
         charset: str = 'utf-8') -> bytes:
    """A mail with that calendar, in the form of a program: exchange (base64 in alternative), google
    (quoted-printable, and attached once more), thunderbird (8bit within mixed), bare (nothing else), file,
    nameless (METHOD is said of the part alone)."""
    method = re.search(r'METHOD:(\w+)', text).group(1)
    if form == 'nameless':
        text = re.sub('METHOD:.*\n', '', text)
    data = text.replace('\n', '\r\n').encode(charset)
    kind = f'Content-Type: text/calendar; charset="{charset}"; method={method}\r\n'
    base = kind + 'Content-Transfer-Encoding: base64\r\n\r\n' + base64.encodebytes(data).decode()
    printable = kind + 'Content-Transfer-Encoding: quoted-printable\r\n\r\n' + quopri.encodestring(data).decode()
    words = 'Content-Type: text/plain; charset=utf-8\r\n\r\nYou are invited.\r\n'
    file = ('Content-Type: application/ics; name="invite.ics"\r\nContent-Disposition: attachment; '
            'filename="invite.ics"\r\nContent-Transfer-Encoding: base64\r\n\r\n' + base64.encodebytes(data).decode())

    def multipart(subtype: str, *parts: str) -> str:
        boundary = f'=_{subtype}'
        return (f'Content-Type: multipart/{subtype}; boundary="{boundary}"\r\n\r\n'
                + ''.join(f'--{boundary}\r\n{part}\r\n' for part in parts) + f'--{boundary}--\r\n')

    body = {
        'exchange': lambda: multipart('alternative', words, base),
        'google': lambda: multipart('mixed', multipart('alternative', words, printable), file),
        'thunderbird': lambda: multipart('mixed', multipart('alternative', words, base), file),
        'bare': lambda: printable,
        'file': lambda: multipart('mixed', words, file),
        'nameless': lambda: multipart('alternative', words, printable),
    }[form]()
    return (f'From: <{sender}>\r\nTo: <{to}>\r\nSubject: {subject}\r\nDate: Mon, 02 Nov 2026 10:00:00 +0000\r\n'
            f'Message-ID: <{abs(hash((text, subject)))}@elsewhere.example>\r\nMIME-Version: 1.0\r\n{body}').encode()


def calendar_files(account: Account) -> list[Path]:
    return sorted(account.calendars.root.glob('**/*.ics'))


def stored(account: Account) -> list[str]:
    """The texts of the user's events, unfolded."""
    return [path.read_text(encoding='utf-8').replace('\r\n ', '').replace('\r\n', '\n')
            for path in calendar_files(account)]


def store(account: Account, text: str, name: str = 'event.ics') -> Path:
    """Puts an event into the user's default calendar, as another program would."""
    return account.calendars.put('calendar', name, re.sub('METHOD:.*\n', '', text).replace('\n', '\r\n'))


def respond(client: Client, response: int, *, collection: Optional[str] = None, request: Optional[str] = None,
            long_id: Optional[str] = None, instance: Optional[str] = None, send: Optional[list] = None) -> Answer:
    """`send` is the content of SendResponse; None: there is none."""
    return client.post('MeetingResponse', E('MeetingResponse:MeetingResponse', E(
        'MeetingResponse:Request', E('MeetingResponse:UserResponse', response),
        E('MeetingResponse:CollectionId', collection) if collection is not None else None,
        E('MeetingResponse:RequestId', request) if request is not None else None,
        E('Search:LongId', long_id) if long_id is not None else None,
        E('MeetingResponse:InstanceId', instance) if instance is not None else None,
        E('MeetingResponse:SendResponse', send) if send is not None else None)))


def calendar_of(message: email.message.EmailMessage) -> str:
    """The text/calendar part of a mail, unfolded."""
    part = next(part for part in message.walk() if part.get_content_type() == 'text/calendar')
    return part.get_content().replace('\r\n', '\n').replace('\n ', '')
