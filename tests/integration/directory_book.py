"""A user's contacts from both sides: a phone, and another program that writes the directory."""
from __future__ import annotations

import subprocess

from eas_client.client import body_preference
from eas_client.device import CONTACTS, text
from staff import BASE, PASSWORD, SERVICE


class ContactsPhone:
    def __init__(self, account, version: str = '14.1'):
        self.account, self.device = account, account.phone(version)
        self.folder = self.device.of_type(CONTACTS)

    def sync(self) -> dict[str, dict]:
        """Last name -> properties."""
        items = self.device.sync_all(self.folder, options=[body_preference(1)]).items
        return {text(item, 'Contacts:LastName'): item for item in items.values()}

    def id_of(self, last_name: str) -> str:
        return next(server_id for server_id, item in self.device.held(self.folder).items.items()
                    if text(item, 'Contacts:LastName') == last_name)


class Book:
    """The user's subtree, as another program sees it."""

    def __init__(self, account):
        self.account = account
        self.base = f'ou=contacts,uid={account.user.split("@")[0]},ou=people,{BASE}'
        self.arguments = ['-x', '-H', f"ldap://127.0.0.1:{account.instance.ports['LDAP_PORT']}", '-D', SERVICE, '-w', PASSWORD]

    def modify(self, ldif: str) -> None:
        subprocess.run(['ldapmodify', *self.arguments], input=ldif, text=True, check=True, stdout=subprocess.DEVNULL)

    def search(self, filter_: str, *attributes: str) -> str:
        return subprocess.run(['ldapsearch', '-LLL', '-o', 'ldif-wrap=no', *self.arguments, '-b', self.base, filter_, *attributes],
                              text=True, check=True, capture_output=True).stdout
