"""One seed's story of a user's calendars and tasks; as scenario.py is of mail."""
from __future__ import annotations

from pathlib import Path

from accounts import Account
from calendars import Fact, Radicale, event_properties, fact_of, task_properties
from calendars.items import CALENDARS, TASKS
from eas_client import E, Node
from eas_client.device import Disagreement

from .calendar_files import Collections
from .item_scenario import ItemScenario


class CalendarScenario(ItemScenario):
    others = {'write': 12, 'edit': 14, 'remove': 6, 'put': 10, 'put_again': 10, 'delete': 6, 'spoil': 2, 'touch': 3,
              'make_collection': 1, 'remove_collection': 1}
    folder_types = CALENDARS + TASKS

    def __init__(self, account: Account, radicale: Radicale, root: Path, seed: int):
        self.radicale, self.root = radicale, root
        super().__init__(account, 'calendars', seed)

    def open_outside(self) -> Collections:
        owner = (self.account.instance.uid, self.account.instance.gid)
        return Collections(self.root, self.radicale.client(self.account.user), owner, self.choice, self.note)

    def settle(self) -> None:
        super().settle()
        left = [path for path in self.outside.root.rglob('.eas-*.tmp') if '.eas-' not in path.parent.name]
        if len(left) > self.accidents.killed:  # each may leave one, which goes an hour later
            raise Disagreement(f'temporary files are left: {left}')

    def fact_of(self, item: dict[str, Node], folder: str) -> Fact:
        del folder
        return fact_of(item)

    def _is_calendar(self, folder: str) -> bool:
        return self.phone.folders[folder].type in CALENDARS

    def properties(self, folder: str, name: str) -> list[Node]:
        if self._is_calendar(folder):
            start, end = self.outside.times()
            return event_properties(self.version, name, start, end, uid=f'phone-{self.added}')
        return task_properties(name, due=self.choice.choice([None, self.outside.day()]),
                               complete=self.choice.random() < 0.2)

    def changed_properties(self, folder: str, item: str) -> list[Node]:
        is_series = 'Calendar:Recurrence' in self.phone.held(folder).items[item]
        if is_series or self.choice.random() < 0.4:
            tag = 'Calendar:Subject' if self._is_calendar(folder) else 'Tasks:Subject'
            kept = []
            if self._is_calendar(folder) and float(self.version) < 16:
                kept = [element for element in self.phone.held(folder).items[item].values() if element.tag != tag]
            return [*kept, E(tag, self.new_name())]
        properties = self.properties(folder, self.new_name())
        left_out = ['Tasks:DueDate', 'Tasks:UtcDueDate']  # a whole task without a due date has none
        if float(self.version) < 16:
            left_out.append('Calendar:Location')  # and a whole event without a place, up to 14.1
        for tag in left_out:
            self.phone.held(folder).items[item].pop(tag, None)
            self.phone.waiting(folder).changes.get(item, {}).pop(tag, None)
        return [element for element in properties if element.tag not in ('Calendar:UID', 'Calendar:DtStamp')]
