"""The phone of phone.py with calendars and tasks: it adds items, and takes what the server says of what it wrote."""
from __future__ import annotations

from typing import Optional

from calendars.items import class_of
from eas_client import E, Node
from eas_client.client import body_preference, collection
from eas_client.device import Disagreement

from .phone import Phone


class CalendarPhone(Phone):
    def add(self, folder: str, properties: list[Node]) -> None:
        self.sent_client_ids += 1
        self.add_draft(folder, f'client-{self.sent_client_ids}', *properties)

    def _collection(self, folder: str, window: Optional[int]) -> Node:
        held, class_ = self.held(folder), None
        if float(self.client.version) < 14:
            class_ = class_of(self.folders[folder].type)
        if held.sync_key == '0':
            self.pending.pop(folder, None)
            return collection(folder, '0', class_=class_)
        writing = self.waiting(folder)
        commands = [E('AirSync:Add', E('AirSync:ClientId', client_id), E('AirSync:ApplicationData', list(given.values())))
                    for client_id, given in writing.adds.items()]
        commands += [E('AirSync:Change', E('AirSync:ServerId', server_id), E('AirSync:ApplicationData', list(given.values())))
                     for server_id, given in writing.changes.items()]
        commands += [E('AirSync:Delete', E('AirSync:ServerId', server_id)) for server_id in writing.deletes]
        return collection(
            folder, held.sync_key, E('AirSync:WindowSize', window) if window else None,
            E('AirSync:Options', body_preference(1)), E('AirSync:Commands', commands) if commands else None, class_=class_)

    def _take_responses(self, folder: str, part: Node) -> None:
        """Status 7: another program's version won, which comes as a change. 8: the item has gone, and the
        deletion comes."""
        writing, held = self.waiting(folder), self.held(folder)
        responses = part.find('AirSync:Responses')
        added = set()
        for response in responses or ():
            status = response.get('Status')
            if response.name == 'Add' and status == '1':
                client_id = response.get('ClientId')
                if client_id not in writing.adds:
                    raise Disagreement(f'an answer to the Add {client_id}, which was not sent')
                added.add(client_id)
                known = response.get('ServerId')
                if known in held.items:
                    raise Disagreement(f'{client_id} became {known}, which the device has')
                held.items[known] = dict(writing.adds[client_id])
                self._learn(held.items[known], response)
            elif response.name == 'Change' and status == '1':
                if response.get('ServerId') in held.items:
                    self._learn(held.items[response.get('ServerId')], response)
            elif response.name != 'Add' and status in ('7', '8'):
                self.note(f'    {response.name} of {response.get("ServerId")}: Status {status}')
            else:
                raise Disagreement(f'{response.name} has Status {status}')
        missing = set(writing.adds) - added
        if missing:
            raise Disagreement(f'no answer to {sorted(missing)}')

    @staticmethod
    def _learn(item: dict[str, Node], response: Node) -> None:
        data = response.find('ApplicationData')
        item.update({element.tag: element for element in data or ()})

    @staticmethod
    def _apply_item(held, change: Node, server_id: str) -> None:
        """An event or task is told as a whole."""
        if change.name == 'Change' and server_id in held.items:
            held.items[server_id].clear()
        Phone._apply_item(held, change, server_id)
