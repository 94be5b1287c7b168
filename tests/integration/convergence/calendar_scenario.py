"""One seed's story of a user's calendars and tasks; as scenario.py is of mail."""
from __future__ import annotations

import random
from pathlib import Path
from typing import Optional

from accounts import Account
from calendars import Fact, Radicale, event_properties, fact_of, task_properties
from calendars.items import CALENDARS, TASKS
from eas_client import E
from eas_client.device import Disagreement
from private_instance.processes import wait_until

from .accidents import Accidents
from .calendar_phone import CalendarPhone
from .calendar_files import Collections
from .scenario import VERSIONS, _without

OTHERS = {'write': 12, 'edit': 14, 'remove': 6, 'put': 10, 'put_again': 10, 'delete': 6, 'spoil': 2, 'touch': 3,
          'make_collection': 1, 'remove_collection': 1}
PHONES = {'sync': 40, 'add': 14, 'change': 16, 'delete': 8, 'hierarchy': 5, 'start_again': 1}


class CalendarScenario:
    def __init__(self, account: Account, radicale: Radicale, root: Path, seed: int):
        self.choice = random.Random(f'calendars {seed}')
        self.history: list[str] = []
        self.account = account
        self.version = self.choice.choice(VERSIONS)
        self.accidents = Accidents(account.instance, self.choice)
        owner = (account.instance.uid, account.instance.gid)
        self.files = Collections(root, radicale.client(account.user), owner, self.choice, self.note)
        self.phone = CalendarPhone(account.client(self.version, timeout_seconds=40), self.choice, self.accidents, self.note)
        self.added = 0

    def note(self, what: str) -> None:
        self.history.append(what)

    def run(self, steps: int) -> None:
        self.phone.sync_folders()
        for step in range(steps):
            for _ in range(self.choice.choice([0, 1, 1, 2, 4])):
                getattr(self.files, self.choice.choices(list(OTHERS), list(OTHERS.values()))[0])()
            self.note(f'step {step}')
            self.phone_does()
        self.settle()

    def phone_does(self) -> None:
        if self.phone.folder_key == '0' or self.phone.hierarchy_is_stale:
            self.phone.sync_folders()
            return
        what = self.choice.choices(list(PHONES), list(PHONES.values()))[0]
        self.note(f'  phone: {what}')
        getattr(self, '_' + what)()

    def settle(self) -> None:
        self.note('the end')
        self.phone.reliable = True
        # What became unreadable in the last seconds may be half written: until then the server keeps what it knew.
        if not wait_until(self._is_equal, 20, 0.5):
            expected, shown = self.files.facts(), self._shown()
            raise Disagreement(f'only in files {_without(expected, shown)}, only on the phone {_without(shown, expected)}')
        left = [path for path in self.files.root.rglob('*') if 'tmp' in path.name]
        if left:
            raise Disagreement(f'temporary files are left: {left}')

    def _shown(self) -> list[Fact]:
        return sorted(fact_of(item) for folder in self._folders() for item in self.phone.held(folder).items.values())

    def _is_equal(self) -> bool:
        self.phone.sync_to_the_end()
        return self._shown() == self.files.facts()

    # ------------------------------------------------------------------ the phone's user

    def _folders(self) -> list[str]:
        return [folder.server_id for folder in sorted(self.phone.folders.values(), key=lambda each: (each.name, each.type))
                if folder.type in CALENDARS + TASKS]

    def _folder(self) -> Optional[str]:
        folders = self._folders()
        return self.choice.choice(folders) if folders else None

    def _is_calendar(self, folder: str) -> bool:
        return self.phone.folders[folder].type in CALENDARS

    def _sync(self) -> None:
        folders = self._folders()
        if folders:
            some = self.choice.sample(folders, min(len(folders), self.choice.choice([1, 1, 2, 4])))
            self.phone.sync_folders_items(some, self.choice.choice([None, 1, 2, 5, 100]))

    def _properties(self, folder: str, subject: str) -> list:
        if self._is_calendar(folder):
            start, end = self.files.times()
            return event_properties(self.version, subject, start, end, uid=f'phone-{self.added}')
        return task_properties(subject, due=self.choice.choice([None, self.files.day()]),
                               complete=self.choice.random() < 0.2)

    def _new_subject(self) -> str:
        self.added += 1
        subject = f'Phone {self.added}'
        self.note(f'    {subject}')
        return subject

    def _usable(self) -> Optional[str]:
        folder = self._folder()
        return folder if folder and self.phone.held(folder).sync_key != '0' else None

    def _add(self) -> None:
        folder = self._usable()
        if folder:
            self.phone.add(folder, self._properties(folder, self._new_subject()))
            self.phone.sync_folders_items([folder], None)

    def _an_item(self) -> tuple[Optional[str], str]:
        """One that is not to be deleted already; by its subject, for ids differ from run to run."""
        folder = self._usable()
        if not folder:
            return None, ''
        items = self.phone.held(folder).items
        names = sorted(items, key=lambda item: fact_of(items[item]))
        return (folder, self.choice.choice(names)) if names else (None, '')

    def _change(self) -> None:
        folder, item = self._an_item()
        if folder is None:
            return
        if self.choice.random() < 0.4:
            tag = 'Calendar:Subject' if self._is_calendar(folder) else 'Tasks:Subject'
            if self._is_calendar(folder) and float(self.version) < 16:
                kept = [element for element in self.phone.held(folder).items[item].values() if element.tag != tag]
                properties = [*kept, E(tag, self._new_subject())]
            else:
                properties = [E(tag, self._new_subject())]
        else:
            properties = self._properties(folder, self._new_subject())
            properties = [element for element in properties if element.tag not in ('Calendar:UID', 'Calendar:DtStamp')]
            for tag in ('Tasks:DueDate', 'Tasks:UtcDueDate'):  # a whole task without a due date has none
                self.phone.held(folder).items[item].pop(tag, None)
                self.phone.waiting(folder).changes.get(item, {}).pop(tag, None)
        self.phone.set_properties(folder, item, *properties)
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
