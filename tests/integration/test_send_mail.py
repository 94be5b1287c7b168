"""SendMail: MS-ASCMD 2.2.1.17. The recipients are users of the same instance, behind a real SMTP server."""
from __future__ import annotations

import email
import email.policy
import socket
import threading
import time

import pytest

from accounts import Account, check, make_message
from conftest import start_instance, stop_instance
from eas_client import E
from private_instance.processes import wait_until


def sent_by(account: Account, subject: str, to: str, text: str = 'A short text.\n', **arguments) -> bytes:
    return make_message(subject, text, to=to, sender=account.user, **arguments)


def received(account: Account, subject: str, mailbox: str = 'INBOX', seconds: float = 60):
    """The message of that subject once it is there."""
    assert wait_until(lambda: subject in account.flags(mailbox), seconds, 0.1), f'{subject!r} did not arrive'
    with account.imap(mailbox) as connection:
        number = check(connection.search(None, f'SUBJECT "{subject}"'))[0].split()[-1]
        data = check(connection.fetch(number, '(BODY.PEEK[])'))
        return email.message_from_bytes(data[0][1].replace(b'\r\n', b'\n'), policy=email.policy.default)


def count(account: Account, subject: str, mailbox: str = 'INBOX') -> int:
    with account.imap(mailbox) as connection:
        return len(check(connection.search(None, f'SUBJECT "{subject}"'))[0].split())


def accepted(answer) -> bool:
    """An empty answer is success (MS-ASCMD 2.2.1.17)."""
    return answer.status == 200 and (answer.document is None or answer.get('Status') == '1')


def test_a_message_is_delivered_and_saved(account, other_account, version):
    device = account.phone(version)
    answer = device.send_mail(sent_by(account, 'From a phone', other_account.user, 'Grüße\n'))
    assert accepted(answer) and answer.body == b''
    message = received(other_account, 'From a phone')
    assert message.get_content() == 'Grüße\n'
    assert account.user in message['From']
    assert r'\Seen' in account.flags('Sent')['From a phone']


def test_save_in_sent_items_is_optional(account, other_account, version):
    device = account.phone(version)
    assert accepted(device.send_mail(sent_by(account, 'Unsaved', other_account.user), save_in_sent=False))
    received(other_account, 'Unsaved')
    assert account.flags('Sent') == {}


def test_save_in_sent_of_the_base64_query(account, other_account):
    device = account.phone('12.1', query_form='base64')
    assert accepted(device.send_mail(sent_by(account, 'By option bit', other_account.user)))
    received(other_account, 'By option bit')
    assert 'By option bit' in account.flags('Sent')


def test_cc_and_bcc_get_it_and_nobody_sees_bcc(account, other_account, maildir):
    third = Account(maildir, maildir.take_user())
    message = sent_by(account, 'Blind copy', 'Friend <' + account.user + '>', cc=other_account.user,
                      fields={'Bcc': third.user})
    assert accepted(account.phone().send_mail(message))
    for reader in (account, other_account, third):
        got = received(reader, 'Blind copy')
        assert got['Bcc'] is None and third.user not in str(got)


def test_a_client_id_sends_once_only(account, other_account):
    client = account.client()
    message = sent_by(account, 'Only once', other_account.user)
    assert accepted(client.send_mail(message, client_id='same-1'))
    received(other_account, 'Only once')
    client.close()
    again = client.send_mail(message, client_id='same-1')
    # MS-ASCMD 2.2.2: 118 says that it was sent before; an empty answer is as good for the client.
    assert accepted(again) or again.get('Status') == '118'
    time.sleep(0.5)
    assert count(other_account, 'Only once') == 1
    assert count(account, 'Only once', 'Sent') == 1


def test_another_client_id_sends_again(account, other_account):
    client = account.client()
    message = sent_by(account, 'Twice', other_account.user)
    for client_id in ('first', 'second'):
        assert accepted(client.send_mail(message, client_id=client_id))
    assert wait_until(lambda: count(other_account, 'Twice') == 2, 60, 0.1)


def test_without_a_client_id_it_is_refused(account, other_account):
    answer = account.client().post('SendMail', E('ComposeMail:SendMail', E(
        'ComposeMail:Mime', sent_by(account, 'No id', other_account.user))))
    assert answer.get('Status') in ('102', '103', '105')
    time.sleep(0.3)
    assert count(other_account, 'No id') == 0


def test_an_unknown_recipient_has_a_status_and_nothing_is_saved(account):
    client = account.client()
    answer = client.send_mail(sent_by(account, 'To nobody', 'nobody-here@demo.example'), client_id='n')
    assert answer.get('Status') in ('116', '120')
    assert account.flags('Sent') == {}


def test_before_14_0_a_refusal_is_an_http_status(account):
    answer = account.client('12.1').send_mail(sent_by(account, 'To nobody', 'nobody-here@demo.example'), client_id='')
    assert answer.status in (500, 503, 507) or answer.status == 400
    assert account.flags('Sent') == {}


def test_without_recipients_it_has_status_119(account):
    message = b'From: me@demo.example\r\nSubject: nobody\r\n\r\nx\r\n'
    assert account.client().send_mail(message, client_id='n').get('Status') == '119'


@pytest.mark.parametrize('mime', [b'', b'\0\0\0', b'no header at all'])
def test_what_is_no_message_is_refused(account, mime):
    answer = account.client().send_mail(mime, client_id='n')
    assert answer.status == 400 or answer.get('Status') in ('101', '102', '103', '107', '119', '120')


def test_missing_fields_are_added(account, other_account):
    message = f'To: {other_account.user}\r\nSubject: Bare\r\n\r\nx\r\n'.encode()
    assert accepted(account.client().send_mail(message, client_id='b'))
    got = received(other_account, 'Bare')
    assert account.user in got['From'] and got['Date'] and got['Message-ID']


def test_8bit_and_long_messages_arrive_unchanged(account, other_account):
    text = 'Größe\n' * 20000
    message = (f'From: {account.user}\r\nTo: {other_account.user}\r\nSubject: Long\r\nMIME-Version: 1.0\r\n'
               'Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n').encode() + \
        text.replace('\n', '\r\n').encode()
    assert accepted(account.client().send_mail(message, client_id='l'))
    assert received(other_account, 'Long').get_content() == text


def test_lines_that_are_dots_survive(account, other_account):
    assert accepted(account.client().send_mail(sent_by(account, 'Dots', other_account.user, '.\n..\n.x\nend\n'), client_id='d'))
    assert received(other_account, 'Dots').get_content() == '.\n..\n.x\nend\n'


def test_line_feeds_without_carriage_returns(account, other_account):
    message = sent_by(account, 'Line feeds', other_account.user).replace(b'\r\n', b'\n')
    assert accepted(account.client().send_mail(message, client_id='f'))
    assert received(other_account, 'Line feeds').get_content() == 'A short text.\n'


def test_an_internationalized_address(account, maildir):
    user = maildir.add_user(f'jürgen{time.time_ns()}@demo.example')
    message = (f'From: {account.user}\r\nTo: =?utf-8?q?J=C3=BCrgen?= <{user}>\r\nSubject: International\r\n\r\nx\r\n').encode()
    assert accepted(account.client().send_mail(message, client_id='i'))
    # Dovecot's LMTP server takes no such addresses, so it ends at the SMTP server, which took it by SMTPUTF8.
    log = maildir.directory / 'submission/log/main.log'
    assert wait_until(lambda: user in log.read_text(), 60)
    assert 'P=utf8' in log.read_text()


def test_a_message_over_the_servers_limit_is_refused(account, other_account):
    message = sent_by(account, 'Too large', other_account.user) + (b'x' * 70 + b'\r\n') * 500_000
    answer = account.client('12.1').send_mail(message, client_id='')
    assert answer.status in (413, 500, 507)
    assert count(other_account, 'Too large') == 0


def test_while_the_smtp_server_is_away_the_phone_tries_again(account, other_account, maildir):
    account.expect_error(r'(?i)smtp|submission|connect')
    maildir.submission.stop()
    try:
        client = account.client()
        answer = client.send_mail(sent_by(account, 'Later', other_account.user), client_id='later')
        assert answer.status == 503 or answer.get('Status') in ('110', '111', '120')
        assert account.flags('Sent') == {}
    finally:
        maildir.submission.start(maildir.ports['SUBMISSION_PORT'])
    assert accepted(client.send_mail(sent_by(account, 'Later', other_account.user), client_id='later'))
    received(other_account, 'Later')


def test_the_sent_message_reaches_other_devices_by_sync(account, other_account):
    device, watcher = account.phone(), account.phone()
    sent = watcher.folder('Sent')
    watcher.sync_all(sent)
    assert accepted(device.send_mail(sent_by(account, 'Seen elsewhere', other_account.user)))
    assert len(watcher.sync_all(sent).items) == 1


class ChunkingServer:
    """A server of RFC 3030 that keeps what it gets, byte by byte."""

    def __init__(self):
        self.socket = socket.create_server(('127.0.0.1', 0))
        self.messages: list[bytes] = []
        self.parameters: list[bytes] = []
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def address(self) -> str:
        return '127.0.0.1:%d' % self.socket.getsockname()[1]

    def _serve(self) -> None:
        with self.socket.accept()[0] as connection, connection.makefile('rwb') as stream:
            data, answer = b'', b'220 here'
            while answer:
                stream.write(answer + b'\r\n')
                stream.flush()
                command = stream.readline().upper().split()
                answer = b'250 2.0.0 yes'
                if not command or command[0] == b'QUIT':
                    answer = b''
                elif command[0] == b'EHLO':
                    answer = b'250-here\r\n250-SIZE 1000000\r\n250 CHUNKING'
                elif command[0] == b'MAIL':
                    self.parameters = command
                elif command[0] == b'BDAT':
                    data += stream.read(int(command[1]))
                    if b'LAST' in command:
                        self.messages.append(data)


def test_lines_of_a_message_end_with_crlf_in_chunks_too():
    """RFC 5321 2.3.8."""
    server = ChunkingServer()
    instance = start_instance(extra=f'submission_host = {server.address}\n')
    try:
        account = Account(instance, instance.take_user())
        text = 'one\n.\n\nMAIL FROM:<x@example.com>\r\nlast\r\n' + 'long ' * 5000 + '\n'
        mime = f'From: {account.user}\nTo: x@example.com\nSubject: LF\nMessage-ID: <a@b>\n\n{text}'
        assert accepted(account.phone().send_mail(mime.encode()))
        (message,) = server.messages
        assert message.endswith(text.replace('\r\n', '\n').replace('\n', '\r\n').encode())
        assert b'\n' not in message.replace(b'\r\n', b'')
        assert b'SIZE=%d' % len(message) in server.parameters
        account.close()
    finally:
        stop_instance(instance)
