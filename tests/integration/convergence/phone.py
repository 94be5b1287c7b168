"""A device whose user works and whose line is bad.

What the user does is shown at once and sent with the next Sync, again and again until the server has answered.
An answer that is lost leaves the device with the key before it; it repeats the request, or asks for something
else with that key.
"""
from __future__ import annotations

import http.client
import os
import random
import time
from dataclasses import dataclass, field
from typing import Optional, Sequence

from conftest import PING_MIN_SECONDS
from eas_client import Client, Device, E, HttpError, Node
from eas_client.client import Answer, body_preference
from eas_client.device import Disagreement, Folder

from .accidents import Accidents

# What may happen to a request, and how often.
FATES = {'answered': 70, 'lost': int(os.environ.get('EAS_LOST', '9')), 'cut in the answer': 6, 'cut in the request': 4, 'process killed': 6, 'sent twice': 5}
LOST = (http.client.HTTPException, OSError)


@dataclass
class Pending:
    """What the user did in one folder and the server did not confirm: ServerId -> properties; deletions; ClientId ->
    properties of new drafts."""
    changes: dict[str, dict[str, Node]] = field(default_factory=dict)
    adds: dict[str, dict[str, Node]] = field(default_factory=dict)
    deletes: list[str] = field(default_factory=list)


class Phone(Device):
    def __init__(self, client: Client, choice: random.Random, accidents: Optional[Accidents], log):
        super().__init__(client)
        self.choice, self.accidents, self.note = choice, accidents, log
        self.pending: dict[str, Pending] = {}
        self.filters: dict[str, int] = {}
        self.filter_is_known: set[str] = set()
        self.reliable = False
        self.hierarchy_is_stale = False
        self.not_now: set[str] = set()  # folders that the server told to try again
        self.may_restart = lambda folder: False  # whether Status 3 has a reason
        self.restarts = 0

    # ------------------------------------------------------------------ the line

    def exchange(self, command: str, document: Node) -> Optional[Answer]:
        """The answer; None if it was lost, or the request was."""
        fate = 'answered' if self.reliable else self.choice.choices(list(FATES), list(FATES.values()))[0]
        if fate == 'process killed' and self.accidents is None:
            fate = 'lost'
        if fate != 'answered':
            self.note(f'    {command}: {fate}')
        striking, started = None, time.monotonic()
        try:
            if fate == 'cut in the request':
                return self._send_half(command, document)
            if fate == 'sent twice':  # by a proxy, or as after a lost answer
                self.client.post(command, document)
            if fate in ('answered', 'sent twice'):
                return self.client.post(command, document).expect()
            self.client.close()  # else it would repeat the request by itself
            if fate == 'process killed':
                self.client.connect()
                striking = self.accidents.soon()
            self.client.post_only(command, document)
            if fate == 'cut in the answer':
                return self._read_some()
            answer = self.client.receive()
            return None if fate == 'lost' or answer.status == 503 else answer.expect()
        except (*LOST, HttpError) as error:
            shaken = self.accidents is not None and self.accidents.may_have_met(started)
            if isinstance(error, HttpError) and error.answer.status != 503:
                raise
            if not shaken and (self.reliable or fate in ('answered', 'sent twice')):
                raise
            self.note(f'    {type(error).__name__}')
            self.client.close()
            return None
        finally:
            if striking:
                striking.join()

    def _send_half(self, command: str, document: Node) -> None:
        target, body, fields = self.client._request(command, document, None, None, 'application/vnd.ms-sync.wbxml', None)
        self.client.close()
        connection = self.client.connect()
        connection.putrequest('POST', target)
        for name, value in {**fields, 'Authorization': self.client.authorization(), 'Content-Length': len(body)}.items():
            connection.putheader(name, str(value))
        connection.endheaders(body[:self.choice.randrange(len(body))])
        self.client.close()

    def _read_some(self) -> None:
        self.client.connection.sock.recv(self.choice.choice([1, 100, 1000]))
        self.client.close()

    def insist(self, command: str, document: Node) -> Optional[Answer]:
        """Repeats the request when the answer was lost, but not always."""
        answer = self.exchange(command, document)
        while answer is None and (self.reliable or self.choice.random() < 0.7):
            answer = self.exchange(command, document)
        return answer

    # ------------------------------------------------------------------ folders

    def sync_folders(self) -> bool:
        """FolderSync; whether its answer came."""
        answer = self.insist('FolderSync', E('FolderHierarchy:FolderSync', E('FolderHierarchy:SyncKey', self.folder_key)))
        if answer is None:
            return False
        if answer.get('Status') != '1':
            raise Disagreement(f'FolderSync with a known key has Status {answer.get("Status")}')
        changes = answer.document.find('FolderHierarchy:Changes')
        if changes is not None:
            self._apply_folders(changes)
        self.folder_key = answer.get('SyncKey')
        self.hierarchy_is_stale = False
        for gone in set(self.pending) - set(self.folders):
            del self.pending[gone]
        self.filter_is_known &= set(self.folders)
        return True

    def change_folders(self, command: str, *content: Node) -> Optional[Answer]:
        """FolderCreate, FolderUpdate or FolderDelete; the answer if it was a success."""
        answer = self.insist(command, E(f'FolderHierarchy:{command}', E('FolderHierarchy:SyncKey', self.folder_key),
                                        list(content)))
        if answer is None:
            self.hierarchy_is_stale = True
            return None
        self.note(f'    Status {answer.get("Status")}')
        if answer.get('Status') == '9':
            raise Disagreement(f'{command} with a known key has Status 9')
        if answer.get('Status') != '1':
            self.hierarchy_is_stale = True
            return None
        self.folder_key = answer.get('SyncKey')
        return answer

    def create_folder(self, parent: str, name: str) -> None:
        answer = self.change_folders('FolderCreate', E('FolderHierarchy:ParentId', parent),
                                     E('FolderHierarchy:DisplayName', name), E('FolderHierarchy:Type', 12))
        if answer is not None:
            created = answer.get('ServerId')
            if created in self.folders:
                raise Disagreement(f'FolderCreate made {created}, which the device has')
            self.folders[created] = Folder(created, parent, name, '12')

    def update_folder(self, folder: str, parent: str, name: str) -> None:
        answer = self.change_folders('FolderUpdate', E('FolderHierarchy:ServerId', folder),
                                     E('FolderHierarchy:ParentId', parent), E('FolderHierarchy:DisplayName', name))
        if answer is not None:
            self.folders[folder].parent_id, self.folders[folder].name = parent, name

    def delete_folder(self, folder: str) -> None:
        answer = self.change_folders('FolderDelete', E('FolderHierarchy:ServerId', folder))
        if answer is None:
            return
        for gone in self.subtree(folder):
            self.folders.pop(gone)
            self.collections.pop(gone, None)
            self.pending.pop(gone, None)
            self.filter_is_known.discard(gone)

    def subtree(self, folder: str) -> list[str]:
        found = [folder]
        for each in found:
            found += [other.server_id for other in self.folders.values() if other.parent_id == each]
        return found

    # ------------------------------------------------------------------ what the user does

    def waiting(self, folder: str) -> Pending:
        return self.pending.setdefault(folder, Pending())

    def set_properties(self, folder: str, server_id: str, *properties: Node) -> None:
        given = {element.tag: element for element in properties}
        self.held(folder).items[server_id].update(given)
        self.waiting(folder).changes.setdefault(server_id, {}).update(given)

    def add_draft(self, folder: str, client_id: str, *properties: Node) -> None:
        """It is shown when the server has given it a ServerId."""
        self.waiting(folder).adds[client_id] = {element.tag: element for element in properties}

    def remove(self, folder: str, server_id: str) -> None:
        del self.held(folder).items[server_id]
        self.waiting(folder).changes.pop(server_id, None)
        self.waiting(folder).deletes.append(server_id)

    # ------------------------------------------------------------------ Sync

    def sync_folders_items(self, folders: Sequence[str], window: Optional[int], total: Optional[int] = None) -> bool:
        """One Sync of these collections; whether its answer came."""
        new = [folder for folder in folders if self.held(folder).sync_key == '0']
        if new:
            folders = new
        parts = [self._collection(folder, window) for folder in folders]
        extra = [E('AirSync:WindowSize', total)] if total and not new else []
        answer = self.insist('Sync', E('AirSync:Sync', E('AirSync:Collections', parts), extra))
        if answer is None:
            return False
        if answer.document is not None and answer.document.find('AirSync:Status') is not None:
            raise Disagreement(f'Sync has Status {answer.get("AirSync:Status")}')
        answered = {} if answer.document is None else {
            part.get('CollectionId'): part for part in answer.document.findall('AirSync:Collections/AirSync:Collection')}
        for folder in folders:
            self._take(folder, answered.get(folder), window)
        return True

    def _collection(self, folder: str, window: Optional[int]) -> Node:
        if self.held(folder).sync_key == '0':
            self.pending.pop(folder, None)
            self.filter_is_known.discard(folder)
            return self.request(folder)
        pending = self.waiting(folder)
        commands = [E('AirSync:Change', E('AirSync:ServerId', server_id), E('AirSync:ApplicationData', list(given.values())))
                    for server_id, given in pending.changes.items()]
        commands += [E('AirSync:Delete', E('AirSync:ServerId', server_id)) for server_id in pending.deletes]
        commands += [E('AirSync:Add', E('AirSync:ClientId', client_id), E('AirSync:ApplicationData', list(given.values())))
                     for client_id, given in pending.adds.items()]
        options = []
        if folder not in self.filter_is_known:
            options = [E('AirSync:FilterType', self.filters.get(folder, 0)), body_preference(1, 100)]
        moves = self.choice.choice([None, False, True]) if pending.deletes else None
        return self.request(folder, options=options, commands=commands, window=window, deletes_as_moves=moves)

    def _take(self, folder: str, part: Optional[Node], window: Optional[int]) -> None:
        held = self.held(folder)
        if part is None:
            if self.waiting(folder) != Pending():
                raise Disagreement(f'no answer to the changes in {folder}')
            self.filter_is_known.add(folder)
            held.more_available = False
            return
        status = part.get('Status')
        if status == '3':
            self.note(f'    Status 3 for {self.folders[folder].name}')
            if not self.may_restart(folder):
                raise Disagreement(f'Status 3 for {folder} without a reason')
            self.restarts += 1
            self.collections.pop(folder)
            self.pending.pop(folder, None)
            return
        if status in ('8', '12'):
            self.hierarchy_is_stale = True
            return
        self.not_now.discard(folder)
        if status == '5' and self.accidents is not None and self.accidents.may_have_interrupted_a_deletion():
            self.note(f'    Status 5 for {self.folders[folder].name}')
            self.not_now.add(folder)
            return
        if status != '1':
            raise Disagreement(f'Sync of {folder} has Status {status}')
        started = held.sync_key == '0'
        if len(self._commands(part)) > (window or 100):
            raise Disagreement(f'{len(self._commands(part))} changes in a window of {window}')
        deleted = set(self.waiting(folder).deletes)
        for server_id in deleted:  # it must not be told, but does no harm on a real phone
            if any(change.name == 'Add' and change.get('ServerId') == server_id for change in self._commands(part)):
                self.note(f'    {server_id} comes back')
        if not started:
            self._take_responses(folder, part)
        self._apply_collection(part)
        if not started:
            self.pending.pop(folder, None)
            self.filter_is_known.add(folder)

    def _take_responses(self, folder: str, part: Node) -> None:
        outcomes = {outcome.get('ClientId'): outcome for outcome in part.findall('Responses/Add')}
        for client_id, given in self.waiting(folder).adds.items():
            outcome = outcomes.get(client_id)
            if outcome is None or outcome.get('Status') != '1':
                raise Disagreement(f'the draft {client_id} has Status {outcome and outcome.get("Status")}')
            if outcome.get('ServerId') in self.held(folder).items:
                raise Disagreement(f'the draft {client_id} is {outcome.get("ServerId")}, which the device has')
            self.held(folder).items[outcome.get('ServerId')] = given

    def sync_to_the_end(self) -> None:
        """Until nothing changes any more."""
        for _ in range(50):
            self.sync_folders()
            for folder in list(self.folders):
                for _ in range(1000):
                    if not self.sync_folders_items([folder], 100):
                        continue
                    if folder in self.not_now:
                        time.sleep(1)
                        continue
                    held = self.held(folder)
                    if folder not in self.folders or self.hierarchy_is_stale:
                        break
                    if not held.more_available and held.sync_key != '0' and folder in self.filter_is_known:
                        break
                else:
                    raise Disagreement(f'Sync of {folder} does not end')
                if self.hierarchy_is_stale:
                    break
            if not self.hierarchy_is_stale:
                return
        raise Disagreement('the hierarchy does not settle')

    def rest(self) -> None:
        """After sync_to_the_end(): nothing is left to tell, so a phone that waits is not woken."""
        answer = self.client.ping(PING_MIN_SECONDS, list(self.folders)).expect()
        if answer.get('Status') != '1':
            raise Disagreement(f'all is told, but Ping answers {answer.document!r}')
