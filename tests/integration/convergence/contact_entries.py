"""A user's address books as LDAP programs change them, with random edits."""
from __future__ import annotations

import base64
import os
import random
import signal
from typing import Callable, Optional

from directory_book import Book
from private_instance.processes import wait_until

# Book, first name, last name, mobile phone, notes.
Fact = tuple[str, str, str, str, str]
DEFAULT = 'Contacts'
MOST_BOOKS = 3


class Entries:
    def __init__(self, book: Book, choice: random.Random, note: Callable[[str], None]):
        self.book, self.choice, self.note = book, choice, note
        self.made = 0

    # ------------------------------------------------------------------ what is there

    def _read(self, filter_: str, *attributes: str) -> list[tuple[str, dict[str, str]]]:
        """DN and first values."""
        found = []
        for block in self.book.search(filter_, *attributes).split('\n\n'):
            values: dict[str, str] = {}
            for line in block.splitlines():
                name, separator, value = line.partition(': ')
                if not separator:
                    continue
                if name.endswith(':'):
                    name, value = name[:-1], base64.b64decode(value).decode()
                values.setdefault(name, value)
            if values:
                found.append((values.pop('dn'), values))
        return sorted(found)

    def _books(self) -> dict[str, str]:
        """DN -> name."""
        others = {dn: values['ou'] for dn, values in self._read('(objectClass=organizationalUnit)', 'ou') if dn != self.book.base}
        return {self.book.base: DEFAULT, **others}

    def _contacts(self) -> list[tuple[str, dict[str, str]]]:
        """Phones name entries by ids that differ from run to run: in the order of what they show."""
        found = self._read('(objectClass=person)', 'givenName', 'sn', 'mobile', 'description')
        return sorted(found, key=lambda each: (each[1]['sn'], each[1].get('givenName', '')))

    def facts(self) -> list[Fact]:
        books = self._books()
        return sorted((books[dn.partition(',')[2]], values.get('givenName', ''), values['sn'], values.get('mobile', ''),
                       values.get('description', '')) for dn, values in self._contacts())

    # ------------------------------------------------------------------ what others do

    def _name(self) -> str:
        self.made += 1
        return f'Entry {self.made}'

    def _a_contact(self) -> Optional[tuple[str, dict[str, str]]]:
        contacts = self._contacts()
        return self.choice.choice(contacts) if contacts else None

    def _do(self, what: str, dn: str, ldif: str) -> None:
        self.note(f'  {what} {dn}')
        self.book.modify(f'dn: {dn}\nchangetype: {ldif}')

    def add(self) -> None:
        name, place = self._name(), self.choice.choice(sorted(self._books()))
        notes = self.choice.choice(['', f'description: About {name}\n'])
        self._do('add', f'cn={name},{place}',
                 f'add\nobjectClass: inetOrgPerson\ncn: {name}\nsn: {name}\ngivenName: First\nmobile: 1\n{notes}')

    def modify(self) -> None:
        if contact := self._a_contact():
            attribute = self.choice.choice(['givenName', 'mobile', 'description'])
            self._do('modify', contact[0], f'modify\nreplace: {attribute}\n{attribute}: {self._name()}\n')

    def rename(self) -> None:
        contact = self._a_contact()
        if contact and contact[0].startswith('cn='):
            self._do('rename', contact[0], f'modrdn\nnewrdn: cn={self._name()}\ndeleteoldrdn: 1\n')

    def move(self) -> None:
        if contact := self._a_contact():
            rdn, _, _ = contact[0].partition(',')
            place = self.choice.choice(sorted(self._books()))
            if place != contact[0].partition(',')[2]:
                self._do(f'move to {place}', contact[0], f'modrdn\nnewrdn: {rdn}\ndeleteoldrdn: 0\nnewsuperior: {place}\n')

    def delete(self) -> None:
        if contact := self._a_contact():
            self._do('delete', contact[0], 'delete\n')

    def make_book(self) -> None:
        if len(self._books()) < MOST_BOOKS:
            name = self._name()
            self._do('make book', f'ou={name},{self.book.base}', f'add\nobjectClass: organizationalUnit\nou: {name}\n')

    def remove_book(self) -> None:
        others = sorted(set(self._books()) - {self.book.base})
        if others:
            gone = self.choice.choice(others)
            for dn, _ in self._contacts():
                if dn.endswith(',' + gone):
                    self._do('delete', dn, 'delete\n')
            self._do('remove book', gone, 'delete\n')

    def kill_directory(self) -> None:
        """It is there again before the phone asks."""
        self.note('  slapd is killed')
        instance = self.book.account.instance
        os.kill(instance.ldap.pid(), signal.SIGKILL)
        assert wait_until(lambda: instance.ldap.pid() is None, 30)
        instance.start()

