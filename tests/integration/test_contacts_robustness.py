"""Contacts and the directory when something is wrong: slapd dies, cuts results, shows a wrong certificate; hostile names."""
from __future__ import annotations

import base64
import os
import signal

import pytest

from conftest import new_account, start_staffed, stop_instance
from directory_book import Book, ContactsPhone
from eas_client import E
from eas_client.client import body_preference
from eas_client.device import USER_CONTACTS, Disagreement, body, text
from private_instance.processes import wait_until
from staff import BASE, PASSWORD, SYNCHRONIZATION, gal, names, store_status
from test_search import free_text
from test_search_items import results

LIMITED = f'cn=limited,{BASE}'
LIMITED_ENTRY = f'dn: {LIMITED}\nobjectClass: applicationProcess\nobjectClass: simpleSecurityObject\ncn: limited\nuserPassword: {PASSWORD}\n\n'


@pytest.fixture(scope='module', name='world', params=['with syncprov', 'without'])
def fixture_world(request, tmp_path_factory):
    instance = start_staffed(
        tmp_path_factory.mktemp('staffed'), more_entries=LIMITED_ENTRY,
        directory_overlays=f'limits dn.exact="{LIMITED}" size=10\n' + (SYNCHRONIZATION if request.param == 'with syncprov' else ''))
    yield instance
    stop_instance(instance)


@pytest.fixture(name='user')
def fixture_user(world):
    yield from new_account(world)


@pytest.fixture(name='staff_user')
def fixture_staff_user(staffed):
    yield from new_account(staffed)


def add_people(book: Book, count: int) -> set[str]:
    last_names = [f'Person {number}' for number in range(count)]
    book.modify(''.join(f'dn: cn={name},{book.base}\nchangetype: add\nobjectClass: inetOrgPerson\ncn: {name}\nsn: {name}\n\n'
                        for name in last_names))
    return {*last_names, 'Contact'}


def change_settings(phone: ContactsPhone, lines: str) -> None:
    phone.device.client.close()
    phone.account.instance.dovecot.change_settings(lines)


def kill(instance) -> None:
    os.kill(instance.ldap.pid(), signal.SIGKILL)
    assert wait_until(lambda: instance.ldap.pid() is None, 30)


def converges(phone: ContactsPhone, expected: set[str]) -> bool:
    def has_recovered() -> bool:
        phone.device.held(phone.folder).last_status = None
        try:
            return set(phone.sync()) == expected
        except Disagreement as error:
            assert 'Status 5' in str(error)
            return False
    return wait_until(has_recovered, 60, 0.5)


def test_slapd_that_is_killed_in_the_middle_of_a_sync_does_no_harm(user):
    expected, phone, instance = add_people(Book(user), 60), ContactsPhone(user), user.instance
    device, held = phone.device, lambda: phone.device.held(phone.folder)
    device.sync(phone.folder, options=[body_preference(1)], window=10)
    assert len(held().items) == 10 and held().more_available
    kill(instance)
    try:
        device.sync(phone.folder, window=10)
        assert held().last_status == '5' and len(held().items) == 10
        user.deliver('While it is down')
        assert len(device.sync_all(device.inbox()).items) == 1
        device.folder_sync()
        assert phone.folder in device.folders
        assert store_status(gal(device.client, 'anna')) != '1'
    finally:
        instance.start()
    assert converges(phone, expected)


def test_slapd_that_is_killed_before_the_first_look_does_no_harm(user):
    expected, phone = add_people(Book(user), 20), ContactsPhone(user)
    kill(user.instance)
    try:
        answer = phone.device.start(phone.folder)
        assert answer.get('AirSync:Collections/AirSync:Collection/AirSync:Status') == '5'
    finally:
        user.instance.start()
    assert converges(phone, expected)


def test_a_search_of_everything_finds_mail_while_the_directory_is_down(user):
    user.deliver('A needle in the mail')
    client = user.phone('16.1').client
    kill(user.instance)
    try:
        found = client.search(free_text('needle'), options=[E('Search:DeepTraversal')])
        assert [result.get('Properties/Email:Subject') for result in results(found)] == ['A needle in the mail']
        assert store_status(client.search(E('AirSync:Class', 'Contacts'), free_text('needle'))) != '1'
    finally:
        user.instance.start()


def test_what_a_limit_cuts_stays_on_the_phone(user):
    expected, phone, book = add_people(Book(user), 30), ContactsPhone(user), Book(user)
    assert set(phone.sync()) == expected
    start = len(user.instance.log())
    change_settings(phone, f'eas_ldap_bind_dn = {LIMITED}\n')
    try:
        book.modify(''.join(f'dn: cn=Person {number},{book.base}\nchangetype: modify\nreplace: mobile\nmobile: 1\n\n'
                            for number in range(15)))  # with syncprov only what changed is asked for
        assert set(phone.sync()) == expected
        user.instance.wait_for_log('a limit of the directory hides contacts', start)
        for known in (user.instance.mail_root / user.user / '.eas/contacts').iterdir():
            known.unlink()  # what was seen before may get lost
        book.modify(f'dn: cn=Person 29,{book.base}\nchangetype: modify\nreplace: mobile\nmobile: 2\n')
        assert set(phone.sync()) == expected
    finally:
        change_settings(phone, f'eas_ldap_bind_dn = cn=service,{BASE}\n')
    book.modify(f'dn: cn=Person 4,{book.base}\nchangetype: delete\n')
    assert converges(phone, expected - {'Person 4'})


# ---------------------------------------------------------------------- TLS, several servers

WAYS = {'StartTLS': 'eas_ldap_start_tls = yes\n', 'ldaps': 'eas_ldap_uris = ldaps://127.0.0.1:@LDAPS_PORT@\n'}


@pytest.mark.parametrize('way', WAYS)
def test_tls_with_a_private_authority_and_with_a_wrong_one(way, tmp_path):
    instance = start_staffed(tmp_path, WAYS[way] + 'eas_ldap_tls_ca_file = @DIRECTORY@/conf/certificate.pem\n')
    try:
        user = next(new_account(instance))
        phone = ContactsPhone(user)
        assert set(phone.sync()) == {'Contact'}
        assert names(gal(phone.device.client, 'abauer')) == ['Bauer, Anna']
        start = len(instance.log())
        change_settings(phone, 'eas_ldap_tls_ca_file = /etc/ssl/certs/ca-certificates.crt\n')
        phone.device.sync(phone.folder)
        assert phone.device.held(phone.folder).last_status == '5' and len(phone.device.held(phone.folder).items) == 1
        assert store_status(gal(phone.device.client, 'abauer')) != '1'
        instance.wait_for_log('its certificate is not trusted', start)
        change_settings(phone, 'eas_ldap_tls_verify = no\n')
        assert converges(phone, {'Contact'})
        user.close()
    finally:
        stop_instance(instance)


def test_the_next_server_is_asked_when_one_is_away(tmp_path):
    instance = start_staffed(tmp_path, 'eas_ldap_uris = ldap://127.0.0.1:1 ldapi://%2fnowhere ldap://127.0.0.1:@LDAP_PORT@\n')
    try:
        user = next(new_account(instance))
        phone = ContactsPhone(user)
        assert set(phone.sync()) == {'Contact'}
        assert names(gal(phone.device.client, 'abauer')) == ['Bauer, Anna']
        user.close()
    finally:
        stop_instance(instance)


# ---------------------------------------------------------------------- hostile names

@pytest.mark.parametrize('name', ['*)(uid=*', '*', 'a\\2a', ',ou=x', '#;"+<>=', ' blank ', pytest.param('x' * 300, id='long')])
def test_odd_names_are_names(staff_user, name):
    phone = ContactsPhone(staff_user)
    phone.sync()
    outcome = phone.device.add(phone.folder, 'odd', E('Contacts:FirstName', name), E('Contacts:LastName', 'Odd'),
                               E('Contacts:FileAs', name), E('Contacts:Email1Address', f'{name}@x'))
    assert outcome.get('Status') == '1'
    assert set(phone.sync()) == {'Contact', 'Odd'}
    other = ContactsPhone(staff_user)
    assert text(other.sync()['Odd'], 'Contacts:FirstName').strip() == name.strip()
    assert other.device.delete(other.folder, other.id_of('Odd'))
    assert set(phone.sync()) == {'Contact'}


@pytest.mark.parametrize('version', ['12.1', '16.1'])
def test_signs_that_xml_has_not_are_replaced(staff_user, version):
    """A directory's strings may hold them, and a NUL would end a string of WBXML."""
    book = Book(staff_user)
    for name, value in (('title', b'A\0B'), ('description', b'\x01\x1f'), ('street', b'a\x0bb'), ('o', '\uffff\U0001f600'.encode())):
        encoded = base64.b64encode(value).decode()
        book.modify(f'dn: cn=Carla Contact,{book.base}\nchangetype: modify\nreplace: {name}\n{name}:: {encoded}\n')
    item = ContactsPhone(staff_user, version).sync()['Contact']
    assert [text(item, f'Contacts:{name}') for name in ('JobTitle', 'BusinessAddressStreet', 'CompanyName')] == [
        'A\ufffdB', 'a\ufffdb', '\ufffd\U0001f600']
    assert body(item) == '\ufffd\ufffd'


# ---------------------------------------------------------------------- books

def test_two_books_of_one_name_are_two_folders(staff_user):
    book = Book(staff_user)
    for number in (1, 2):
        name = f'ou=Friends+description={number},{book.base}'
        book.modify(f'dn: {name}\nchangetype: add\nobjectClass: organizationalUnit\nou: Friends\ndescription: {number}\n\n'
                    f'dn: cn=Friend {number},{name}\nchangetype: add\nobjectClass: inetOrgPerson\ncn: Friend {number}\nsn: {number}\n')
    phone = ContactsPhone(staff_user).device
    folders = [folder.server_id for folder in phone.folders.values() if folder.type == USER_CONTACTS]
    assert [phone.folders[each].name for each in folders] == ['Friends', 'Friends']
    assert sorted(text(item, 'Contacts:LastName') for each in folders for item in phone.sync_all(each).items.values()) == ['1', '2']


def test_a_book_that_goes_between_two_windows_is_a_change_of_the_hierarchy(user):
    book, name = Book(user), f'ou=Friends,{Book(user).base}'
    people = [f'cn=Friend {number},{name}' for number in range(5)]
    book.modify(f'dn: {name}\nchangetype: add\nobjectClass: organizationalUnit\nou: Friends\n\n' + ''.join(
        f'dn: {each}\nchangetype: add\nobjectClass: inetOrgPerson\nsn: Friend\n\n' for each in people))
    phone = ContactsPhone(user).device
    friends = phone.folder('Friends')
    phone.sync(friends, window=2)
    assert phone.held(friends).more_available
    book.modify(''.join(f'dn: {each}\nchangetype: delete\n\n' for each in [*people, name]))
    answer = phone.client.sync(phone.request(friends, window=2)).expect()
    assert answer.get('AirSync:Collections/AirSync:Collection/AirSync:Status') == '12'
    assert phone.client.ping(60, [friends]).expect().get('Status') == '7'
    phone.folder_sync()
    assert friends not in phone.folders
    assert answer.document.find('AirSync:Collections/AirSync:Collection/AirSync:Commands') is None


# ---------------------------------------------------------------------- hostile queries

@pytest.mark.parametrize('query', ['*)(uid=*', '*)(mail=*', ')(|(uid=*', '**', '\\2a\\2a', '(((('])
def test_what_looks_like_a_filter_finds_nobody(staff_user, query):
    assert names(gal(staff_user.client(), query)) == []


def test_a_query_of_a_megabyte_is_refused(staff_user):
    assert store_status(gal(staff_user.client(), 'x' * 1_000_000)) == '2'
    assert names(gal(staff_user.client(), 'abauer')) == ['Bauer, Anna']


def test_a_name_of_a_megabyte_is_refused_alone(staff_user):
    phone = ContactsPhone(staff_user)
    phone.sync()
    add = [E('AirSync:Add', E('AirSync:ClientId', name), E('AirSync:ApplicationData', E('Contacts:LastName', value)))
           for name, value in (('large', 'x' * 1_000_000), ('small', 'Small'))]
    answer = phone.device.client.sync(phone.device.request(phone.folder, commands=add)).expect()
    told = {each.get('ClientId'): each.get('Status') for each in answer.document.findall(
        'AirSync:Collections/AirSync:Collection/AirSync:Responses/AirSync:Add')}
    assert told == {'large': '6', 'small': '1'}


# ---------------------------------------------------------------------- what a phone sends back

def test_the_beginning_of_a_note_that_comes_back_does_not_replace_it(staff_user):
    book, phone, note = Book(staff_user), ContactsPhone(staff_user), 'A long note that the phone got the beginning of.'
    book.modify(f'dn: cn=Carla Contact,{book.base}\nchangetype: modify\nreplace: description\ndescription: {note}\n')
    options = [body_preference(1, 10)]
    item = next(iter(phone.device.sync_all(phone.folder, options=options).items.values()))
    assert body(item) == note[:10]
    server_id = phone.id_of('Contact')

    def change(data: str) -> None:
        kept = [each for each in item.values() if each.tag not in ('AirSyncBase:Body', 'AirSyncBase:NativeBodyType', 'Contacts:MobilePhoneNumber')]
        phone.device.change(phone.folder, server_id, *kept, E('Contacts:MobilePhoneNumber', data),
                            E('AirSyncBase:Body', E('AirSyncBase:Type', 1), E('AirSyncBase:Data', data)), options=options)

    change(note[:10])
    entry = book.search('(sn=Contact)')
    assert f'description: {note}' in entry and f'mobile: {note[:10]}'.strip() in entry
    change('Another')
    assert 'description: Another' in book.search('(sn=Contact)')


def test_properties_that_the_phone_does_not_manage_stay(staff_user):
    book, phone = Book(staff_user), ContactsPhone(staff_user)
    book.modify(f'dn: cn=Carla Contact,{book.base}\nchangetype: modify\nreplace: title\ntitle: Boss\n-\nreplace: mobile\nmobile: 1\n')
    phone.device.start(phone.folder, supported=[E('Contacts:LastName'), E('Contacts:FirstName'), E('Contacts:MobilePhoneNumber')])
    phone.sync()
    phone.device.change(phone.folder, phone.id_of('Contact'), E('Contacts:FirstName', 'C.'), E('Contacts:LastName', 'Contact'))
    entry = book.search('(sn=Contact)')
    assert 'title: Boss' in entry and 'mobile:' not in entry and 'givenName: C.' in entry
