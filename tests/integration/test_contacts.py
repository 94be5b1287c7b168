"""Personal contacts (MS-ASCNTC): entries of a real slapd, whose people are in staff.py."""
from __future__ import annotations

import base64
import os
import signal

import pytest

from conftest import new_account, start_staffed, stop_instance
from directory_book import Book, ContactsPhone as Phone
from eas_client import E
from eas_client.device import Disagreement, text
from private_instance.processes import suspend, wait_until
from staff import IMPATIENT


@pytest.fixture(name='user')
def fixture_user(staffed):
    yield from new_account(staffed)


def jane(*more):
    return [E('Contacts:FirstName', 'Jane'), E('Contacts:LastName', 'Doe'), E('Contacts:FileAs', 'Doe, Jane'),
            E('Contacts:Email1Address', 'jane@elsewhere.example'), E('Contacts:MobilePhoneNumber', '+49 170 1'), *more]


def test_the_books_contacts_are_on_the_phone(user, version):
    carla = Phone(user, version).sync()['Contact']
    assert text(carla, 'Contacts:FirstName') == 'Carla'
    assert 'carla@elsewhere.example' in text(carla, 'Contacts:Email1Address')


def test_a_contact_of_the_phone_is_an_entry_and_on_the_other_phone(user, version):
    phone = Phone(user, version)
    phone.sync()
    outcome = phone.device.add(phone.folder, 'new-1', *jane(
        E('Contacts:Birthday', '1980-05-17T00:00:00.000Z'), E('Contacts:HomeAddressCity', 'Köln'),
        E('Contacts:Categories', [E('Contacts:Category', 'Friends')]),
        E('AirSyncBase:Body', E('AirSyncBase:Type', 1), E('AirSyncBase:Data', 'A note.'))))
    assert outcome.get('Status') == '1'
    entry = Book(user).search('(sn=Doe)')
    assert 'mail: jane@elsewhere.example' in entry and 'mobile: +49 170 1' in entry and 'givenName: Jane' in entry
    other = Phone(user, version).sync()['Doe']
    assert text(other, 'Contacts:HomeAddressCity') == 'Köln'
    assert text(other, 'Contacts:Birthday').startswith('1980-05-17')
    assert other['AirSyncBase:Body'].get('Data') == 'A note.'
    assert [each.value() for each in other['Contacts:Categories'].children] == ['Friends']


def test_a_contact_without_notes_has_an_empty_body(user, version):
    """MS-ASAIRS 2.2.2.9"""
    carla = Phone(user, version).sync()['Contact']
    assert carla['AirSyncBase:Body'].get('EstimatedDataSize') == '0' and not carla['AirSyncBase:Body'].get('Data')


def test_an_addition_that_is_repeated_has_the_last_word(user):
    phone = Phone(user)
    phone.sync()
    for first_name in ('Jane', 'Janet'):
        properties = [E(each.tag, first_name) if each.tag == 'Contacts:FirstName' else each for each in jane()]
        answer = phone.device.client.sync(phone.device.request(phone.folder, commands=[
            E('AirSync:Add', E('AirSync:ClientId', 'new-1'), E('AirSync:ApplicationData', properties))]))
    phone.device.apply_addition(phone.folder, answer, *properties)
    assert Book(user).search('(sn=Doe)').count('givenName: ') == 1
    assert text(phone.sync()['Doe'], 'Contacts:FirstName') == 'Janet'


def test_changes_go_both_ways(user):
    phone = Phone(user)
    phone.sync()
    assert phone.device.add(phone.folder, 'new-1', *jane()).get('Status') == '1'
    server_id, book = phone.id_of('Doe'), Book(user)
    dn = book.search('(sn=Doe)', 'dn').split('\n')[0]
    book.modify(f'{dn}\nchangetype: modify\nreplace: mobile\nmobile: +49 170 2\n-\nadd: carLicense\ncarLicense: K-AB 1\n')
    assert text(phone.sync()['Doe'], 'Contacts:MobilePhoneNumber') == '+49 170 2'
    phone.device.change(phone.folder, server_id, *jane()[:4], E('Contacts:MobilePhoneNumber', '+49 170 3'))
    entry = book.search('(sn=Doe)')
    assert 'mobile: +49 170 3' in entry and 'carLicense: K-AB 1' in entry  # what EAS does not know stays
    phone.device.delete(phone.folder, server_id)
    assert book.search('(sn=Doe)') == ''


def many(name: str, one: str, count: int):
    return E(f'Contacts:{name}', [E(f'Contacts:{one}', f'{one} {number}') for number in range(count)])


@pytest.mark.parametrize('fits, is_too_much', [
    (E('Contacts:Picture', base64.b64encode(b'\xff\xd8\xff' + bytes((36 << 10) - 3)).decode()),
     E('Contacts:Picture', base64.b64encode(b'\xff\xd8\xff' + bytes((36 << 10) - 2)).decode())),  # MS-ASCNTC 2.2.2.58
    (many('Categories', 'Category', 300), many('Categories', 'Category', 301)),  # 2.2.2.20
    (many('Children', 'Child', 300), many('Children', 'Child', 301)),  # 2.2.2.22
], ids=['Picture', 'Categories', 'Children'])
def test_what_is_too_much_has_status_6_and_changes_nothing(user, fits, is_too_much):
    phone = Phone(user)
    phone.sync()
    assert phone.device.add(phone.folder, 'new-1', *jane(fits)).get('Status') == '1'
    kept = Book(user).search('(sn=Doe)')
    answer = phone.device.client.sync(phone.device.request(phone.folder, commands=[
        E('AirSync:Change', E('AirSync:ServerId', phone.id_of('Doe')), E('AirSync:ApplicationData', *jane(is_too_much))),
        E('AirSync:Add', E('AirSync:ClientId', 'new-2'), E('AirSync:ApplicationData', *jane(is_too_much)))])).expect()
    responses = answer.document.find('AirSync:Collections/AirSync:Collection/AirSync:Responses')
    assert [each.get('Status') for each in (responses.find('Change'), responses.find('Add'))] == ['6', '6']
    assert Book(user).search('(sn=Doe)') == kept


def test_item_operations_tells_what_the_schema_names(user, version):
    """MS-ASCNTC 3.2.5.1"""
    phone = Phone(user, version)
    phone.sync()
    fetched = phone.device.client.fetch(E(
        'ItemOperations:Fetch', E('ItemOperations:Store', 'Mailbox'), E('AirSync:CollectionId', phone.folder),
        E('AirSync:ServerId', phone.id_of('Contact')),
        E('ItemOperations:Options', E('ItemOperations:Schema', E('Contacts:FirstName'), E('Contacts:Email1Address'))))).expect()
    properties = fetched.document.find('ItemOperations:Response/ItemOperations:Fetch/ItemOperations:Properties')
    assert {element.tag for element in properties} == {'Contacts:FirstName', 'Contacts:Email1Address'}


@pytest.mark.parametrize('supported', [None, [E('Contacts:FirstName'), E('Contacts:LastName'), E('Contacts:Picture')]], ids=['', 'Supported'])
def test_a_picture_stays_until_the_phone_says_otherwise(user, version, supported):
    """MS-ASCMD 2.2.3.24: absent, it is unchanged, unlike other properties; empty, it is removed."""
    picture = base64.b64encode(b'\xff\xd8\xff\xe0picture').decode()
    phone = Phone(user, version)
    phone.device.start(phone.folder, supported=supported)
    phone.device.add(phone.folder, 'new-1', *jane(E('Contacts:Picture', picture)))
    phone.sync()
    names = [E('Contacts:FirstName', 'Janet'), E('Contacts:LastName', 'Doe')]
    phone.device.change(phone.folder, phone.id_of('Doe'), *names)
    entry = Book(user).search('(sn=Doe)')
    assert f'jpegPhoto:: {picture}' in entry and 'givenName: Janet' in entry
    phone.device.change(phone.folder, phone.id_of('Doe'), *names, E('Contacts:Picture'))
    assert 'jpegPhoto' not in Book(user).search('(sn=Doe)')


def test_another_programs_entries_come_change_and_go(user):
    phone, book = Phone(user), Book(user)
    phone.sync()
    book.modify(f'dn: cn=Max Muster,{book.base}\nchangetype: add\nobjectClass: inetOrgPerson\ncn: Max Muster\nsn: Muster\n')
    assert set(phone.sync()) == {'Contact', 'Muster'}
    server_id = phone.id_of('Muster')
    book.modify(f'dn: cn=Max Muster,{book.base}\nchangetype: modrdn\nnewrdn: cn=Max M\ndeleteoldrdn: 1\n')
    phone.sync()
    assert phone.id_of('Muster') == server_id
    book.modify(f'dn: cn=Max M,{book.base}\nchangetype: delete\n')
    assert set(phone.sync()) == {'Contact'}


@pytest.fixture(name='impatient_user')
def fixture_impatient_user(tmp_path):
    tmp_path.chmod(0o755)
    instance = start_staffed(tmp_path, IMPATIENT)
    yield from new_account(instance)
    stop_instance(instance)


def test_a_directory_that_hangs_does_no_harm(impatient_user):
    phone = Phone(impatient_user)
    phone.sync()
    process = impatient_user.instance.ldap.pid()
    suspend(process)
    try:
        assert phone.device.held(phone.folder).items
        answer = phone.device.client.sync(phone.device.request(phone.folder)).expect()
        assert answer.get('AirSync:Collections/AirSync:Collection/AirSync:Status') == '5'
        phone.device.sync_all(phone.device.inbox())
        phone.device.folder_sync()
        assert phone.folder in phone.device.folders
    finally:
        os.kill(process, signal.SIGCONT)

    def has_recovered() -> bool:
        phone.device.held(phone.folder).last_status = None  # an answer without changes has none
        try:
            return set(phone.sync()) == {'Contact'}
        except Disagreement:  # Status 5: the phone asks again
            return False

    assert wait_until(has_recovered, 60, 0.5)
