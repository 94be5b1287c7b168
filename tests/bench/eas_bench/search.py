"""Search over a large mailbox with an FTS plugin, against IMAP's SEARCH on the same index; and without one."""
from __future__ import annotations

import argparse
import imaplib
import re
import time
from pathlib import Path

from eas_client import E
from eas_client.client import body_preference
from private_instance import Instance
from private_instance.processes import StartError
from private_instance.software import DOVECOT_MODULES

from . import phones
from .figures import Table, median
from .instances import Workshop
from .mailboxes import fill

TARGET_RATIO = 3
RUNS, PAGE = 7, '0-24'
SETTINGS = '''
plugin {
  fts = xapian
  fts_xapian = partial=3 full=20
  fts_enforced = yes
}
'''
# In one message of so many: words that find a few, and words that find a part of the mailbox.
RARE, COMMON = 5000, 10


def measure(workshop: Workshop, options: argparse.Namespace, table: Table) -> None:
    if not Path(DOVECOT_MODULES, 'lib21_fts_xapian_plugin.so').exists():
        raise StartError('the bench of search needs the package dovecot-fts-xapian')
    with workshop.instance('sdbox', mail_plugins='fts fts_xapian', extra=SETTINGS) as instance:
        user = instance.take_user()
        fill(instance, user, options.large, _message)
        with phones.client(instance, user, raw=True, timeout_seconds=300) as raw:
            connection = instance.imap(user)
            connection.select('INBOX')
            for name, word in (('rare', 'quokka'), ('common', 'wombat')):
                _compare(instance, raw, connection, name, [f'{word}{_letters(number)}' for number in range(RUNS)], table)
            connection.logout()


def _letters(number: int) -> str:
    """A number as a word of four letters: words of an index are not to be parts of each other."""
    return ''.join(chr(ord('a') + number // 26 ** power % 26) for power in range(4))


def _message(number: int, user: str) -> bytes:
    """With few header fields: the plugin takes half a millisecond to index each of them."""
    del user
    return (f'From: sender{number % 997}@elsewhere.example\nSubject: Message {number}\n\n'
            f'quokka{_letters(number % RARE)} wombat{_letters(number % COMMON)}\n').encode()


def _compare(instance: Instance, raw, connection: imaplib.IMAP4, name: str, words: list[str], table: Table) -> None:
    del instance
    eas, imap, hits = [], [], 0
    for word in words:
        began = time.monotonic()
        answer = raw.post('Search', E('Search:Search', E(
            'Search:Store', E('Search:Name', 'Mailbox'), E('Search:Query', E('Search:And', E('Search:FreeText', word))),
            E('Search:Options', E('Search:Range', PAGE), body_preference(1, 500)))))
        eas.append(time.monotonic() - began)
        began = time.monotonic()
        found = connection.uid('SEARCH', 'TEXT', word)[1][0].split()
        imap.append(time.monotonic() - began)
        total = re.search(rb'\x03(\d+)\x00\x01\x01\x01\x01$', answer.body)
        if not found or total is None or int(total.group(1)) != len(found):
            raise StartError(f'{word}: Search found {total and total.group(1)}, SEARCH {len(found)}')
        hits = len(found)
    table.add(f'search, FTS, a {name} word: times IMAP SEARCH', median(eas) / median(imap), '', TARGET_RATIO,
              f'{hits} found; {median(eas) * 1000:.1f} ms with the first 25 messages, against '
              f'{median(imap) * 1000:.1f} ms for their numbers')
