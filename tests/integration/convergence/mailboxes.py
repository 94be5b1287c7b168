"""What other programs do to a user's mail, and what there is: by IMAP, LMTP and doveadm."""
from __future__ import annotations

import datetime
import email
import email.policy
import imaplib
import random
import re
import time
from dataclasses import dataclass
from typing import Optional, Sequence

from accounts import Account, check, quoted
from private_instance.processes import StartError

LIST_LINE = re.compile(rb'\((?P<flags>[^)]*)\) "/" (?P<name>.+)')
FLAGS = (r'\Seen', r'\Flagged', r'\Answered', r'\Deleted', '$Forwarded', 'Label')
AGES_DAYS = (0, 0, 2, 5, 10, 20, 60)


@dataclass(frozen=True, order=True)
class Message:
    subject: str
    read: bool
    flagged: bool


class Mailboxes:
    def __init__(self, account: Account, choice: random.Random, note, name: str = ''):
        self.account, self.choice, self.note, self.name = account, choice, note, name
        self.count = 0
        self.kept: set[str] = set()  # subjects of messages that nobody deleted for good
        self.copied: set[str] = set()  # and of those that may be there several times
        self._connection: Optional[imaplib.IMAP4] = None

    # ------------------------------------------------------------------ what there is

    def folders(self, exactly: bool = False) -> dict[str, bool]:
        """Path -> whether it can be opened; with the parents that LIST does not show. With Maildir++ LIST shows
        deleted mailboxes as long as there are others below them: `exactly` tries each."""
        found: dict[str, bool] = {}
        for line in check(self.imap().list('""', '*')):
            if line is None:
                continue
            if isinstance(line, tuple):  # a name sent as a literal
                line = line[0][:line[0].rindex(b'{')] + line[1]
            match = LIST_LINE.fullmatch(line)
            flags = match['flags'].lower()
            name = match['name'].decode().strip('"')
            found[name] = b'\\noselect' not in flags and b'\\nonexistent' not in flags
        if exactly:
            found = {path: selectable and self.imap().select(quoted(path), readonly=True)[0] == 'OK'
                     for path, selectable in found.items()}
        for path in list(found):
            while '/' in path:
                path = path.rsplit('/', 1)[0]
                found.setdefault(path, False)
        kept = [path for path, selectable in found.items() if selectable]
        return {path: selectable for path, selectable in found.items()
                if selectable or any(other.startswith(path + '/') for other in kept)}

    def messages(self, folder: str, since: Optional[datetime.datetime] = None) -> list[Message]:
        """Those received since then, sorted."""
        connection = self.imap()
        if check(connection.select(quoted(folder), readonly=True)) == [b'0']:
            return []
        found = []
        for data in check(connection.uid('FETCH', '1:*', '(FLAGS INTERNALDATE BODY.PEEK[HEADER.FIELDS (SUBJECT)])')):
            if not isinstance(data, tuple):
                continue
            received = datetime.datetime.fromtimestamp(
                time.mktime(imaplib.Internaldate2tuple(data[0])), datetime.timezone.utc)
            if since is not None and received < since:
                continue
            flags = {flag.decode() for flag in imaplib.ParseFlags(data[0])}
            subject = str(email.message_from_bytes(data[1], policy=email.policy.default)['Subject'])
            found.append(Message(subject, r'\Seen' in flags, r'\Flagged' in flags))
        return sorted(found)

    # ------------------------------------------------------------------ IMAP

    def imap(self) -> imaplib.IMAP4:
        if self._connection is None:
            self._connection = self.account.instance.imap(self.account.user)
        return self._connection

    def close(self) -> None:
        if self._connection is not None:
            try:
                self._connection.logout()
            except (imaplib.IMAP4.error, OSError):
                pass
            self._connection = None

    def _openable(self) -> list[str]:
        return sorted(path for path, selectable in self.folders().items() if selectable)

    def _a_folder(self) -> str:
        folders = self._openable()
        return 'INBOX' if self.choice.random() < 0.4 else self.choice.choice(folders)

    def _select(self, most: int = 4) -> tuple[str, list[str]]:
        """Opens a folder; its name and some UIDs, perhaps none."""
        folder = self._a_folder()
        if check(self.imap().select(quoted(folder))) == [b'0']:
            return folder, []
        uids = check(self.imap().uid('SEARCH', 'ALL'))[0].decode().split()
        return folder, sorted(self.choice.sample(uids, min(len(uids), self.choice.randint(1, most))), key=int)

    def _forget(self, uids: list[str]) -> None:
        """Messages of the open folder are about to go for good."""
        if not uids:
            return
        self.kept -= self._subjects(uids)

    def _subjects(self, uids: list[str]) -> set[str]:
        return {str(email.message_from_bytes(data[1], policy=email.policy.default)['Subject'])
                for data in check(self.imap().uid('FETCH', ','.join(uids), '(BODY.PEEK[HEADER.FIELDS (SUBJECT)])'))
                if isinstance(data, tuple)}

    def forget_all(self, folder: str) -> None:
        """The phone is about to empty it. Where it is called something else by now, it may be any."""
        if self.folders(exactly=True).get(folder):
            self.kept -= {message.subject for message in self.messages(folder)}
        else:
            self.kept.clear()

    def _forget_deleted(self) -> None:
        self._forget(check(self.imap().uid('SEARCH', 'DELETED'))[0].decode().split())

    def _make(self) -> bytes:
        self.count += 1
        subject = f'{self.name}Message {self.count}'
        self.note(f'    {subject}')
        return (f'From: a@elsewhere.example\r\nTo: {self.account.user}\r\nSubject: {subject}\r\n'
                f'Message-ID: <{subject.replace(" ", ".")}@elsewhere.example>\r\n\r\n'
                + 'Some text. ' * self.choice.choice([1, 10, 200]) + '\r\n').encode()

    def _append(self, folder: str, flags: Sequence[str] = (), received: Optional[datetime.datetime] = None) -> None:
        message = self._make()
        check(self.imap().append(quoted(folder), '(' + ' '.join(flags) + ')', received, message))
        self.kept.add(f'{self.name}Message {self.count}')

    def append(self) -> None:
        folder = self._a_folder()
        for _ in range(self.choice.choice([1, 1, 2, 5])):
            age = datetime.timedelta(days=self.choice.choice(AGES_DAYS), hours=1)
            flags = self.choice.sample(FLAGS[:3], self.choice.randint(0, 2))
            self.note(f'  append to {folder}, {age.days} days old, {flags}')
            self._append(folder, flags, datetime.datetime.now(datetime.timezone.utc) - age)

    def deliver(self) -> None:
        self.note('  deliver')
        self.account.deliver_raw(self._make())
        self.kept.add(f'{self.name}Message {self.count}')

    def flag(self) -> None:
        folder, uids = self._select(8)
        if uids:
            flags, sign = self.choice.choice(FLAGS), self.choice.choice('+-')
            self.note(f'  store {folder} {uids} {sign}{flags}')
            check(self.imap().uid('STORE', ','.join(uids), f'{sign}FLAGS', f'({flags})'))

    def expunge(self) -> None:
        folder, uids = self._select(self.choice.choice([1, 5, 30]))
        if uids:
            self.note(f'  expunge {folder} {uids}')
            check(self.imap().uid('STORE', ','.join(uids), '+FLAGS', r'(\Deleted)'))
            self._forget_deleted()
            check(self.imap().expunge())

    def replace(self) -> None:
        """One goes, one comes: the count stays equal."""
        folder, uids = self._select(1)
        if uids:
            self.note(f'  replace {folder} {uids}')
            self._append(folder)
            check(self.imap().uid('STORE', uids[0], '+FLAGS', r'(\Deleted)'))
            self._forget_deleted()
            check(self.imap().expunge())

    def copy_or_move(self) -> None:
        folder, uids = self._select(6)
        target = self.choice.choice(self._openable())
        if uids and target != folder:
            command = self.choice.choice(['COPY', 'MOVE', 'MOVE'])
            self.note(f'  {command} {uids} from {folder} to {target}')
            if command == 'COPY':
                self.copied |= self._subjects(uids)
            check(self.imap().uid(command, ','.join(uids), quoted(target)))

    def create_folder(self) -> None:
        self.count += 1
        parents = [''] + [path + '/' for path in self.folders() if path.count('/') < 3]
        path = f'{self.choice.choice(parents)}{self.name}Folder {self.count}'
        self.note(f'  create {path}')
        check(self.imap().create(quoted(path)))

    def _own_folders(self, openable: bool = False) -> list[str]:
        """Those that no setting creates; without mere containers if they are to be `openable`."""
        return sorted(path for path, selectable in self.folders().items()
                      if 'Folder' in path.rsplit('/', 1)[-1] and (selectable or not openable))

    def rename_folder(self) -> None:
        folders = self._own_folders()
        if not folders:
            return
        path = self.choice.choice(folders)
        self.count += 1
        parents = [''] + [other + '/' for other in folders
                          if other != path and not other.startswith(path + '/') and other.count('/') < 3]
        target = f'{self.choice.choice(parents)}{self.name}Folder {self.count}'
        self.note(f'  rename {path} to {target}')
        self.imap().select('INBOX')  # a renamed mailbox must not be open here
        self.imap().rename(quoted(path), quoted(target))

    def delete_folder(self, again: bool = False) -> None:
        folders = self._own_folders(openable=True)
        if not folders:
            return
        path = self.choice.choice(folders)
        self.note(f'  delete {path}' + (' and create it anew' if again else ''))
        if check(self.imap().select(quoted(path), readonly=True)) != [b'0']:
            self._forget(check(self.imap().uid('SEARCH', 'ALL'))[0].decode().split())
        self.imap().select('INBOX')
        check(self.imap().delete(quoted(path)))
        if again:
            check(self.imap().create(quoted(path)))
            self._append(path)

    def delete_and_recreate_folder(self) -> None:
        self.delete_folder(again=True)

    # ------------------------------------------------------------------ doveadm

    def doveadm(self, *arguments: object) -> None:
        self.note('  doveadm ' + ' '.join(map(str, arguments)))
        try:
            self.account.instance.dovecot.doveadm(arguments[0], '-u', self.account.user, *arguments[1:])
        except StartError as error:
            self.note(f'    {error}')

    def doveadm_expunge(self) -> None:
        folder, uids = self._select(5)
        if uids:
            self._forget(uids)
            self.doveadm('expunge', 'mailbox', folder, 'uid', ','.join(uids))

    def doveadm_move(self) -> None:
        folder, uids = self._select(5)
        target = self.choice.choice(self._openable())
        if uids and target != folder:
            self.doveadm('move', target, 'mailbox', folder, 'uid', ','.join(uids))

    def resync(self) -> None:
        self.doveadm('force-resync', self._a_folder())

    def delete_index(self) -> None:
        """Removes a mailbox's index files, as admins do. Maildir has the UIDs elsewhere, the others lose flags."""
        if self.account.instance.options.mail_format != 'maildir':
            return
        home = self.account.instance.mail_root / self.account.user
        directory = self.choice.choice(sorted({path.parent for path in home.rglob('dovecot.index*')}))
        self.note(f'  delete the index in {directory.name}')
        self.close()
        time.sleep(1)  # Dovecot tells two indexes apart by the second in which they were made
        for path in directory.glob('dovecot.index*'):
            path.unlink()

    def forget_log(self) -> None:
        """The older part of the log of changes is gone, as some days after a rotation."""
        home = self.account.instance.mail_root / self.account.user
        for path in home.rglob('dovecot.index.log.2'):
            path.unlink()
