"""Contacts in a real slapd (mdb, syncprov): the first Sync of 10,000, a Sync without changes against one of 100; and a search
in a directory of 100,000 people against the same by ldapsearch(1)."""
from __future__ import annotations

import argparse
import subprocess
import time
from dataclasses import dataclass, field
from typing import Iterator

import staff
from eas_client.device import CONTACTS
from private_instance import Instance
from private_instance.processes import StartError

from . import phones, processes
from .figures import Table, median
from .instances import Workshop

SMALL = 100
TARGET_RATIO, TARGET_CONTACTS_A_SECOND, TARGET_SEARCH_RATIO = 1.5, 2000, 2.0
ROUNDS, REQUESTS, SEARCHES = 12, 20, 40
ATTRIBUTES = 'cn displayName givenName sn uid mail'.split()
SETTINGS = f'''
eas_ldap_uris = ldap://127.0.0.1:@LDAP_PORT@
eas_ldap_bind_dn = {staff.SERVICE}
eas_ldap_password = {staff.PASSWORD}
eas_ldap_contacts_base = ou=contacts,uid=%n,ou=people,{staff.BASE}
eas_ldap_directory_bases = ou=staff,{staff.BASE}
'''
ACCESS = f'limits dn.exact="{staff.SERVICE}" size=unlimited\n' + staff.ACCESS


@dataclass
class Case:
    """A phone that has all contacts, and what its requests cost."""
    raw: phones.RawClient
    pid: int
    request: object
    wall: list[float] = field(default_factory=list)  # milliseconds a request, a value a round
    cpu: list[float] = field(default_factory=list)

    def run(self) -> None:
        cpu, wall = processes.cpu_seconds(self.pid), time.monotonic()
        for _ in range(REQUESTS):
            if self.raw.post('Sync', self.request).body:
                raise StartError('a Sync without changes has an answer that is not empty')
        self.wall.append((time.monotonic() - wall) * 1000 / REQUESTS)
        self.cpu.append((processes.cpu_seconds(self.pid) - cpu) * 1000 / REQUESTS)


def measure_contacts(workshop: Workshop, options: argparse.Namespace, table: Table) -> None:
    entries = _entries({'user1': options.contacts, 'user2': SMALL}, 0)
    with _instance(workshop, entries) as instance:
        large = _prepare(instance, options.contacts, table)  # first: idle connections are closed
        small = _prepare(instance, SMALL, None)
        for _ in range(ROUNDS):  # in turn, so that whatever else the machine does hits both
            small.run()
            large.run()
        table.add(f'Sync without changes of {SMALL} contacts', median(small.wall), 'ms', note=f'processor {median(small.cpu):.2f} ms')
        table.add(f'the same of {options.contacts}: times that', median(large.wall) / median(small.wall), '', TARGET_RATIO,
                  f'{median(large.wall):.2f} ms, processor {median(large.cpu):.2f} ms')
        small.raw.close()
        large.raw.close()


def measure_search(workshop: Workshop, options: argparse.Namespace, table: Table) -> None:
    with _instance(workshop, _entries({'user1': 1}, options.people)) as instance:
        client = phones.client(instance, instance.take_user(), raw=True)
        ours, theirs = [], []
        for number in range(SEARCHES):
            text = _name(number * (options.people // SEARCHES))
            began = time.monotonic()
            answer = staff.gal(client, text)
            ours.append((time.monotonic() - began) * 1000)
            began = time.monotonic()
            found = _ldapsearch(instance, text)
            theirs.append((time.monotonic() - began) * 1000)
            if f'{text}\0'.encode() not in answer.body or found.count('\ndn: ') + found.startswith('dn: ') != 1:
                raise StartError(f'"{text}" is not found by both')
        table.add(f'ldapsearch in {options.people} people', median(theirs), 'ms', note='with the start of the program')
        table.add('Search of the store GAL for the same: times that', median(ours) / median(theirs), '', TARGET_SEARCH_RATIO,
                  f'{median(ours):.2f} ms')
        client.close()


def _instance(workshop: Workshop, entries: str):
    return workshop.instance(users=20, with_directory=True, directory_entries=entries, directory_access=ACCESS,
                             directory_overlays=staff.SYNCHRONIZATION, eas_extra=SETTINGS)


def _name(number: int) -> str:
    return f'First{number % 997} Last{number:06}'


def _person(number: int, place: str) -> str:
    first, last = _name(number).split()
    return (f'dn: cn={first} {last},{place}\nobjectClass: inetOrgPerson\ncn: {first} {last}\ngivenName: {first}\nsn: {last}\n'
            f'mail: {last.lower()}@x.example\nmobile: +49 170 {number}\ntelephoneNumber: +49 30 {number}\no: Company {number % 50}\n'
            f'street: Road {number}\nl: Town\ndescription: About {first}, who is number {number}.\n')


def _entries(contacts: dict[str, int], people: int) -> str:
    def parts() -> Iterator[str]:
        yield (f'dn: {staff.SERVICE}\nobjectClass: applicationProcess\nobjectClass: simpleSecurityObject\ncn: service\n'
               f'userPassword: {staff.PASSWORD}\n')
        yield f'dn: ou=staff,{staff.BASE}\nobjectClass: organizationalUnit\nou: staff\n'
        for number in range(people):
            yield _person(number, f'ou=staff,{staff.BASE}')
        for user, count in contacts.items():
            book = f'ou=contacts,uid={user},ou=people,{staff.BASE}'
            yield f'dn: {book}\nobjectClass: organizationalUnit\nou: contacts\n'
            for number in range(count):
                yield _person(number, book)
    return '\n'.join(parts())


def _prepare(instance: Instance, count: int, table) -> Case:
    user = instance.take_user()
    device = phones.phone(instance, user)
    device.client.close()
    folder = device.of_type(CONTACTS)
    raw = phones.client(instance, user, raw=True, timeout_seconds=300)
    began = time.monotonic()
    answers = phones.sync_everything(raw, folder, window=100)
    wall = time.monotonic() - began
    pid = processes.only(instance, 'eas', user)
    for answer in answers:
        device.apply(answer.decoded())
    if len(device.held(folder).items) != count:
        raise StartError(f'the phone has {len(device.held(folder).items)} contacts of {count}')
    if table:
        table.add(f'first Sync of {count} contacts', wall, 's', count / TARGET_CONTACTS_A_SECOND,
                  f'{count / wall:.0f} contacts a second; processor {processes.cpu_seconds(pid):.2f} s')
    request = phones.sync_request(folder, phones.last_key(answers))
    raw.post('Sync', request)
    return Case(raw, pid, request)


def _ldapsearch(instance: Instance, text: str) -> str:
    words = text.split()
    def begins(value: str) -> str:
        return '(|' + ''.join(f'({attribute}={value}*)' for attribute in ATTRIBUTES) + ')'
    filter_ = f'(&(mail=*)(|{begins(text)}(&{"".join(begins(word) for word in words)})))'
    return subprocess.run(
        ['ldapsearch', '-LLL', '-x', '-H', f"ldap://127.0.0.1:{instance.ports['LDAP_PORT']}", '-D', staff.SERVICE, '-w', staff.PASSWORD,
         '-z', '101', '-b', f'ou=staff,{staff.BASE}', filter_], text=True, check=True, capture_output=True).stdout
