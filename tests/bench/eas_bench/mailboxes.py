"""Mailboxes of many messages, quickly: Maildir files written as Dovecot would have written them; for the other
formats IMAP's APPEND of a thousand messages at a time. The messages are small and shaped as people's mail is; a
number makes each of them unlike the others, and always the same.
"""
from __future__ import annotations

import imaplib
import os
import quopri
import random
import subprocess
import time
from pathlib import Path
from typing import Callable

from private_instance import Instance
from private_instance.processes import StartError

WORDS = ('meeting project invoice regards please find attached report Thursday budget lunch draft review customer '
         'delivery question answer tomorrow office Grüße Straße größer schedule minutes train ticket photo').split()
# The class of a message's structure and how often it occurs.
SHAPES = ('alternative', 'alternative', 'alternative', 'html', 'plain', 'mixed')
HEADERS = '''Return-Path: <sender{number}@elsewhere.example>
Delivered-To: {user}
Received: from mail.elsewhere.example (mail.elsewhere.example [192.0.2.{byte}])
\tby mx.demo.example (Postfix) with ESMTPS id {number:08X}
\tfor <{user}>; {date}
DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=elsewhere.example; s=mail; t=1760000000;
\tbh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; h=From:To:Subject:Date;
\tb={noise}
From: "Sender {byte}, Elsewhere" <sender{number}@elsewhere.example>
To: {user}
Cc: Team <team@elsewhere.example>, Somebody Else <else@elsewhere.example>
Subject: =?utf-8?Q?Nachricht_{number}_f=C3=BCr?= {subject}
Date: {date}
Message-ID: <{number}.{noise:.12}@elsewhere.example>
References: <{number}.first@elsewhere.example> <{number}.second@elsewhere.example>
X-Mailer: Bench 1.0
MIME-Version: 1.0
'''


def message(number: int, user: str) -> bytes:
    """3 to 8 KB, lines end with LF as in a Maildir."""
    chance = random.Random(number)
    text = _text(chance, 150)
    plain = _part('text/plain', text)
    html = _part('text/html', '<html><head><style>p { margin: 0 }</style></head><body>' + ''.join(
        f'<p class="MsoNormal" style="color:#333">{_text(chance, 40)}</p>\n' for _ in range(5)) + '</body></html>')
    shape = SHAPES[number % len(SHAPES)]
    body = {'plain': plain, 'html': html, 'alternative': _multipart('alternative', plain, html)}.get(shape)
    if body is None:
        file = 'Content-Type: application/pdf; name="report.pdf"\nContent-Transfer-Encoding: base64\n' \
               'Content-Disposition: attachment; filename="report.pdf"\n\n' + _noise(chance, 1500) + '\n'
        body = _multipart('mixed', _multipart('alternative', plain, html), file)
    head = HEADERS.format(user=user, number=number, byte=number % 250, noise=_noise(chance, 140),
                          subject=' '.join(chance.choices(WORDS[:15], k=4)), date=_date(number))
    return (head + body).encode()


def small_message(number: int, user: str) -> bytes:
    return (f'From: sender{number % 997}@elsewhere.example\nTo: {user}\nSubject: Message {number}\n'
            f'Date: {_date(number)}\nMessage-ID: <{number}@elsewhere.example>\n\nText {number}.\n').encode()


def _date(number: int) -> str:
    return time.strftime('%a, %d %b %Y %H:%M:%S +0000', time.gmtime(_received(number)))


def _received(number: int) -> int:
    return 1_700_000_000 + number * 300


def _text(chance: random.Random, words: int) -> str:
    return ' '.join(chance.choices(WORDS, k=words))


def _noise(chance: random.Random, length: int) -> str:
    letters = ''.join(chance.choices('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/', k=length))
    return '\n\t'.join(letters[at:at + 70] for at in range(0, length, 70)) if length < 200 else \
        '\n'.join(letters[at:at + 76] for at in range(0, length // 4 * 4, 76))


def _part(content_type: str, text: str) -> str:
    encoded = quopri.encodestring(text.encode()).decode()
    return f'Content-Type: {content_type}; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n{encoded}\n'


def _multipart(subtype: str, *parts: str) -> str:
    boundary = f'=_{subtype}'
    return f'Content-Type: multipart/{subtype}; boundary="{boundary}"\n\n' + \
        ''.join(f'--{boundary}\n{part}' for part in parts) + f'--{boundary}--\n'


def fill(instance: Instance, user: str, count: int, make: Callable[[int, str], bytes] = message,
         unread: Callable[[int], bool] = lambda number: number % 10 == 0) -> None:
    """Puts `count` messages into the user's empty Inbox, and has an IMAP client look at it: else Dovecot takes the
    messages for recent and looks for them in Maildir's `new`."""
    if instance.options.mail_format == 'maildir':
        home = instance.mail_root / user
        _write_maildir(home / 'Maildir', count, lambda number: make(number, user), unread)
        if os.geteuid() == 0:
            subprocess.run(['chown', '-R', f'{instance.uid}:{instance.gid}', home], check=True)
    else:
        for start in range(1, count + 1, 1000):
            _append(instance, user, range(start, min(start + 1000, count + 1)), make, unread)
    instance.dovecot.doveadm('index', '-u', user, 'INBOX')
    connection = instance.imap(user)
    connection.select('INBOX')
    connection.logout()


def _append(instance: Instance, user: str, numbers: range, make: Callable[[int, str], bytes],
            unread: Callable[[int], bool]) -> None:
    """All in one command: RFC 3502, with literals of RFC 7888."""
    connection = instance.imap(user)
    command = [b'x APPEND INBOX']
    for number in numbers:
        data = make(number, user).replace(b'\n', b'\r\n')
        date = imaplib.Time2Internaldate(_received(number))
        flags = '()' if unread(number) else r'(\Seen)'
        command.append(f' {flags} {date} {{{len(data)}+}}\r\n'.encode() + data)
    connection.send(b''.join(command) + b'\r\n')
    if not (answer := connection.readline()).startswith(b'x OK'):
        raise StartError(f'APPEND: {answer!r}')
    connection.logout()


def _write_maildir(maildir: Path, count: int, make: Callable[[int], bytes], unread: Callable[[int], bool]) -> None:
    for name in ('cur', 'new', 'tmp'):
        (maildir / name).mkdir(parents=True)
    for number in range(1, count + 1):
        data = make(number)
        size, size_with_crlf = len(data), len(data) + data.count(b'\n')
        name = f'{_received(number)}.M{number:06}P1.bench,S={size},W={size_with_crlf}:2,{"" if unread(number) else "S"}'
        path = f'{maildir}/cur/{name}'
        with open(path, 'wb') as file:
            file.write(data)
        os.utime(path, (_received(number), _received(number)))


def forget_cache(instance: Instance, user: str) -> None:
    """Removes what Dovecot remembers of messages' contents (dovecot.index.cache), so that it reads them anew."""
    for path in (instance.mail_root / user).rglob('dovecot.index.cache'):
        path.unlink()
