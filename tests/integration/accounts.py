"""A test's user: its phones, its mail by IMAP and LMTP."""
from __future__ import annotations

import base64
import contextlib
import datetime
import email.message
import email.policy
import email.utils
import imaplib
import os
import re
from pathlib import Path
from typing import Iterator, Optional

from eas_client import Client, Device
from private_instance import Instance


class Calendars:
    """A user's directory of calendars, as another program on the server sees it."""

    def __init__(self, instance: Instance, user: str):
        self.instance, self.root = instance, instance.calendar_root / user

    def collection(self, name: str, *, displayname: Optional[str] = None, kinds: str = '') -> Path:
        """The directory of a collection; made, with what it is for, if it is not there."""
        directory = self.root / name
        for path in (self.root, directory):
            if not path.exists():
                path.mkdir(mode=0o700)
                self._give(path)
        if displayname is not None:
            self.write(directory / 'displayname', displayname)
        if kinds:
            self.write(directory / '.components', kinds)
        return directory

    def write(self, path: Path, text: str) -> None:
        """As editors do: a file beside it, renamed."""
        temporary = path.parent / f'.{path.name}.new'
        temporary.write_bytes(text.encode())
        self._give(temporary)
        temporary.rename(path)

    def put(self, name: str, file_name: str, text: str) -> Path:
        """A file in a collection."""
        path = self.collection(name) / file_name
        self.write(path, text)
        return path

    def files(self, name: str) -> dict[str, str]:
        return {path.name: path.read_bytes().decode() for path in sorted((self.root / name).glob('*.ics'))}

    def _give(self, path: Path) -> None:
        if os.geteuid() == 0:
            os.chown(path, self.instance.uid, self.instance.gid)


class Account:
    def __init__(self, instance: Instance, user: str):
        self.instance, self.user, self.password = instance, user, instance.password
        self.clients: list[Client] = []
        self.expected_errors: list[str] = []

    def close(self) -> None:
        for client in self.clients:
            client.close()

    def expect_error(self, pattern: str) -> None:
        """A line of the log that a test provokes on purpose."""
        self.expected_errors.append(pattern)

    def expects(self, line: str) -> bool:
        return any(re.search(pattern, line) for pattern in self.expected_errors)

    # ------------------------------------------------------------------ the phone's side

    def client(self, version: str = '14.1', *, user: Optional[str] = None, password: Optional[str] = None,
               tls: bool = False, **arguments) -> Client:
        arguments.setdefault('device_id', f'Device{len(self.clients) + 1}')
        port = self.instance.ports['EAS_HTTPS_PORT' if tls else 'EAS_HTTP_PORT']
        client = Client(port, user or self.user, password or self.password, version=version, tls=tls, **arguments)
        self.clients.append(client)
        return client

    def phone(self, version: str = '14.1', **arguments) -> Device:
        """A device that knows its folders."""
        device = Device(self.client(version, **arguments))
        device.folder_sync()
        return device

    @contextlib.contextmanager
    def parking(self, *devices: Device) -> Iterator[None]:
        """Each device sends a request in here; at the end all of them wait on the server."""
        start = len(self.instance.log())
        yield
        for device in devices:
            self.instance.wait_for_log(rf'{re.escape(self.user)}.* device={device.client.device_id} .* waits=', start)

    # ------------------------------------------------------------------ the server's side

    @property
    def calendars(self) -> Calendars:
        return Calendars(self.instance, self.user)

    def busy_processes(self) -> int:
        """How many `eas` processes of the server serve somebody: their column available_count is 0."""
        table = self.instance.dovecot.doveadm('-f', 'tab', 'process', 'status', 'eas').splitlines()[1:]
        return sum(line.split('\t')[2] == '0' for line in table)

    @contextlib.contextmanager
    def imap(self, mailbox: Optional[str] = None) -> Iterator[imaplib.IMAP4]:
        connection = self.instance.imap(self.user, self.password)
        try:
            if mailbox is not None:
                check(connection.select(quoted(mailbox)))
            yield connection
        finally:
            connection.logout()

    def deliver(self, subject: str = 'Hello', text: str = 'A short text.\n', **arguments) -> None:
        self.instance.deliver(self.user, make_message(subject, text, to=self.user, **arguments))

    def deliver_raw(self, message: bytes) -> None:
        self.instance.deliver(self.user, message)

    def append(self, message: bytes, mailbox: str = 'INBOX', flags: str = '',
               received: Optional[datetime.datetime] = None) -> None:
        with self.imap() as connection:
            check(connection.append(quoted(mailbox), f'({flags})', received, message))

    def append_many(self, count: int, mailbox: str = 'INBOX', subject: str = 'Message {}') -> None:
        with self.imap() as connection:
            for number in range(count):
                message = make_message(subject.format(number), f'Text {number}.\n', to=self.user)
                check(connection.append(quoted(mailbox), '()', None, message))

    def flags(self, mailbox: str = 'INBOX') -> dict[str, set[str]]:
        """Subject -> flags."""
        found = {}
        with self.imap() as connection:
            if check(connection.select(quoted(mailbox))) == [b'0']:
                return found
            for data in check(connection.fetch('1:*', '(FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])')):
                if isinstance(data, tuple):
                    subject = email.message_from_bytes(data[1], policy=email.policy.default)['Subject']
                    found[subject] = {flag.decode() for flag in imaplib.ParseFlags(data[0])}
        return found

    def store(self, subject: str, change: str, flags: str, mailbox: str = 'INBOX') -> None:
        """change is +FLAGS or -FLAGS."""
        with self.imap(mailbox) as connection:
            numbers = check(connection.search(None, f'SUBJECT "{subject}"'))[0].decode().replace(' ', ',')
            check(connection.store(numbers, change, f'({flags})'))

    def expunge(self, *subjects: str, mailbox: str = 'INBOX') -> None:
        with self.imap(mailbox) as connection:
            for subject in subjects:
                numbers = check(connection.search(None, f'SUBJECT "{subject}"'))[0].decode().replace(' ', ',')
                check(connection.store(numbers, '+FLAGS', r'(\Deleted)'))
            check(connection.expunge())


def check(answer):
    """The data of an imaplib answer that has to be OK."""
    status, data = answer
    assert status == 'OK', data
    return data


def quoted(mailbox: str) -> str:
    """As IMAP writes a mailbox: modified UTF-7 (RFC 3501 5.1.3), quoted."""
    def shift(match: re.Match) -> str:
        encoded = match.group().encode('utf-16-be')
        return '&' + base64.b64encode(encoded).decode().rstrip('=').replace('/', ',') + '-'

    name = re.sub('[^\x20-\x7e]+', shift, mailbox.replace('&', '&-'))
    return '"' + name.replace('\\', '\\\\').replace('"', '\\"') + '"'


def make_message(subject: str, text: str = 'A short text.\n', *, to: str = 'somebody@demo.example',
                 sender: str = 'Sender <sender@elsewhere.example>', html: Optional[str] = None,
                 attachments: Optional[list[tuple[str, str, bytes]]] = None, cc: Optional[str] = None,
                 fields: Optional[dict[str, str]] = None) -> bytes:
    """A correct message. `attachments` are (name, content type, bytes)."""
    message = email.message.EmailMessage(policy=email.policy.SMTP)
    message['From'], message['To'], message['Subject'] = sender, to, subject
    if cc:
        message['Cc'] = cc
    message['Date'] = email.utils.formatdate()
    message['Message-ID'] = email.utils.make_msgid(domain='elsewhere.example')
    for name, value in (fields or {}).items():
        message[name] = value
    message.set_content(text)
    if html is not None:
        message.add_alternative(html, subtype='html')
    for name, content_type, data in attachments or []:
        message.add_attachment(data, *content_type.split('/'), filename=name)
    return bytes(message)
