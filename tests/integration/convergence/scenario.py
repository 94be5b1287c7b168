"""One seed's story: who does what in which order, and the comparison at its end.

The same seed draws the same operations. When a process is killed is left to the machine, so a failure that
needs that moment may take several runs.
"""
from __future__ import annotations

import datetime
import imaplib
import os
import random
from typing import Optional

from accounts import Account
from eas_client import E
from eas_client.client import ping_document
from eas_client.device import DRAFTS, Disagreement, text

from .accidents import Accidents
from .mailboxes import Mailboxes, Message
from .phone import Phone

VERSIONS = ('12.1', '14.0', '14.1', '16.0', '16.1')
FILTER_DAYS = (None, 1, 3, 7, 14, 31)  # MS-ASCMD 2.2.3.68.2

# What others do between the phone's requests, and how often.
OTHERS = {'append': 12, 'deliver': 8, 'flag': 14, 'expunge': 8, 'replace': 3, 'copy_or_move': 10, 'create_folder': 4,
          'rename_folder': 4, 'delete_folder': 2, 'delete_and_recreate_folder': 1, 'doveadm_expunge': 2,
          'doveadm_move': 2, 'resync': 1, 'delete_index': 2, 'forget_log': 1, 'close': 3}
PHONES = {'sync': 40, 'use': 16, 'filter': 3, 'move_items': 8, 'fetch': 4, 'ping': 1, 'hierarchy': 8, 'create_folder': 3,
          'update_folder': 3, 'delete_folder': 2, 'start_again': 1, 'estimate': 2, 'draft': 8, 'empty_folder': 1,
          'move_conversation': 2}


class Scenario:
    def __init__(self, account: Account, seed: int, *, version: Optional[str] = None, with_accidents: bool = True,
                 name: str = '', at_once: bool = False):
        """`at_once`: others are at work meanwhile, so nothing that depends on their pauses is done, and nobody knows
        what was in a folder when it was deleted."""
        self.choice = random.Random(f'{seed} {name}')
        self.history: list[str] = []
        self.account = account
        self.at_once = at_once
        self.habits = {what: often for what, often in PHONES.items() if not at_once or what not in ('ping', 'estimate')}
        self.version = version or self.choice.choice(VERSIONS)
        self.accidents = Accidents(account.instance, self.choice) if with_accidents else None
        self.mailboxes = Mailboxes(account, self.choice, self.note, name)
        self.phone = Phone(account.client(self.version, timeout_seconds=100), self.choice, self.accidents, self.note)
        # Without its index a dbox has another UIDVALIDITY; a Maildir keeps it.
        self.phone.may_restart = lambda folder: account.instance.options.mail_format != 'maildir'

    def share(self, other: 'Scenario') -> None:
        """Both have the same user: each meets the other's accidents and knows what the other deletes."""
        self.accidents = self.phone.accidents = other.accidents
        self.mailboxes.kept, self.mailboxes.copied = other.mailboxes.kept, other.mailboxes.copied

    def note(self, what: str) -> None:
        self.history.append(what)

    def run(self, steps: int) -> None:
        """All of it, one after the other."""
        self.phone.sync_folders()
        for step in range(steps):
            for _ in range(self.choice.choice([0, 1, 1, 2, 4])):
                self.others_do()
            self.note(f'step {step}')
            self.phone_does()
        self.settle()

    def others_do(self) -> None:
        try:
            getattr(self.mailboxes, self.choice.choices(list(OTHERS), list(OTHERS.values()))[0])()
        except (AssertionError, imaplib.IMAP4.error) as error:  # a NO: the folder has gone, the name is taken
            self.note(f'    refused: {error}')
            self.mailboxes.close()

    def phone_does(self) -> None:
        if self.phone.folder_key == '0' or self.phone.hierarchy_is_stale and self.choice.random() < 0.7:
            self.phone.sync_folders()
            return
        what = self.choice.choices(list(self.habits), list(self.habits.values()))[0]
        self.note(f'  phone: {what}')
        getattr(self, '_' + what)()

    def settle(self) -> None:
        """Everything arrives; then both sides have to be equal."""
        self.note('the end')
        self.phone.reliable = True
        self.phone.sync_to_the_end()  # what the user deleted may come to Trash when that was looked at already
        self.phone.sync_to_the_end()
        self.compare()
        self.phone.rest()

    # ------------------------------------------------------------------ the phone's user

    def _folder(self) -> str:
        folders = self._folders()
        return self.phone.inbox() if self.choice.random() < 0.4 else self.choice.choice(folders)

    def _folders(self) -> list[str]:
        """By path: ids differ from run to run."""
        return [folder for _, folder in sorted(self._paths().items())]

    def _window(self) -> Optional[int]:
        return self.choice.choice([None, 1, 2, 5, 20, 512])

    def _sync(self) -> None:
        count = self.choice.choice([1, 1, 2, 4])
        folders = [self._folder()] + self.choice.sample(self._folders(), min(count - 1, len(self.phone.folders)))
        total = self.choice.choice([None, 3, 50]) if self.phone.client.version > '12.1' else None
        self.phone.sync_folders_items(list(dict.fromkeys(folders)), self._window(), total)

    def _items(self, most: int) -> tuple[str, list[str]]:
        folder = self._folder()
        items = sorted(self.phone.held(folder).items, key=lambda item: int(item.rsplit(':', 1)[1]))
        return folder, self.choice.sample(items, min(len(items), self.choice.randint(1, most)))

    def _use(self) -> None:
        folder, items = self._items(5)
        for item in items:
            what = self.choice.choice(['read', 'unread', 'flag', 'unflag', 'delete'])
            self.note(f'    {what} {item}')
            if what == 'delete':
                self.mailboxes.kept.discard(text(self.phone.held(folder).items[item], 'Email:Subject'))
                self.phone.remove(folder, item)
            elif what.endswith('read'):
                self.phone.set_properties(folder, item, E('Email:Read', int(what == 'read')))
            else:
                self.phone.set_properties(folder, item, E('Email:Flag', [
                    E('Email:Status', 2), E('Email:FlagType', 'Flag for follow up')] if what == 'flag' else []))
        if self.choice.random() < 0.8:
            self.phone.sync_folders_items([folder], self._window())

    def _filter(self) -> None:
        folder = self._folder()
        self.phone.filters[folder] = self.choice.randrange(6)
        self.note(f'    {self.phone.filters[folder]} for {folder}')
        self.phone.filter_is_known.discard(folder)
        self.phone.sync_folders_items([folder], self._window())

    def _move_items(self) -> None:
        folder, items = self._items(4)
        target = self._folder()
        if items and target != folder:
            self.note(f'    {items} to {target}')
            self.phone.insist('MoveItems', E('Move:MoveItems', [
                E('Move:Move', E('Move:SrcMsgId', item), E('Move:SrcFldId', folder), E('Move:DstFldId', target))
                for item in items]))

    def _draft(self) -> None:
        """Writes one, or another subject of one; from 16.0 on."""
        if float(self.phone.client.version) < 16:
            return
        drafts = self.phone.of_type(DRAFTS)
        self.mailboxes.count += 1
        subject = f'{self.mailboxes.name}Draft {self.mailboxes.count}'
        items = sorted(self.phone.held(drafts).items)  # what others moved there is no draft and stays as it is
        if items and self.choice.random() < 0.5:
            item = self.choice.choice(items)
            self.note(f'    {item} becomes {subject}')
            self.mailboxes.kept.discard(text(self.phone.held(drafts).items[item], 'Email:Subject'))
            self.phone.set_properties(drafts, item, E('Email:Subject', subject))
        elif self.phone.held(drafts).sync_key != '0':
            self.note(f'    {subject}')
            # New mail of the phone is read.
            self.phone.add_draft(drafts, subject, E('Email:Subject', subject), E('Email:Read', 1))
        if self.choice.random() < 0.8:
            self.phone.sync_folders_items([drafts], self._window())

    def _empty_folder(self) -> None:
        """None of those that others deliver to, or little would be left."""
        folders = [folder for folder in self._folders() if folder != self.phone.inbox()]
        folder = self.choice.choice(folders)
        self.note(f'    {folder}')
        if not self.at_once:
            path = next(path for path, each in self._paths().items() if each == folder)
            self.mailboxes.forget_all(path)
        self.phone.insist('ItemOperations', E('ItemOperations:ItemOperations', E(
            'ItemOperations:EmptyFolderContents', E('AirSync:CollectionId', folder))))

    def _move_conversation(self) -> None:
        folder, items = self._items(1)
        conversation = self.phone.held(folder).items[items[0]].get('Email2:ConversationId') if items else None
        target = self._folder()
        if conversation is not None and self.phone.folders[target].type != DRAFTS:
            self.note(f'    that of {items[0]} to {target}')
            self.phone.insist('ItemOperations', E('ItemOperations:ItemOperations', E(
                'ItemOperations:Move', E('ItemOperations:ConversationId', conversation.data()),
                E('ItemOperations:DstFldId', target), E('ItemOperations:Options', E('ItemOperations:MoveAlways')))))

    def _fetch(self) -> None:
        folder, items = self._items(2)
        for item in items:
            self.phone.insist('ItemOperations', E('ItemOperations:ItemOperations', E(
                'ItemOperations:Fetch', E('ItemOperations:Store', 'Mailbox'), E('AirSync:CollectionId', folder),
                E('AirSync:ServerId', item))))

    def _ping(self) -> None:
        """A message that comes while the phone waits wakes it, for that folder."""
        phone, inbox = self.phone, self.phone.inbox()
        phone.reliable, was = True, phone.reliable
        phone.sync_to_the_end()
        phone.client.post_only('Ping', ping_document(20, [inbox]))
        if self.choice.random() < 0.3 and self.accidents:
            self.accidents.kill('eas-ping')
            phone.client.close()
        else:
            self.mailboxes.deliver()
            answer = phone.client.receive().expect()
            if answer.get('Status') != '2' and phone.filters.get(inbox, 0) == 0:
                raise Disagreement(f'Ping has Status {answer.get("Status")} though a message came')
        phone.reliable = was

    def _hierarchy(self) -> None:
        self.phone.sync_folders()

    def _own_folder(self) -> Optional[str]:
        own = [folder for folder in self._folders() if 'older ' in self.phone.folders[folder].name]
        return self.choice.choice(own) if own else None

    def _create_folder(self) -> None:
        self.mailboxes.count += 1
        parent = self.choice.choice(['0', self._own_folder() or '0'])
        name = f'{self.mailboxes.name}Phone folder {self.mailboxes.count}'
        self.note(f'    {name} below {parent}')
        self.phone.create_folder(parent, name)

    def _update_folder(self) -> None:
        folder, parent = self._own_folder(), self._own_folder()
        if folder is None:
            return
        if parent in self.phone.subtree(folder) or self.choice.random() < 0.5:
            parent = self.phone.folders[folder].parent_id
        self.mailboxes.count += 1
        name = f'{self.mailboxes.name}Phone folder {self.mailboxes.count}'
        self.note(f'    {folder} is {name} below {parent}')
        self.phone.update_folder(folder, parent, name)

    def _delete_folder(self) -> None:
        folder = self._own_folder()
        if folder is not None:
            self.note(f'    {folder} {self.phone.folders[folder].name}')
            self.mailboxes.kept.clear()  # the server may have more below it than the phone knows
            self.phone.delete_folder(folder)

    def _start_again(self) -> None:
        self.phone.collections.pop(self._folder(), None)

    def _estimate(self) -> None:
        """GetItemEstimate names the number of changes that the next Syncs bring."""
        phone, folder = self.phone, self._folder()
        phone.reliable, was = True, phone.reliable
        answered = phone.sync_folders_items([folder], self._window())
        if answered and folder in phone.filter_is_known and folder not in phone.not_now:
            held = phone.held(folder)
            if held.sync_key != '0' and not phone.hierarchy_is_stale:
                answer = phone.client.get_item_estimate(
                    folder, held.sync_key, E('AirSync:FilterType', phone.filters.get(folder, 0))).expect()
                estimate = int(answer.get('Response/Collection/Estimate') or 0)
                if (estimate > 0) != held.more_available:
                    raise Disagreement(f'an estimate of {estimate}, MoreAvailable {held.more_available}')
        phone.reliable = was

    # ------------------------------------------------------------------ the comparison

    def compare(self) -> None:
        """Raises Disagreement if the phone shows anything else than an IMAP client."""
        there = self.mailboxes.folders(exactly=True)
        here = self._paths()
        if set(there) != set(here):
            raise Disagreement(f'the folders differ: only in IMAP {sorted(set(there) - set(here))}, '
                               f'only on the phone {sorted(set(here) - set(there))}')
        subjects = set()
        for path, selectable in sorted(there.items()):
            expected = self.mailboxes.messages(path, self._since(here[path])) if selectable else []
            shown = sorted(Message(text(item, 'Email:Subject'), text(item, 'Email:Read') == '1', _is_flagged(item))
                           for item in self.phone.held(here[path]).items.values())
            if shown != expected:
                raise Disagreement(f'{path} (filter {self.phone.filters.get(here[path], 0)}) differs: only in IMAP '
                                   f'{_without(expected, shown)}, only on the phone {_without(shown, expected)}')
            subjects |= {message.subject for message in self.mailboxes.messages(path)} if selectable else set()
            self._find_doubled(path, expected)
        lost = self.mailboxes.kept - subjects
        if lost and not self.at_once:
            raise Disagreement(f'lost: {sorted(lost)}')

    def _find_doubled(self, path: str, messages: list[Message]) -> None:
        """A draft of the phone is there once, unless somebody copied it."""
        drafts = [message.subject for message in messages if 'Draft ' in message.subject]
        doubled = {subject for subject in drafts if drafts.count(subject) > 1} - self.mailboxes.copied
        if doubled:
            raise Disagreement(f'twice in {path}: {sorted(doubled)}')

    def _paths(self) -> dict[str, str]:
        """What the phone shows: path -> ServerId."""
        folders, paths = self.phone.folders, {}
        for folder in folders.values():
            names, each = [folder.name], folder
            while each.parent_id != '0':
                each = folders[each.parent_id]
                names.insert(0, each.name)
            paths['/'.join(names)] = folder.server_id
        if len(paths) != len(folders):
            raise Disagreement('two folders have the same name')
        return paths

    def _since(self, folder: str) -> Optional[datetime.datetime]:
        days = FILTER_DAYS[self.phone.filters.get(folder, 0)]
        return datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=days) if days else None


def _is_flagged(item: dict) -> bool:
    flag = item.get('Email:Flag')
    return flag is not None and flag.get('Status') == '2'


def _without(these: list[Message], others: list[Message]) -> list[Message]:
    rest = list(these)
    for message in others:
        if message in rest:
            rest.remove(message)
    return rest


def told(history: list[str], last: int = 60) -> str:
    """The end of it; all of it if EAS_HISTORY is set."""
    last = len(history) if os.environ.get('EAS_HISTORY') else last
    return '\n'.join(history[-last:])


