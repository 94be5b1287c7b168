"""Find: MS-ASCMD 2.2.1.2; 16.1 only."""
from __future__ import annotations

import pytest

from accounts import make_message
from eas_client import E
from test_search import received

EMAIL = E('AirSync:Class', 'Email')


def free_text(words: str):
    return E('Find:FreeText', words)


def rows(text: str):
    return E('Find:Range', text)


def found(answer) -> list[str]:
    assert (answer.expect().get('Status'), answer.get('Response/Status')) == ('1', '1')
    assert answer.get('Response/Store') == 'Mailbox'
    return [result.get('Properties/Subject') for result in answer.document.findall('Response/Result')]


@pytest.fixture(name='client')
def fixture_client(account):
    return account.client('16.1')


def test_only_16_1_has_it(account):
    account.deliver('One')
    assert account.client('12.1').find('1', EMAIL, free_text('One')).status == 400
    for version in ('14.1', '16.0'):
        assert account.client(version).find('1', EMAIL, free_text('One')).get('Status') == '138'


def test_a_result_says_what_a_list_shows(account, client):
    account.deliver_raw(make_message('Report', 'The first words.\n', to=f'Anna <{account.user}>', cc='Bob <bob@b.example>, c@c.example',
                                     sender='Sender <s@s.example>', attachments=[('a.bin', 'application/octet-stream', b'x')],
                                     fields={'Importance': 'high'}))
    answer = client.find('1', EMAIL, free_text('Report'))
    assert found(answer) == ['Report']
    result = answer.document.find('Response/Result')
    properties = {element.name: element.value() for element in result.find('Properties')}
    date = properties.pop('DateReceived')
    assert date.endswith('Z')
    assert properties == {'Subject': 'Report', 'DisplayTo': 'Anna', 'DisplayCc': 'Bob; c@c.example', 'Importance': '2', 'Read': '0',
                          'IsDraft': '0', 'Preview': 'The first words.', 'HasAttachments': '1', 'From': '"Sender" <s@s.example>'}
    assert result.get('Class') == 'Email'
    assert (answer.get('Response/Range'), answer.get('Response/Total')) == ('0-0', '1')


def test_the_server_id_is_that_of_sync(account):
    account.deliver('Report')
    phone = account.phone('16.1')
    (server_id, _), = phone.sync_all(phone.inbox()).items.items()
    result = phone.client.find('1', EMAIL, free_text('Report')).document.find('Response/Result')
    assert (result.get('ServerId'), result.get('CollectionId')) == (server_id, phone.inbox())


def test_nothing_found(client):
    answer = client.find('1', EMAIL, free_text('nowhere'))
    assert found(answer) == [] and answer.get('Response/Total') == '0'


def test_pages_of_one_search(account, client):
    for day in range(1, 6):
        account.append(make_message(f'Day {day}', to=account.user), received=received(day))
    assert found(client.find('7', EMAIL, free_text('Day'), options=[rows('0-1')])) == ['Day 5', 'Day 4']
    account.append(make_message('Day 6', to=account.user), received=received(6))
    answer = client.find('7', EMAIL, free_text('Day'), options=[rows('2-999')])
    assert found(answer) == ['Day 3', 'Day 2', 'Day 1']
    assert (answer.get('Response/Range'), answer.get('Response/Total')) == ('2-4', '5')


def test_a_new_search_starts_at_zero(account, client):
    account.deliver('One')
    for search_id in ('1', '2'):
        answer = client.find(search_id, EMAIL, free_text('One'), options=[rows('5-9')]).expect()
        assert (answer.get('Status'), answer.get('Response/Status')) == ('1', '4')
        assert found(client.find(search_id, EMAIL, free_text('One'), options=[rows('0-4')])) == ['One']


def test_folders(account):
    with account.imap() as connection:
        connection.create('Other')
    account.append(make_message('In other', to=account.user), 'Other')
    account.append(make_message('In inbox', to=account.user))
    phone = account.phone('16.1')
    other = next(server_id for server_id, folder in phone.folders.items() if folder.name == 'Other')
    assert found(phone.client.find('1', EMAIL, E('AirSync:CollectionId', other), free_text('In'))) == ['In other']
    assert len(found(phone.client.find('2', EMAIL, free_text('In')))) == 2
    assert phone.client.find('3', EMAIL, E('AirSync:CollectionId', 'nowhere'), free_text('In')).get('Status') == '3'


def test_properties_in_the_query(account, client):
    account.deliver('From anna', sender='anna@a.example')
    account.deliver('About anna', sender='bob@b.example')
    assert found(client.find('1', EMAIL, free_text('from:anna'))) == ['From anna']
    assert found(client.find('2', EMAIL, free_text('subject:about anna'))) == ['About anna']


@pytest.mark.parametrize('document', [
    E('Find:Find'),
    E('Find:Find', E('Find:SearchId', '1')),
    E('Find:Find', E('Find:ExecuteSearch', E('Find:MailBoxSearchCriterion', E('Find:Query', EMAIL, E('Find:FreeText', 'x'))))),
    E('Find:Find', E('Find:SearchId', '1'), E('Find:ExecuteSearch', E('Find:MailBoxSearchCriterion'))),
    E('Find:Find', E('Find:SearchId', '1'), E('Find:ExecuteSearch', E('Find:MailBoxSearchCriterion', E('Find:Query', EMAIL)))),
    E('Find:Find', E('Find:SearchId', '1'), E('Find:ExecuteSearch', E('Find:MailBoxSearchCriterion', E(
        'Find:Query', E('AirSync:Class', 'Tasks'), E('Find:FreeText', 'x'))))),
    E('Find:Find', E('Find:SearchId', '1'), E('Find:ExecuteSearch', E('Find:MailBoxSearchCriterion', E(
        'Find:Query', EMAIL, E('Find:FreeText', 'x')), E('Find:Options', E('Find:Range', '9-1'))))),
])
def test_invalid_requests_have_status_2(client, document):
    assert client.post('Find', document).expect().get('Status') == '2'


def test_there_is_no_directory_yet(client):
    answer = client.post('Find', E('Find:Find', E('Find:SearchId', '1'), E('Find:ExecuteSearch', E(
        'Find:GALSearchCriterion', E('Find:Query', 'anna'))))).expect()
    assert answer.get('Status') == '112'


def test_a_find_does_not_end_the_pages_of_another_device(account, client):
    for day in range(1, 4):
        account.append(make_message(f'Day {day}', to=account.user), received=received(day))
    other = account.client('16.1')
    assert found(client.find('1', EMAIL, free_text('Day'), options=[rows('0-0')])) == ['Day 3']
    assert found(other.find('1', EMAIL, free_text('"Day 1"'), options=[rows('0-0')])) == ['Day 1']
    assert found(client.find('1', EMAIL, free_text('Day'), options=[rows('1-1')])) == ['Day 2']
