"""A waiting phone learns of changed contacts: by polling, and by a persistent search."""
from __future__ import annotations

import pytest

from conftest import new_account, start_staffed, stop_instance
from directory_book import Book, ContactsPhone
from eas_client import E
from private_instance.processes import end
from staff import SYNCHRONIZATION
from test_ping import changed, receive, waiting

WAYS = {
    'poll': ('eas_ldap_contacts_poll_interval = 1 secs\n', ''),
    'poll with syncprov': ('eas_ldap_contacts_poll_interval = 1 secs\n', SYNCHRONIZATION),
    'persistent': ('eas_ldap_contacts_persistent_search = yes\neas_ldap_contacts_poll_interval = 0\n', SYNCHRONIZATION),
    'not really persistent': ('eas_ldap_contacts_persistent_search = yes\neas_ldap_contacts_poll_interval = 1 secs\n', ''),
}

both_ways = pytest.mark.parametrize('watched', ['poll', 'persistent'], indirect=True)


@pytest.fixture(scope='module', name='watched', params=WAYS)
def fixture_watched(request, tmp_path_factory):
    settings, overlays = WAYS[request.param]
    instance = start_staffed(tmp_path_factory.mktemp('watched'), settings, directory_overlays=overlays)
    yield instance
    stop_instance(instance)


@pytest.fixture(name='user')
def fixture_user(watched):
    yield from new_account(watched)


def start_waiting(user) -> ContactsPhone:
    phone = ContactsPhone(user)
    phone.sync()
    waiting(user, phone.device, phone.folder)
    return phone


def is_woken(phone: ContactsPhone) -> None:
    answer = receive(phone.device)
    assert answer.get('Status') == '2' and changed(answer) == {phone.folder}


def test_every_change_of_a_contact_wakes_the_phone(user):
    book, phone = Book(user), start_waiting(user)
    steps = [f'dn: cn=Max Muster,{book.base}\nchangetype: add\nobjectClass: inetOrgPerson\ncn: Max Muster\nsn: Muster\n',
             f'dn: cn=Max Muster,{book.base}\nchangetype: modify\nreplace: sn\nsn: Mustermann\n',
             f'dn: cn=Max Muster,{book.base}\nchangetype: modrdn\nnewrdn: cn=Max M\ndeleteoldrdn: 1\n',
             f'dn: cn=Max M,{book.base}\nchangetype: delete\n']
    for step, names in zip(steps, ({'Contact', 'Muster'}, {'Contact', 'Mustermann'}, {'Contact', 'Mustermann'}, {'Contact'})):
        book.modify(step)
        is_woken(phone)
        assert set(phone.sync()) == names
        waiting(user, phone.device, phone.folder)


@both_ways
def test_a_new_address_book_wakes_the_phone(user):
    book, phone = Book(user), start_waiting(user)
    book.modify(f'dn: ou=Club,{book.base}\nchangetype: add\nobjectClass: organizationalUnit\nou: Club\n')
    assert receive(phone.device).get('Status') == '7'
    phone.device.folder_sync()
    assert 'Club' in {folder.name for folder in phone.device.folders.values()}


@both_ways
def test_a_hanging_sync_is_woken_too(user):
    phone = ContactsPhone(user)
    phone.sync()
    client = phone.device.client
    with user.parking(phone.device):
        client.post_only('Sync', E('AirSync:Sync', E('AirSync:Collections', phone.device.request(phone.folder)),
                                   E('AirSync:HeartbeatInterval', 300)))
    book = Book(user)
    book.modify(f'dn: cn=Max Muster,{book.base}\nchangetype: add\nobjectClass: inetOrgPerson\ncn: Max Muster\nsn: Muster\n')
    client.connection.sock.settimeout(60)
    phone.device.apply(client.receive())
    assert len(phone.device.held(phone.folder).items) == 2


@both_ways
def test_a_directory_that_was_away_delays_waking_and_no_more(user):
    phone, instance = start_waiting(user), user.instance
    end(instance.ldap.pid())
    start = len(instance.log())
    instance.wait_for_log('eas-ldap-watch.*contacts cannot be watched', max(start - 20000, 0), 90)
    user.deliver()  # mail is another matter
    instance.start()
    book = Book(user)
    book.modify(f'dn: cn=Max Muster,{book.base}\nchangetype: add\nobjectClass: inetOrgPerson\ncn: Max Muster\nsn: Muster\n')
    phone.device.client.connection.sock.settimeout(120)
    answer = phone.device.client.receive().expect()
    assert answer.get('Status') == '2' and changed(answer) == {phone.folder}
