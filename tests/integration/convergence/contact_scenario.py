"""One seed's story of a user's contacts; as calendar_scenario.py is of calendars."""
from __future__ import annotations

from accounts import Account
from directory_book import Book
from eas_client import E, Node
from eas_client.device import CONTACTS, USER_CONTACTS, body, text

from .contact_entries import Entries, Fact
from .item_scenario import ItemScenario

BODY = 'AirSyncBase:Body'


def notes(value: str) -> Node:
    return E(BODY, E('AirSyncBase:Type', 1), E('AirSyncBase:Data', value))


class ContactScenario(ItemScenario):
    others = {'add': 12, 'modify': 16, 'rename': 8, 'move': 8, 'delete': 6, 'make_book': 2, 'remove_book': 1, 'kill_directory': 1}
    folder_types = (CONTACTS, USER_CONTACTS)

    def __init__(self, account: Account, seed: int):
        super().__init__(account, 'contacts', seed)

    def open_outside(self) -> Entries:
        return Entries(Book(self.account), self.choice, self.note)

    def fact_of(self, item: dict[str, Node], folder: str) -> Fact:
        return (self.phone.folders[folder].name, text(item, 'Contacts:FirstName'), text(item, 'Contacts:LastName'),
                text(item, 'Contacts:MobilePhoneNumber'), body(item).rstrip('\n'))

    def properties(self, folder: str, name: str) -> list[Node]:
        del folder
        return [E('Contacts:FirstName', 'First'), E('Contacts:LastName', name), E('Contacts:MobilePhoneNumber', '2'),
                *([notes(f'About {name}')] if self.choice.random() < 0.5 else [])]

    def changed_properties(self, folder: str, item: str) -> list[Node]:
        """A contact as a whole: what is absent is removed."""
        held = self.phone.held(folder).items[item]
        tag = self.choice.choice(['Contacts:FirstName', 'Contacts:LastName', 'Contacts:MobilePhoneNumber', BODY])
        changed = notes(self.new_name()) if tag == BODY else E(tag, self.new_name())
        kept = [element for element in held.values() if element.tag not in (tag, BODY, 'AirSyncBase:NativeBodyType')]
        return [*kept, changed]
