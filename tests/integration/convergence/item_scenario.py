"""One seed's story of a user's items that are no mail: what the phone does, and that it ends up with what is stored. A subclass
says what others do meanwhile, and what an item is."""
from __future__ import annotations

import random
from typing import Optional, Sequence

from accounts import Account
from eas_client import Node
from eas_client.device import Disagreement
from private_instance.processes import wait_until

from .accidents import Accidents
from .calendar_phone import CalendarPhone
from .scenario import VERSIONS, _without

PHONES = {'sync': 40, 'add': 14, 'change': 16, 'delete': 8, 'hierarchy': 5, 'start_again': 1}


class ItemScenario:
    others: dict[str, int] = {}        # methods of `outside`, and how often
    folder_types: tuple[str, ...] = ()

    def __init__(self, account: Account, what: str, seed: int):
        self.choice = random.Random(f'{what} {seed}')
        self.history: list[str] = []
        self.account = account
        self.version = self.choice.choice(VERSIONS)
        self.accidents = Accidents(account.instance, self.choice)
        self.outside = self.open_outside()
        # Two phones of one user; half of the seeds have one, so that its stories are long.
        self.phones = [CalendarPhone(account.client(version, timeout_seconds=40), self.choice, self.accidents, self.note)
                       for version in [self.version, *self.choice.choice([[], [self.choice.choice(VERSIONS)]])]]
        self.phone = self.phones[0]
        self.added = 0

    def open_outside(self):
        """What other programs see: methods of `others`, and facts()."""
        raise NotImplementedError

    def fact_of(self, item: dict[str, Node], folder: str):
        """What of the phone's item is compared with facts()."""
        raise NotImplementedError

    def properties(self, folder: str, name: str) -> list[Node]:
        """Of a new item."""
        raise NotImplementedError

    def changed_properties(self, folder: str, item: str) -> list[Node]:
        """What the phone sends of an item that its user changed."""
        raise NotImplementedError

    # ------------------------------------------------------------------ the story

    def note(self, what: str) -> None:
        self.history.append(what)

    def run(self, steps: int) -> None:
        for self.phone in self.phones:
            self.phone.sync_folders()
        for step in range(steps):
            for _ in range(self.choice.choice([0, 1, 1, 2, 4])):
                getattr(self.outside, self.choice.choices(list(self.others), list(self.others.values()))[0])()
            self.note(f'step {step}')
            self.phone_does()
        self.settle()

    def phone_does(self) -> None:
        self.phone = self.choice.choice(self.phones)
        self.version = self.phone.client.version
        if self.phone.folder_key == '0' or self.phone.hierarchy_is_stale:
            self.phone.sync_folders()
            return
        what = self.choice.choices(list(PHONES), list(PHONES.values()))[0]
        self.note(f'  phone {self.phone.client.device_id}: {what}')
        getattr(self, '_' + what)()

    def settle(self) -> None:
        self.note('the end')
        for phone in self.phones:
            phone.reliable = True
        # What became unreadable in the last seconds may be half written: until then the server keeps what it knew.
        if not wait_until(self._is_equal, 20, 0.5):
            expected, shown = self.outside.facts(), self._shown()
            raise Disagreement(f'only stored {_without(expected, shown)}, only on the phone {_without(shown, expected)}')
        for phone in self.phones:
            phone.rest()

    def _shown(self) -> list:
        return sorted(self.fact_of(item, folder) for folder in self._folders()
                      for item in self.phone.held(folder).items.values())

    def _is_equal(self) -> bool:
        """What one phone sends last, the other must get."""
        for self.phone in [*self.phones, *self.phones]:
            self.phone.sync_to_the_end()
        for self.phone in self.phones:
            if self._shown() != self.outside.facts():
                return False
        return True

    # ------------------------------------------------------------------ the phone's user

    def _folders(self) -> Sequence[str]:
        return [folder.server_id for folder in sorted(self.phone.folders.values(), key=lambda each: (each.name, each.type))
                if folder.type in self.folder_types]

    def _folder(self) -> Optional[str]:
        folders = self._folders()
        return self.choice.choice(folders) if folders else None

    def _sync(self) -> None:
        folders = self._folders()
        if folders:
            some = self.choice.sample(folders, min(len(folders), self.choice.choice([1, 1, 2, 4])))
            self.phone.sync_folders_items(some, self.choice.choice([None, 1, 2, 5, 100]))

    def new_name(self) -> str:
        self.added += 1
        name = f'Phone {self.added}'
        self.note(f'    {name}')
        return name

    def _usable(self) -> Optional[str]:
        folder = self._folder()
        return folder if folder and self.phone.held(folder).sync_key != '0' else None

    def _add(self) -> None:
        folder = self._usable()
        if folder:
            self.phone.add(folder, self.properties(folder, self.new_name()))
            self.phone.sync_folders_items([folder], None)

    def _an_item(self) -> tuple[Optional[str], str]:
        """One that is not to be deleted already; by what it shows, for ids differ from run to run."""
        folder = self._usable()
        if not folder:
            return None, ''
        items = self.phone.held(folder).items
        names = sorted(items, key=lambda item: self.fact_of(items[item], folder))
        return (folder, self.choice.choice(names)) if names else (None, '')

    def _change(self) -> None:
        folder, item = self._an_item()
        if folder is None:
            return
        self.phone.set_properties(folder, item, *self.changed_properties(folder, item))
        if self.choice.random() < 0.8:
            self.phone.sync_folders_items([folder], None)

    def _delete(self) -> None:
        folder, item = self._an_item()
        if folder is not None:
            self.phone.remove(folder, item)
            if self.choice.random() < 0.8:
                self.phone.sync_folders_items([folder], None)

    def _hierarchy(self) -> None:
        self.phone.sync_folders()

    def _start_again(self) -> None:
        folder = self._folder()
        if folder:
            self.phone.collections.pop(folder, None)
