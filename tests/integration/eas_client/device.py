"""A model device: keeps keys, folders and items as a real one does and complains as a real one cannot.

A real phone swallows an item that it has twice and a deletion of what it never had. The model raises
Disagreement, so that every test that syncs checks the server's book-keeping too.
"""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Optional, Sequence

from .client import Answer, Client, body_preference, collection, ping_document
from .node import E, Node

CALENDAR, TASKS, USER_CALENDAR, USER_TASKS, CONTACTS, USER_CONTACTS = '8', '7', '13', '15', '9', '14'
NOTES, USER_NOTES = '10', '17'
CLASSES = {CALENDAR: 'Calendar', USER_CALENDAR: 'Calendar', TASKS: 'Tasks', USER_TASKS: 'Tasks',
           CONTACTS: 'Contacts', USER_CONTACTS: 'Contacts', NOTES: 'Notes', USER_NOTES: 'Notes'}
INBOX, DRAFTS, TRASH, SENT, OUTBOX, USER_CREATED = '2', '3', '4', '5', '6', '12'


class Disagreement(Exception):
    """The server contradicts what it told the device before."""


@dataclass
class Folder:
    server_id: str
    parent_id: str
    name: str
    type: str


@dataclass
class Collection:
    """What the device holds of one folder: ServerId -> {tag: element of ApplicationData}."""
    sync_key: str = '0'
    items: dict[str, dict[str, Node]] = field(default_factory=dict)
    last_status: Optional[str] = None
    more_available: bool = False
    soft_deleted: list[str] = field(default_factory=list)


class Device:
    """A Client and what it was told. Collections are named by CollectionId."""

    def __init__(self, client: Client):
        self.client = client
        self.folder_key = '0'
        self.folders: dict[str, Folder] = {}
        self.collections: dict[str, Collection] = {}
        self.sent_client_ids = 0

    # ------------------------------------------------------------------ folders

    def folder_sync(self) -> Answer:
        """One FolderSync, applied. A new start forgets all folders first."""
        if self.folder_key == '0':
            self.folders.clear()
        answer = self.client.folder_sync(self.folder_key).expect()
        if answer.get('Status') != '1':
            return answer
        changes = answer.document.find('FolderHierarchy:Changes')
        if changes is not None:
            self._apply_folders(changes)
        self.folder_key = answer.get('SyncKey')
        return answer

    def _apply_folders(self, changes: Node) -> None:
        count = 0
        for change in changes:
            if change.name == 'Count':
                continue
            count += 1
            server_id = change.get('ServerId')
            if change.name == 'Delete':
                if self.folders.pop(server_id, None) is None:
                    raise Disagreement(f'folder {server_id} is deleted but was never added')
                self.collections.pop(server_id, None)
                continue
            if (change.name == 'Add') == (server_id in self.folders):
                raise Disagreement(f'{change.name} of folder {server_id}, which the device '
                                   f'{"has" if server_id in self.folders else "has not"}')
            self.folders[server_id] = Folder(server_id, change.get('ParentId'), change.get('DisplayName'),
                                             change.get('Type'))
        if changes.number('Count') != count:
            raise Disagreement(f'Count is {changes.get("Count")}, but there are {count} changes')
        for folder in self.folders.values():
            if folder.parent_id != '0' and folder.parent_id not in self.folders:
                raise Disagreement(f'folder {folder.name!r} has an unknown parent {folder.parent_id}')

    def folder(self, name: str) -> str:
        """The ServerId of the folder with that name ('Archive/2025' for a path)."""
        parent = '0'
        for step in name.split('/'):
            parent = next((f.server_id for f in self.folders.values()
                           if f.name.lower() == step.lower() and f.parent_id == parent), None)
            if parent is None:
                raise KeyError(f'no folder {name!r} among {sorted(f.name for f in self.folders.values())}')
        return parent

    def of_type(self, type_: str) -> str:
        """The ServerId of the one folder of that type."""
        found = [f.server_id for f in self.folders.values() if f.type == type_]
        if len(found) != 1:
            raise KeyError(f'{len(found)} folders of type {type_}')
        return found[0]

    def inbox(self) -> str:
        return next(f.server_id for f in self.folders.values() if f.type == INBOX)

    # ------------------------------------------------------------------ items

    def held(self, collection_id: str) -> Collection:
        return self.collections.setdefault(collection_id, Collection())

    def request(self, collection_id: str, *, options: Sequence[Node] = (), commands: Sequence[Node] = (),
                window: Optional[int] = None, get_changes: Optional[bool] = None,
                deletes_as_moves: Optional[bool] = None, conversation_mode: Optional[bool] = None,
                supported: Optional[Sequence[Node]] = None) -> Node:
        """The Collection element of a Sync with this device's key."""
        held = self.held(collection_id)
        old = float(self.client.version) < 14
        class_ = CLASSES.get(self.folders[collection_id].type) if collection_id in self.folders else None
        return collection(
            collection_id, held.sync_key,
            E('AirSync:DeletesAsMoves', int(deletes_as_moves)) if deletes_as_moves is not None else None,
            E('AirSync:GetChanges', int(get_changes)) if get_changes is not None else None,
            E('AirSync:WindowSize', window) if window is not None else None,
            E('AirSync:Supported', list(supported)) if supported is not None else None,
            E('AirSync:ConversationMode', int(conversation_mode)) if conversation_mode is not None else None,
            E('AirSync:Options', list(options)) if options else None,
            E('AirSync:Commands', list(commands)) if commands else None,
            class_=class_ or 'Email' if old else None)

    def start(self, collection_id: str, **arguments) -> Answer:
        """SyncKey 0: what the device held is gone."""
        self.collections[collection_id] = Collection()
        return self.apply(self.client.sync(self.request(collection_id, **arguments)))

    def sync(self, collection_id: str, **arguments) -> Answer:
        """One Sync of one collection, applied; starts it if it has no key."""
        if self.held(collection_id).sync_key == '0':
            self.start(collection_id)
        return self.apply(self.client.sync(self.request(collection_id, **arguments)))

    def sync_all(self, collection_id: str, *, options: Optional[Sequence[Node]] = None, window: int = 100,
                 rounds: int = 10000, **arguments) -> Collection:
        """Syncs until there is no more; `options` default to HTML bodies cut at 500 bytes."""
        if options is None:
            options = [body_preference(2, 500)]
        held = self.held(collection_id)
        for _ in range(rounds):
            self.sync(collection_id, options=options, window=window, **arguments)
            held = self.held(collection_id)
            if held.last_status not in (None, '1'):
                raise Disagreement(f'Sync of {collection_id} has Status {held.last_status}')
            if not held.more_available:
                return held
        raise Disagreement(f'MoreAvailable after {rounds} requests')

    def apply(self, answer: Answer) -> Answer:
        """Takes an answer's keys and changes over."""
        answer.expect()
        if answer.document is None:
            for held in self.collections.values():
                held.more_available = False
            return answer
        for part in answer.document.findall('AirSync:Collections/AirSync:Collection'):
            self._apply_collection(part)
        return answer

    def _apply_collection(self, part: Node) -> None:
        held = self.held(part.get('CollectionId'))
        held.last_status = part.get('Status')
        if held.last_status != '1':
            return
        held.sync_key = part.get('SyncKey')
        held.more_available = part.find('MoreAvailable') is not None
        seen = set()
        for change in self._commands(part):
            server_id = change.get('ServerId')
            if (change.name, server_id) in seen:
                raise Disagreement(f'{change.name} of {server_id} twice in one answer')
            seen.add((change.name, server_id))
            self._apply_item(held, change, server_id)

    @staticmethod
    def _commands(part: Node) -> list[Node]:
        commands = part.find('AirSync:Commands')
        if commands is not None and not commands.children:
            raise Disagreement('an empty Commands element')
        return [] if commands is None else commands.children

    @staticmethod
    def _apply_item(held: Collection, change: Node, server_id: str) -> None:
        known = server_id in held.items
        if change.name == 'Add' and known:
            raise Disagreement(f'item {server_id} is added, but the device has it')
        if change.name != 'Add' and not known:
            raise Disagreement(f'{change.name} of item {server_id}, which the device has not')
        if change.name in ('Delete', 'SoftDelete'):
            del held.items[server_id]
            if change.name == 'SoftDelete':
                held.soft_deleted.append(server_id)
            return
        properties = {element.tag: element for element in change.find('ApplicationData')}
        if change.name == 'Add':
            held.items[server_id] = properties
        else:
            held.items[server_id].update(properties)

    def change(self, collection_id: str, server_id: str, *properties: Node, **arguments) -> Answer:
        """A Change from the device, applied to what it holds and sent."""
        if self.held(collection_id).sync_key == '0':
            self.start(collection_id)
        if server_id in self.held(collection_id).items:
            self.held(collection_id).items[server_id].update({element.tag: element for element in properties})
        return self.sync(collection_id, commands=[E(
            'AirSync:Change', E('AirSync:ServerId', server_id), E('AirSync:ApplicationData', list(properties)))],
            **arguments)

    def add(self, collection_id: str, client_id: str, *properties: Node, **arguments) -> Node:
        """An Add from the device, applied to what it holds; what the server says of it."""
        answer = self.client.sync(self.request(collection_id, commands=[E(
            'AirSync:Add', E('AirSync:ClientId', client_id), E('AirSync:ApplicationData', list(properties)))],
            **arguments))
        part = answer.expect().document.find('AirSync:Collections/AirSync:Collection')
        outcome = part.find('AirSync:Responses/AirSync:Add') if part.get('Status') == '1' else None
        if outcome is not None and outcome.get('Status') == '1':
            self.held(collection_id).items[outcome.get('ServerId')] = {element.tag: element for element in properties}
        self.apply(answer)
        return outcome if outcome is not None else part

    def apply_addition(self, collection_id: str, answer: Answer, *properties: Node) -> None:
        """The answer to an Add that was sent before: the device has the item, which may be told as a change."""
        added = answer.expect().document.find('AirSync:Collections/AirSync:Collection/AirSync:Responses/AirSync:Add')
        self.held(collection_id).items.setdefault(added.get('ServerId'), {element.tag: element for element in properties})
        self.apply(answer)

    def delete(self, collection_id: str, *server_ids: str, **arguments) -> Answer:
        """Deletions from the device; it forgets the items itself."""
        answer = self.sync(collection_id, commands=[
            E('AirSync:Delete', E('AirSync:ServerId', server_id)) for server_id in server_ids], **arguments)
        if self.held(collection_id).last_status == '1':
            for server_id in server_ids:
                self.held(collection_id).items.pop(server_id, None)
        return answer

    # ------------------------------------------------------------------ push, sending

    def start_ping(self, heartbeat_seconds: int, folders: Sequence[str]) -> None:
        """Sends a Ping and returns; client.receive() waits for its answer."""
        self.client.post_only('Ping', ping_document(heartbeat_seconds, folders))

    def send_mail(self, mime: bytes, *, save_in_sent: bool = True) -> Answer:
        self.sent_client_ids += 1
        return self.client.send_mail(mime, client_id=f'{self.client.device_id}-{id(self):x}-{self.sent_client_ids}',
                                     save_in_sent=save_in_sent)


def subjects(held: Collection) -> list[str]:
    return sorted(text(item, 'Email:Subject') for item in held.items.values())


def text(item: dict[str, Node], tag: str) -> str:
    return item[tag].value() if tag in item else ''


def body(item: dict[str, Node]) -> str:
    element = item.get('AirSyncBase:Body')
    return '' if element is None else element.get('AirSyncBase:Data', '')
