"""Search with an FTS plugin: Dovecot's index answers, and finds what reading the messages finds.

The plugin is Debian's fts_xapian; the tests are left out where it is not installed. (fts_squat, which comes with
Dovecot 2.3.19, crashes lmtp.) Words of less than three characters are not in its index.
"""
from __future__ import annotations

from pathlib import Path

import pytest

from accounts import make_message
from conftest import new_account, start_instance, stop_instance
from eas_client.client import body_preference
from private_instance.software import DOVECOT_MODULES
from test_search import DEEP, ODD_WORDS, WORDS, compared, found, free_text, in_folder, received, rows, store_status

# fts_enforced: a search that the index cannot answer fails; without it Dovecot would read the messages.
SETTINGS = '''
plugin {
  fts = xapian
  fts_xapian = partial=3 full=20
  fts_enforced = yes
}
'''


@pytest.fixture(scope='module', name='indexed')
def fixture_indexed():
    if not Path(DOVECOT_MODULES, 'lib21_fts_xapian_plugin.so').exists():
        pytest.skip('fts_xapian is not installed')
    instance = start_instance('sdbox', mail_plugins='fts fts_xapian', extra=SETTINGS)
    yield instance
    stop_instance(instance)


@pytest.fixture(name='user')
def fixture_user(indexed):
    yield from new_account(indexed)


@pytest.mark.parametrize('case', WORDS)
def test_words_are_found(user, case):
    subject, text, words = WORDS[case]
    user.deliver('Nothing of interest', 'Quite other words.\n', sender='a@b.example')
    user.deliver(subject, text)
    assert found(user.client().search(free_text(words))) == [subject]


@pytest.mark.parametrize('words', ODD_WORDS)
def test_odd_words_are_harmless(user, words):
    user.deliver('A message')
    client = user.client()
    assert store_status(client.search(free_text(words))) == '1'
    assert found(client.search(free_text('message'))) == ['A message']


def test_words_properties_and_dates_together(user):
    for day, subject in ((1, 'alpha beta'), (2, 'alpha gamma'), (3, 'gamma')):
        user.append(make_message(subject, 'A delta text.\n', to=user.user), received=received(day))
    client = user.client()
    assert found(client.search(free_text('alpha delta'))) == ['alpha gamma', 'alpha beta']
    assert found(client.search(free_text('delta NOT beta'))) == ['gamma', 'alpha gamma']
    assert found(client.search(free_text('-alpha'))) == ['gamma']
    assert found(client.search(free_text('subject:beta OR (subject:gamma -alpha)'))) == ['gamma', 'alpha beta']
    assert found(client.search(free_text('alpha'), compared('GreaterThan', '2026-03-01T12:00:00.000Z'))) == ['alpha gamma']


def test_new_mail_is_found_at_once_and_expunged_mail_no_more(user):
    client = user.client()
    for count, word in enumerate(('alpha', 'beta', 'gamma'), 1):
        user.deliver(f'fresh {word}')
        assert len(found(client.search(free_text('fresh')))) == count
    user.expunge('beta')
    assert sorted(found(client.search(free_text('fresh')))) == ['fresh alpha', 'fresh gamma']


def test_folders_and_pages(user):
    with user.imap() as connection:
        connection.create('Work/Deep')
    for day, mailbox in enumerate(('INBOX', 'Work/Deep', 'INBOX', 'Work/Deep'), 1):
        user.append(make_message(f'paged {day}', to=user.user), mailbox, received=received(day))
    phone = user.phone()
    work = next(server_id for server_id, folder in phone.folders.items() if folder.name == 'Work')
    client = phone.client
    assert found(client.search(in_folder(work), free_text('paged'), options=[DEEP])) == ['paged 4', 'paged 2']
    assert found(client.search(free_text('paged'), options=[rows('0-1'), body_preference(1)])) == ['paged 4', 'paged 3']
    assert found(client.search(free_text('paged'), options=[rows('2-3')])) == ['paged 2', 'paged 1']
