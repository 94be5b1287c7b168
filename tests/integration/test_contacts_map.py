"""Contacts of other address-book programs, and another schema by eas_ldap_contacts_map, in a real directory."""
from __future__ import annotations

import base64

import pytest

from conftest import new_account, start_staffed, stop_instance
from directory_book import Book, ContactsPhone
from eas_client import E
from eas_client.device import CONTACTS, body, text
from private_instance.processes import wait_until
from staff import BASE

THUNDERBIRD = '''objectClass: inetOrgPerson
objectClass: mozillaAbPersonAlpha
cn: Jane Thunder
givenName: Jane
sn: Thunder
displayName: Jane Thunder
mail: jane@thunder.example
mozillaSecondEmail: j@thunder.example
mozillaNickname: Janie
mozillaHomeStreet: 1 Road
mozillaHomeStreet2: Flat 3
mozillaCustom1: free
street: 5 Lane
mozillaWorkStreet2: Floor 7
c: DE
mozillaHomeLocalityName: Town
mozillaHomePostalCode: 12345
mozillaHomeCountryName: Land
mozillaWorkUrl: https://thunder.example
telephoneNumber: 1
homePhone: 2
mobile: 3
'''
EVOLUTION = f'''objectClass: inetOrgPerson
objectClass: evolutionPerson
cn: Joe Evolution
givenName: Joe
sn: Evolution
fileAs: Evolution, Joe
mail: joe@evolution.example
spouseName: Mary
assistantName: Ann
birthDate: 1980-05-17
anniversary: 2001-02-03
category: Friends
note: A note.
companyPhone: 4
otherFacsimileTelephoneNumber: 6
carPhone: 5
homePostalAddress: 2 Street$Village
manager: cn=Anna Bauer,ou=staff,{BASE}
'''
SHOWN = {
    'Thunder': {'FirstName': 'Jane', 'Email1Address': 'jane@thunder.example', 'Email2Address': 'j@thunder.example',
                'HomeAddressStreet': '1 Road\nFlat 3', 'HomeAddressCity': 'Town', 'HomeAddressPostalCode': '12345', 'HomeAddressCountry': 'Land',
                'BusinessAddressStreet': '5 Lane\nFloor 7', 'BusinessAddressCountry': 'DE',
                'WebPage': 'https://thunder.example', 'BusinessPhoneNumber': '1', 'HomePhoneNumber': '2', 'MobilePhoneNumber': '3'},
    'Apple': {'FirstName': 'Jo', 'Suffix': 'Jr.', 'CompanyName': 'Orchard', 'WebPage': 'https://apple.example/jo',
              'HomeFaxNumber': '408', 'HomePhoneNumber': '409', 'Email2Address': 'jo@apple.example', 'Spouse': 'Ann'},
    'Evolution': {'FirstName': 'Joe', 'FileAs': 'Evolution, Joe', 'Email1Address': 'joe@evolution.example', 'Spouse': 'Mary', 'AssistantName': 'Ann',
                  'CarPhoneNumber': '5', 'HomeAddressStreet': '2 Street\nVillage'},
}
APPLE = '''objectClass: inetOrgPerson
objectClass: apple-user
cn: Jo Apple
givenName: Jo
sn: Apple
apple-namesuffix: Jr.
apple-nickname: Joey
apple-company: Orchard
apple-imhandle: AIM:jo
apple-birthday: 19800517120000Z
apple-phonecontacts: home fax:408
apple-phonecontacts: home:409
apple-emailcontacts: home:jo@apple.example
apple-relationships: brother:John
apple-relationships: spouse:Ann
labeledURI: https://apple.example/jo home page
'''
MAP = '''create-class inetOrgPerson
auxiliary-class mozillaAbPersonAlpha evolutionPerson
naming-attribute uid
FirstName givenName
LastName sn
NickName mozillaNickname
FileAs (displayName) (cn)
Email1Address mail
Email2Address mozillaSecondEmail
HomeAddressCity mozillaHomeLocalityName
Notes description
Birthday birthDate
'''


@pytest.fixture(name='user')
def fixture_user(staffed):
    yield from new_account(staffed)


@pytest.fixture(scope='module', name='mapped')
def fixture_mapped(tmp_path_factory):
    directory = tmp_path_factory.mktemp('mapped')
    (directory / 'contacts.map').write_text(MAP)
    for path in (directory / 'contacts.map', directory, *directory.parents[:3]):
        path.chmod(path.stat().st_mode | 0o055)
    instance = start_staffed(directory, f'eas_ldap_contacts_map = {directory}/contacts.map\neas_time_zone = Pacific/Auckland\n')
    yield instance, directory / 'contacts.map'
    stop_instance(instance)


@pytest.fixture(name='mapped_user')
def fixture_mapped_user(mapped):
    yield from new_account(mapped[0])


def add(book: Book, name: str, attributes: str) -> None:
    book.modify(f'dn: cn={name},{book.base}\nchangetype: add\n{attributes}')


def test_pictures_count_when_an_answer_is_full(user):
    """200 of 36 KB are more than one answer holds, although 512 contacts would fit its window."""
    book, device = Book(user), ContactsPhone(user).device
    folder, count = device.of_type(CONTACTS), 200
    picture = base64.b64encode(b'\xff\xd8\xff' + bytes(36000)).decode()
    for begin in range(0, count, 50):
        book.modify('\n'.join(f'dn: cn=Face {number},{book.base}\nchangetype: add\nobjectClass: inetOrgPerson\n'
                              f'cn: Face {number}\nsn: {number}\njpegPhoto:: {picture}\n' for number in range(begin, begin + 50)))
    device.start(folder)
    answer = device.sync(folder, window=512)
    first = len(device.held(folder).items)
    assert 100 < first < count and answer.document.find('Collections/Collection/MoreAvailable') is not None
    device.sync(folder, window=512)
    shown = [text(item, 'Contacts:Picture') for item in device.held(folder).items.values() if 'Contacts:Picture' in item]
    assert shown == [picture] * count


def test_what_other_programs_wrote_is_read_and_changed_where_it_is(user):
    book, phone = Book(user), ContactsPhone(user)
    add(book, 'Jane Thunder', THUNDERBIRD)
    add(book, 'Joe Evolution', EVOLUTION)
    add(book, 'Jo Apple', APPLE)
    shown = phone.sync()
    for last_name, expected in SHOWN.items():
        assert {name: text(shown[last_name], f'Contacts:{name}') for name in expected} == expected
    joe = shown['Evolution']
    assert text(joe, 'Contacts:Birthday').startswith('1980-05-17') and text(joe, 'Contacts:Anniversary').startswith('2001-02-03')
    assert body(joe) == 'A note.' and [each.value() for each in joe['Contacts:Categories'].children] == ['Friends']
    assert text(joe, 'Contacts2:ManagerName') == 'Anna Bauer' and text(shown['Thunder'], 'Contacts2:NickName') == 'Janie'
    jo = shown['Apple']
    assert text(jo, 'Contacts2:NickName') == 'Joey' and text(jo, 'Contacts2:IMAddress') == 'AIM:jo'
    assert text(jo, 'Contacts:Birthday').startswith('1980-05-17')

    def changed(last_name: str, *elements) -> list:
        tags = {element.tag for element in elements} | {'AirSyncBase:Body', 'AirSyncBase:NativeBodyType'}
        return [*(each for each in shown[last_name].values() if each.tag not in tags), *elements]

    phone.device.change(phone.folder, phone.id_of('Thunder'), *changed('Thunder', E('Contacts:Email2Address', 'new@thunder.example'),
                                                                        E('Contacts2:NickName', 'Jay'),
                                                                        E('Contacts:HomeAddressStreet', '2 Road\nFlat 4')))
    phone.device.change(phone.folder, phone.id_of('Evolution'), *changed('Evolution', E('Contacts:Spouse', 'Maria'),
                                                                            E('Contacts:CarPhoneNumber', '*31#5')))
    phone.device.change(phone.folder, phone.id_of('Apple'), *changed('Apple', E('Contacts:HomePhoneNumber', '410')))
    thunder, evolution, apple = (book.search(f'(sn={name})') for name in ('Thunder', 'Evolution', 'Apple'))
    assert 'mozillaHomeStreet: 2 Road\n' in thunder and 'mozillaHomeStreet2: Flat 4' in thunder and 'mozillaCustom1: free' in thunder
    assert 'carPhone' not in evolution and 'easCarPhone: *31#5' in evolution and 'otherFacsimileTelephoneNumber: 6' in evolution
    assert 'homePhone: 410' in apple and 'apple-phonecontacts: home:409' in apple and 'apple-relationships: brother:John' in apple
    assert 'mozillaSecondEmail: new@thunder.example' in thunder and 'mozillaNickname: Jay' in thunder and 'easContact' not in thunder
    assert 'spouseName: Maria' in evolution and 'birthDate: 1980-05-17' in evolution and f'manager: cn=Anna Bauer,ou=staff,{BASE}' in evolution
    assert 'homePostalAddress: 2 Street$Village' in evolution
    # A country has two letters there. What is one goes where there is room for it.
    phone.device.change(phone.folder, phone.id_of('Thunder'), *changed('Thunder', E('Contacts:BusinessAddressCountry', 'France')))
    thunder = book.search('(sn=Thunder)')
    assert 'co: France' in thunder and '\nc: ' not in thunder
    assert text(ContactsPhone(user).sync()['Thunder'], 'Contacts:BusinessAddressCountry') == 'France'


def test_another_schema_by_a_map(mapped_user):
    book, phone = Book(mapped_user), ContactsPhone(mapped_user)
    add(book, 'Jane Thunder', THUNDERBIRD)
    assert text(phone.sync()['Thunder'], 'Contacts2:NickName') == 'Janie'
    outcome = phone.device.add(phone.folder, 'new', E('Contacts:FirstName', 'Max'), E('Contacts:LastName', 'Muster'),
                               E('Contacts:Email2Address', 'second@x.example'), E('Contacts:HomeAddressCity', 'Köln'))
    assert outcome.get('Status') == '1'
    entry = book.search('(sn=Muster)')
    assert 'objectClass: mozillaAbPersonAlpha' in entry and 'mozillaSecondEmail: second@x.example' in entry and 'eas' not in entry.lower().replace('eas-', '')
    other = ContactsPhone(mapped_user).sync()['Muster']
    assert text(other, 'Contacts:HomeAddressCity') == 'Köln' and text(other, 'Contacts:Email2Address') == 'second@x.example'


@pytest.mark.parametrize('written', ['1980-05-16T12:00:00.000Z', '1980-05-17T00:00:00.000Z', '1980-05-17T11:59:00.000Z'])
def test_a_birthday_is_the_same_day_where_midnight_is_noon_in_utc(mapped_user, written):
    phone = ContactsPhone(mapped_user)
    phone.sync()
    assert phone.device.add(phone.folder, 'new', E('Contacts:LastName', 'Kiwi'), E('Contacts:Birthday', written)).get('Status') == '1'
    assert 'birthDate: 1980-05-17' in Book(mapped_user).search('(sn=Kiwi)')


def test_a_wrong_map_leaves_the_contacts_where_they_are(mapped, mapped_user):
    instance, path = mapped
    phone = ContactsPhone(mapped_user)
    assert set(phone.sync()) == {'Contact'}
    mapped_user.expect_error('eas_ldap_contacts_map')
    start = len(instance.log())
    path.write_text(MAP + 'Surname sn\n')
    try:
        phone.device.client.close()
        phone.device.sync_all(phone.device.inbox())
        instance.wait_for_log('line 13: Surname is no property of contacts; phones get no contacts', start)
        phone.device.folder_sync()
    finally:
        path.write_text(MAP)
    phone.device.client.close()
    assert wait_until(lambda: phone.device.client.folder_sync(phone.device.folder_key).status == 200, 30)
