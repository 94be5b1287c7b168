"""Search: MS-ASCMD 2.2.1.16."""
from __future__ import annotations

import datetime

import pytest

from accounts import check, make_message, quoted
from eas_client import E
from eas_client.client import body_preference

WORDS = {
    'umlauts': ('Grüße aus Köln', 'Ein schöner Äquator.\n', 'schöner'),
    'in another case': ('Über Straßen', 'Text.\n', 'ÜBER'),
    'CJK': ('会议安排', '请参加明天的会议。\n', '明天的会议'),
    'a quote inside': ('The "quarterly" report', 'Text.\n', 'quarterly'),
    'a phrase': ('About it', 'The annual report, in two\nlines.\n', '"annual report"'),
    'a backslash': ('Path C:\\temp\\new', 'Text.\n', 'C:\\temp'),
    'an address': ('Something', 'Text.\n', 'sender@elsewhere.example'),
    'only in the body': ('Something else', 'The zephyr blows.\n', 'zephyr'),
}


def free_text(words: str):
    return E('Search:FreeText', words)


def compared(how: str, instant: str):
    return E(f'Search:{how}', E('Email:DateReceived'), E('Search:Value', instant))


def in_folder(folder: str):
    return E('AirSync:CollectionId', folder)


def rows(text: str):
    return E('Search:Range', text)


REBUILD, DEEP = E('Search:RebuildResults'), E('Search:DeepTraversal')


def found(answer, status: str = '1') -> list[str]:
    """The subjects, in their order."""
    store = answer.expect().document.find('Response/Store')
    assert answer.get('Status') == '1' and store.get('Status') == status
    elements = list(store.findall('Result'))
    results = [result for result in elements if result.children]
    if status == '1':
        assert results == elements or len(elements) == 1
        assert bool(results) == (store.find('Range') is not None)
    return [result.get('Properties/Subject') for result in results]


def store_status(answer) -> str:
    assert answer.expect().get('Status') == '1'
    return answer.get('Response/Store/Status')


@pytest.fixture(name='phone')
def fixture_phone(account):
    return account.phone()


def subfolder(account, name: str) -> None:
    with account.imap() as connection:
        check(connection.create(quoted(name)))


def received(day: int) -> datetime.datetime:
    return datetime.datetime(2026, 3, day, 12, tzinfo=datetime.timezone.utc)


@pytest.mark.parametrize('case', WORDS)
def test_words_are_found(stored, case):
    subject, text, words = WORDS[case]
    stored.deliver('Nothing of interest', 'Quite other words.\n', sender='a@b.example')
    stored.deliver(subject, text)
    assert found(stored.client().search(free_text(words))) == [subject]


def test_all_words_must_be_there(account):
    account.deliver('alpha one')
    account.deliver('alpha beta')
    account.deliver('beta alpha, not side by side')
    client = account.client()
    assert sorted(found(client.search(free_text('alpha beta')))) == ['alpha beta', 'beta alpha, not side by side']
    assert found(client.search(free_text('"alpha beta"'))) == ['alpha beta']
    assert found(client.search(free_text('alpha NOT beta'))) == ['alpha one']
    assert found(client.search(free_text('subject:one OR subject:side'))) == ['beta alpha, not side by side', 'alpha one']


def test_words_of_trace_fields_are_not_found(account):
    account.deliver_raw(b'Received: from gargantua.example\r\nX-Odd: gargantua\r\n' + make_message('Plain', to=account.user))
    assert found(account.client().search(free_text('gargantua'))) == []


ODD_WORDS = ['"', '(', ')', '(((', '"unclosed phrase', '\\', '*', '-', '--', 'AND', 'OR', 'NOT', ':', 'from:',
             'received:yesterday', '%s%n', "'; DROP", '\N{PILE OF POO}', '{10}', '\x7f', 'a\tb\r\nc', '<b>']


@pytest.mark.parametrize('words', ODD_WORDS)
def test_odd_words_are_harmless(account, words):
    account.deliver('A message')
    client = account.client()
    assert store_status(client.search(free_text(words))) == '1'
    assert found(client.search(free_text('message'))) == ['A message']


@pytest.mark.parametrize('words', ['x' * 100_000, 'word ' * 100, '(' * 1000 + 'a', 'Grüße' * 10_000])
def test_too_long_a_query_is_too_complex(account, words):
    assert store_status(account.client().search(free_text(words))) == '8'


def test_nothing_found_is_an_empty_result(account):
    answer = account.client().search(free_text('nowhere'))
    assert found(answer) == []
    assert answer.get('Response/Store/Total') == '0'


def test_results_say_what_sync_says(account, phone, version):
    account.deliver_raw(make_message('Same', 'The text.\n', to=account.user, html='<p>The <b>text</b>.</p>', cc='Third <c@c.example>',
                                     attachments=[('file.txt', 'text/plain', b'data')]))
    phone.client.version = version
    (server_id, item), = phone.sync_all(phone.inbox(), options=[body_preference(2)]).items.items()
    del server_id
    result = phone.client.search(free_text('Same'), options=[body_preference(2)]).expect().document.find('Response/Store/Result')
    assert result.get('Class') == 'Email' and result.get('CollectionId') == phone.inbox()
    assert {element.tag: str(element) for element in result.find('Properties')} == \
        {tag: str(element) for tag, element in item.items()}


def test_truncated_bodies(account):
    account.deliver('Long', 'word ' * 1000)
    result = account.client().search(free_text('Long'), options=[body_preference(1, 50)]).expect().document.find('Response/Store/Result')
    assert result.get('Properties/Body/Truncated') == '1'
    assert len(result.get('Properties/Body/Data')) <= 50


def test_newest_first_over_several_folders(stored):
    subfolder(stored, 'Archive')
    for day, mailbox in ((3, 'INBOX'), (5, 'Archive'), (4, 'INBOX'), (1, 'Archive'), (2, 'INBOX')):
        stored.append(make_message(f'Day {day}', to=stored.user), mailbox, received=received(day))
    assert found(stored.client().search(free_text('Day'))) == [f'Day {day}' for day in (5, 4, 3, 2, 1)]


def test_ranges_of_the_same_search(stored):
    for day in range(1, 13):
        stored.append(make_message(f'Day {day}', to=stored.user), received=received(day))
    client = stored.client()
    first = client.search(free_text('Day'), options=[rows('0-4')])
    assert found(first) == [f'Day {day}' for day in (12, 11, 10, 9, 8)]
    assert (first.get('Response/Store/Range'), first.get('Response/Store/Total')) == ('0-4', '12')
    last = client.search(free_text('Day'), options=[rows('10-19')])
    assert found(last) == ['Day 2', 'Day 1'] and last.get('Response/Store/Range') == '10-11'


def test_new_mail_does_not_move_the_pages(account):
    for day in range(1, 7):
        account.append(make_message(f'Day {day}', to=account.user), received=received(day))
    client = account.client()
    assert found(client.search(free_text('Day'), options=[rows('0-1')])) == ['Day 6', 'Day 5']
    account.append(make_message('Day 7', to=account.user), received=received(7))
    assert found(client.search(free_text('Day'), options=[rows('2-3')])) == ['Day 4', 'Day 3']
    assert found(client.search(free_text('Day'), options=[rows('2-3'), REBUILD])) == ['Day 5', 'Day 4']
    assert found(client.search(free_text('Day'), options=[rows('0-1')])) == ['Day 7', 'Day 6']


def test_what_is_expunged_is_left_out_of_later_pages(account):
    for day in range(1, 5):
        account.append(make_message(f'Day {day}', to=account.user), received=received(day))
    client = account.client()
    assert found(client.search(free_text('Day'), options=[rows('0-0')])) == ['Day 4']
    account.expunge('Day 2')
    assert found(client.search(free_text('Day'), options=[rows('1-3')])) == ['Day 3', 'Day 1']


def test_a_page_without_a_search_before_it(account):
    for day in range(1, 5):
        account.append(make_message(f'Day {day}', to=account.user), received=received(day))
    assert found(account.client().search(free_text('Day'), options=[rows('2-3')])) == ['Day 2', 'Day 1']


@pytest.mark.parametrize('text, status', [('0-100', '12'), ('100-199', '12'), ('5-9', '12'), ('0-99', '1'), ('0-0', '1'),
                                          ('3-1', '2'), ('x', '2'), ('1', '2'), ('0-', '2'), ('-5', '2'), ('0-5-9', '2'),
                                          ('0-99999999999', '2')])
def test_ranges_and_their_statuses(account, text, status):
    account.deliver('One')
    assert store_status(account.client().search(free_text('One'), options=[rows(text)])) == status


def test_received_before_and_after(stored):
    for day in (1, 2, 3):
        stored.append(make_message(f'Day {day}', to=stored.user), received=received(day))
    client = stored.client()
    noon = '2026-03-02T12:00:00.000Z'
    assert found(client.search(compared('GreaterThan', noon))) == ['Day 3']
    assert found(client.search(compared('LessThan', noon))) == ['Day 1']
    assert found(client.search(compared('GreaterThan', '2026-03-02T11:59:59.500Z'), compared('LessThan', '2026-03-02T12:00:00.001Z'))) \
        == ['Day 2']
    assert found(client.search(free_text('Day'), compared('GreaterThan', '2026-04-01T00:00:00.000Z'))) == []
    assert found(client.search(free_text('received:2026-03-02'))) == ['Day 2']
    assert found(client.search(free_text('received>2026-03-01 received<2026-03-03'))) == ['Day 2']


def test_folders_and_those_below(stored):
    for mailbox in ('Work', 'Work/Deep', 'Work/Deep/Deeper', 'Other'):
        subfolder(stored, mailbox.replace('/', _separator(stored)))
    for day, mailbox in enumerate(('INBOX', 'Work', 'Work/Deep', 'Work/Deep/Deeper', 'Other'), 1):
        stored.append(make_message(f'In {mailbox}', to=stored.user), mailbox.replace('/', _separator(stored)), received=received(day))
    phone = stored.phone()
    ids = {folder.name: server_id for server_id, folder in phone.folders.items()}
    client = phone.client
    assert found(client.search(in_folder(ids['Work']), free_text('In'))) == ['In Work']
    assert found(client.search(in_folder(ids['Work']), free_text('In'), options=[DEEP])) == \
        ['In Work/Deep/Deeper', 'In Work/Deep', 'In Work']
    assert found(client.search(in_folder(ids['Deep']), in_folder(ids['Other']), free_text('In'), options=[DEEP])) == \
        ['In Other', 'In Work/Deep/Deeper', 'In Work/Deep']
    assert len(found(client.search(free_text('In')))) == 5


def _separator(account) -> str:
    with account.imap() as connection:
        return check(connection.list('""', '""'))[0].decode().split('"')[1]


def test_a_folder_that_is_not_there_wants_a_folder_sync(account):
    assert store_status(account.client().search(in_folder('nowhere'), free_text('x'))) == '11'


def test_classes(account, version):
    account.deliver('One')
    client = account.client(version)
    of_class = lambda *names: client.search(free_text('One'), [E('AirSync:Class', name) for name in names])
    assert found(of_class('Email')) == ['One']
    assert found(of_class('Calendar', 'Email')) == ['One']
    assert found(of_class('Tasks')) == []
    assert store_status(of_class('SMS')) == ('2' if version == '12.1' else '1')
    assert store_status(of_class('Nonsense')) == '2'


@pytest.mark.parametrize('query, status', [
    ([E('Search:FreeText', 'x')], '8'), ([E('Search:Or', E('Search:FreeText', 'x'))], '8'),
    ([E('Search:And', E('Search:FreeText', 'x')), E('Search:And', E('Search:FreeText', 'y'))], '8'),
    ([E('Search:And', E('Search:And', E('Search:FreeText', 'x')))], '8'),
    ([E('AirSync:Class', 'Email')], '8'), ([E('AirSync:CollectionId', 'x')], '8'), ([compared('GreaterThan', '2026-03-02T12:00:00.000Z')], '8'),
    ([], '2'), ([E('Search:And')], '2'), ([E('Search:And', E('Search:FreeText', ' '))], '2'),
    ([E('Search:And', compared('GreaterThan', 'yesterday'))], '2'),
    ([E('Search:And', E('Search:LessThan', E('Search:Value', '2026-03-02T12:00:00.000Z')))], '2'),
    ([E('Search:And', compared('LessThan', '2026-03-02T12:00:00.000Z'), compared('LessThan', '2026-03-03T12:00:00.000Z'))], '2'),
    ([E('Search:And', E('Email:Subject', 'x'))], '2'),
])
def test_statuses_of_wrong_queries(account, query, status):
    answer = account.client().post('Search', E('Search:Search', E('Search:Store', E('Search:Name', 'Mailbox'), E('Search:Query', query))))
    assert store_status(answer) == status


def test_wrong_options_have_status_2(account):
    assert store_status(account.client().search(free_text('x'), options=[body_preference(9)])) == '2'


@pytest.mark.parametrize('name, status', [('GAL', '7'), ('DocumentLibrary', '2'), ('Cellar', '2'), ('', '2')])
def test_other_stores(account, name, status):
    """A text is no query for documents: test_sms_and_documents.py."""
    answer = account.client().post('Search', E('Search:Search', E('Search:Store', E('Search:Name', name), E('Search:Query', 'x'))))
    assert store_status(answer) == status


def test_without_a_store(account, version):
    answer = account.client(version).post('Search', E('Search:Search'))
    assert answer.status == 400 if version == '12.1' else answer.get('Status') == '103'


def test_a_result_is_fetched_by_its_long_id(stored, version):
    stored.deliver('Wanted', 'The whole text.\n')
    client = stored.client(version)
    long_id = client.search(free_text('Wanted')).get('Response/Store/Result/LongId')
    answer = client.fetch(fetch_long_id(long_id, body_preference(1))).expect()
    assert answer.get('Response/Fetch/Status') == '1' and answer.get('Response/Fetch/LongId') == long_id
    assert answer.get('Response/Fetch/Properties/Subject') == 'Wanted'
    assert answer.get('Response/Fetch/Properties/Body/Data').strip() == 'The whole text.'


def fetch_long_id(long_id: str, *options):
    return E('ItemOperations:Fetch', E('ItemOperations:Store', 'Mailbox'), E('Search:LongId', long_id),
             E('ItemOperations:Options', *options) if options else None)


def test_a_long_id_of_what_has_gone_has_status_6(account):
    account.deliver('Wanted')
    client = account.client()
    long_id = client.search(free_text('Wanted')).get('Response/Store/Result/LongId')
    account.expunge('Wanted')
    assert client.fetch(fetch_long_id(long_id)).get('Response/Fetch/Status') == '6'
    assert client.fetch(fetch_long_id('nonsense')).get('Response/Fetch/Status') == '6'


def test_a_long_id_does_not_outlive_the_uidvalidity(account):
    account.deliver('Wanted')
    client = account.client()
    folder, uid_validity, uid = client.search(free_text('Wanted')).get('Response/Store/Result/LongId').split(':')
    stale = f'{folder}:{int(uid_validity) + 1}:{uid}'
    assert client.fetch(fetch_long_id(stale)).get('Response/Fetch/Status') == '6'


@pytest.mark.parametrize('command', ['SmartReply', 'SmartForward'])
def test_a_result_is_answered_by_its_long_id(account, command):
    account.deliver('Wanted', 'Original words.\n')
    client = account.client()
    long_id = client.search(free_text('Wanted')).get('Response/Store/Result/LongId')
    mime = make_message('Answer', 'New words.\n', to=account.user)
    answer = client.post(command, E(
        f'ComposeMail:{command}', E('ComposeMail:ClientId', 'long-1'), E('ComposeMail:SaveInSentItems'),
        E('ComposeMail:Source', E('ComposeMail:LongId', long_id)), E('ComposeMail:Mime', mime))).expect()
    assert answer.document is None
    assert {'SmartReply': '\\Answered', 'SmartForward': '$Forwarded'}[command] in account.flags()['Wanted']
    assert 'Answer' in account.flags('Sent')


def test_a_search_shows_only_ones_own_mail(account, other_account):
    other_account.deliver('Secret words')
    assert found(account.client().search(free_text('Secret'))) == []
