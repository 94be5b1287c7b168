"""Search and Find in the directory: MS-ASCMD 2.2.1.16, 2.2.1.2; a real slapd."""
from __future__ import annotations

import base64
import os
import re
import signal
import time

import pytest

from conftest import new_account, start_staffed, stop_instance
from eas_client import E
from private_instance.processes import end, suspend
from staff import IMPATIENT, PICTURE, gal, names, rows, store_status


@pytest.fixture(name='user')
def fixture_user(staffed):
    yield from new_account(staffed)


def in_range(text: str):
    return E('Search:Range', text)


def find(client, text, *options):
    return client.post('Find', E('Find:Find', E('Find:SearchId', '1'), E('Find:ExecuteSearch', E(
        'Find:GALSearchCriterion', E('Find:Query', text), E('Find:Options', *options) if options else None))))


def test_an_entry_with_all_its_properties(user, version):
    answer = gal(user.client(version), 'abauer')
    assert rows(answer) == [{'DisplayName': 'Bauer, Anna', 'Phone': '+49 30 1', 'Office': 'B 12', 'Title': 'Engineer', 'Company': 'Demo AG',
                             'Alias': 'abauer', 'FirstName': 'Anna', 'LastName': 'Bauer', 'HomePhone': '+49 30 2',
                             'MobilePhone': '+49 170 3', 'EmailAddress': 'anna.bauer@demo.example'}]
    assert (answer.get('Response/Store/Range'), answer.get('Response/Store/Total')) == ('0-0', '1')
    result = answer.document.find('Response/Store/Result')
    assert [element.name for element in result] == ['Properties']


@pytest.mark.parametrize('text, expected', [
    ('john', ['Barry Johnson', 'John Frum']),
    ('JOHN FRUM', ['John Frum']),
    ('frum jo', ['John Frum']),
    ('anna.b', ['Bauer, Anna']),
    ('Bauer, A', ['Bauer, Anna']),
    ('Anna', ['Anna Partner', 'Bauer, Anna']),
    ('øystein', ['Øystein Ünal']),
    ('ÜNAL', ['Øystein Ünal']),
    ('littlejohn', ['James Littlejohn']),
])
def test_names_and_addresses_that_begin_with_the_text(user, text, expected):
    assert names(gal(user.client(), text)) == expected


def test_hidden_and_forbidden_entries_are_not_found(user):
    for text in ('hidden', 'secret', 'No Mail'):
        assert names(gal(user.client(), text)) == []


def test_books_have_names_and_an_address_comes_once(user):
    assert [(row['DisplayName'], row.get('Office')) for row in rows(gal(user.client(), 'anna'))] == [
        ('Anna Partner', 'Partners'), ('Bauer, Anna', 'B 12')]
    assert [(row['DisplayName'], row.get('Office')) for row in rows(gal(user.client(), 'barry'))] == [('Barry Johnson', None)]


def test_contacts_are_on_the_phone_already(user):
    assert names(gal(user.client(), 'carla')) == []


def test_nothing_found_is_an_answer_without_a_result(user, version):
    answer = gal(user.client(version), 'nobody')
    assert rows(answer) == [] and answer.get('Response/Store/Total') == '0' and answer.get('Response/Store/Range') is None


def test_a_text_that_is_too_short_finds_nothing(user):
    assert names(gal(user.client(), 'j')) == []


def test_ranges(user):
    client = user.client()
    answer = gal(client, 'Extra', in_range('0-3'))
    assert names(answer) == [f'Extra {number:02}' for number in range(4)]
    assert (answer.get('Response/Store/Range'), answer.get('Response/Store/Total')) == ('0-3', '30')
    answer = gal(client, 'Extra', in_range('28-99'))
    assert names(answer) == ['Extra 28', 'Extra 29'] and answer.get('Response/Store/Range') == '28-29'
    assert len(names(gal(client, 'Extra'))) == 30
    for text in ('30-40', '0-100', '150-199'):
        assert store_status(gal(client, 'Extra', in_range(text))) == '12'
    for text in ('4-2', 'x', '1-', '-1'):
        assert store_status(gal(client, 'Extra', in_range(text))) == '2'


def test_queries_without_text_have_status_2(user):
    client = user.client()
    for text in ('', '  ', E('Search:And', E('Search:FreeText', 'anna'))):
        assert store_status(gal(client, text)) == '2'
    assert store_status(client.post('Search', E('Search:Search', E('Search:Store', E('Search:Name', 'GAL'))))) == '2'


@pytest.mark.parametrize('text', ['*)(uid=*', '*)(mail=*))(|(cn=*', '**', '(&)', '\\2a\\2a', '*)(objectClass=*', 'a\\', '&|!=~><', '\U0001f600\U0001f600',
                                  b'an\x00na', b'\x00\x00', b'\xff\xfe', 'x' * 256, 'anna ' * 40, ' '.join(['an'] * 50)])
def test_no_text_is_more_than_a_text(user, text):
    assert names(gal(user.client(), text)) == []
    assert names(gal(user.client(), 'abauer')) == ['Bauer, Anna']


@pytest.mark.parametrize('text', ['x' * 257, 'x' * (1 << 20), '(' * (1 << 20)])
def test_a_text_that_is_too_long_has_status_2(user, text):
    assert store_status(gal(user.client(), text)) == '2'


def picture_limits(prefix: str, size=None, count=None):
    return E(f'{prefix}:Picture', E(f'{prefix}:MaxSize', size) if size is not None else None,
             E(f'{prefix}:MaxPictures', count) if count is not None else None)


def pictures(answer, path='Response/Store/Result') -> dict[str, tuple[str, object]]:
    answer.expect()
    found = {}
    for result in answer.document.findall(path):
        properties = result.find('Properties')
        data = properties.find('Picture/Data')
        found[properties.get('DisplayName')] = (properties.get('Picture/Status'), None if data is None else data.data())
    return found


@pytest.mark.parametrize('version', ['14.1', '16.1'])
def test_pictures_within_limits(user, version):
    client = user.client(version)
    data = base64.b64encode(PICTURE)
    found = pictures(gal(client, 'abauer', picture_limits('Search')))
    assert found['Bauer, Anna'][0] == '1' and found['Bauer, Anna'][1] in (PICTURE, data)
    statuses = {name: status for name, (status, _) in pictures(gal(client, 'jo', picture_limits('Search', 2000))).items()}
    assert statuses == {'John Frum': '1', 'Barry Johnson': '174'}
    statuses = {name: status for name, (status, _) in pictures(gal(client, 'jo', picture_limits('Search', 102400, 1))).items()}
    assert statuses == {'Barry Johnson': '1', 'John Frum': '175'}
    # MS-ASCMD 2.2.3.104.3: after the limit each picture still has the reason of its own
    statuses = {name: status for name, (status, _) in pictures(gal(client, 'jo', picture_limits('Search', 2000, 0))).items()}
    assert statuses == {'Barry Johnson': '174', 'John Frum': '175'}
    for wrong in (picture_limits('Search', -1), picture_limits('Search', 'x'), picture_limits('Search', None, -1)):
        answer = gal(client, 'jo', wrong).expect()
        assert '2' in (answer.get('Status'), answer.get('Response/Store/Status'))
    assert pictures(gal(client, 'james', picture_limits('Search', None, 0))) == {'James Littlejohn': ('173', None)}
    assert pictures(gal(client, 'abauer', picture_limits('Search', None, 0))) == {'Bauer, Anna': ('175', None)}
    assert pictures(gal(client, 'abauer')) == {'Bauer, Anna': (None, None)}


@pytest.mark.parametrize('version', ['12.1', '14.0'])
def test_older_versions_have_no_pictures(user, version):
    assert pictures(gal(user.client(version), 'abauer')) == {'Bauer, Anna': (None, None)}


def test_find_tells_the_same(user):
    client = user.client('16.1')
    answer = find(client, 'anna', picture_limits('Find'))
    assert (answer.expect().get('Status'), answer.get('Response/Status')) == ('1', '1')
    results = list(answer.document.findall('Response/Result'))
    assert [result.get('Properties/EmailAddress') for result in results] == ['anna@partner.example', 'anna.bauer@demo.example']
    assert [result.get('Properties/Picture/Status') for result in results] == ['173', '1']
    assert (answer.get('Response/Range'), answer.get('Response/Total')) == ('0-1', '2')


def test_find_in_pages(user):
    client = user.client('16.1')
    answer = find(client, 'Extra', E('Find:Range', '0-9'))
    assert (answer.get('Response/Range'), answer.get('Response/Total')) == ('0-9', '30')
    answer = find(client, 'Extra', E('Find:Range', '25-999'))
    assert (answer.get('Response/Range'), answer.get('Response/Total')) == ('25-29', '30')
    answer = find(client, 'Extra', E('Find:Range', '40-50'))
    assert (answer.get('Response/Status'), answer.get('Response/Range'), answer.get('Response/Total')) == ('1', None, '30')
    answer = find(client, 'nobody')
    assert (answer.get('Response/Status'), answer.get('Response/Total')) == ('1', '0')


def test_find_refuses_what_is_no_text_or_range(user):
    client = user.client('16.1')
    for answer in (find(client, ' '), find(client, 'x' * 257), find(client, 'anna', E('Find:Range', '3-1'))):
        assert answer.expect().get('Status') == '2'


def test_without_a_directory(account):
    assert store_status(gal(account.client(), 'anna')) == '7'
    assert find(account.client('16.1'), 'anna').expect().get('Status') == '112'


def test_bases_without_a_server_are_told_to_the_admin(tmp_path):
    tmp_path.chmod(0o755)
    instance = start_staffed(tmp_path, 'eas_ldap_uris =\n')
    try:
        for user in new_account(instance):
            for _ in range(2):
                assert store_status(gal(user.client(), 'anna')) == '7'
            for setting, missing in (('contacts_base', 'contacts'), ('directory_bases', 'directory'),
                                     ('collected_base', 'collected addresses')):
                instance.wait_for_log(f'Warning: eas_ldap_{setting} is set and eas_ldap_uris, which names the LDAP servers, is empty: '
                                      f'phones get no {missing}')
        processes = re.findall(r'eas\([^)]*\)<(\d+)>.*Warning: eas_ldap_contacts_base is set', instance.log())
        assert len(processes) == len(set(processes))
    finally:
        stop_instance(instance)


@pytest.fixture(name='fragile')
def fixture_fragile(tmp_path):
    """An instance whose slapd may suffer."""
    tmp_path.chmod(0o755)
    instance = start_staffed(tmp_path, IMPATIENT)
    yield instance
    stop_instance(instance)


def test_a_directory_that_is_down_or_slow_or_comes_back(fragile):
    for account in new_account(fragile):
        client = account.client('16.1')
        account.deliver('Mail goes on')
        assert names(gal(client, 'abauer')) == ['Bauer, Anna']

        suspend(fragile.ldap.pid())
        try:
            assert store_status(gal(client, 'abauer')) == '7'
            assert find(client, 'abauer').expect().get('Status') == '111'
            assert account.phone('16.1').sync_all(account.phone('16.1').inbox()).items
        finally:
            os.kill(fragile.ldap.pid(), signal.SIGCONT)
        assert retried(lambda: names_or_status(gal(client, 'abauer')), ['Bauer, Anna'])

        end(fragile.ldap.pid())
        assert store_status(gal(client, 'abauer')) == '7'
        fragile.start()
        assert retried(lambda: names_or_status(gal(client, 'abauer')), ['Bauer, Anna'])


def names_or_status(answer):
    return names(answer) if store_status(answer) == '1' else store_status(answer)


def retried(ask, expected, attempts=30) -> bool:
    """A server that did not answer is left alone for some seconds."""
    for _ in range(attempts):
        if ask() == expected:
            return True
        time.sleep(1)
    return False
