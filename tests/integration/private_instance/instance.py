"""One whole private instance in a directory: prepare() writes it, start() and stop() run it."""
from __future__ import annotations

import getpass
import grp
import imaplib
import os
import pwd
import re
import shutil
import smtplib
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Optional, Sequence

from . import templates
from .directory import Directory
from .dovecot import Dovecot
from .processes import StartError, free_ports, run, wait_until
from .software import Software
from .submission import Submission

PORTS = ('EAS_HTTP_PORT', 'EAS_HTTPS_PORT', 'IMAP_PORT', 'LMTP_PORT', 'SUBMISSION_PORT', 'LDAP_PORT', 'LDAPS_PORT')
MAIL_LOCATIONS = {'maildir': 'maildir:~/Maildir', 'sdbox': 'sdbox:~/sdbox', 'mdbox': 'mdbox:~/mdbox'}
SHARED_LOCATIONS = {name: location.replace('~', '%%h') for name, location in MAIL_LOCATIONS.items()}


@dataclass
class Options:
    """What differs between instances."""
    domain: str = 'demo.example'
    users: int = 3
    password: str = 'demo'
    mail_format: str = 'maildir'
    ports: dict[str, int] = field(default_factory=dict)  # those of PORTS that are not chosen freely
    failure_delay: str = '1 secs'
    auth_penalty: bool = True
    fsync: str = 'optimized'
    ping_min_interval: str = '10 secs'
    environment: dict[str, str] = field(default_factory=dict)  # of Dovecot's processes
    checker: str = ''          # a command that runs our programs behind the log-in, as valgrind
    extra: str = ''            # lines for dovecot.conf
    eas_extra: str = ''        # lines for eas.conf
    with_directory: bool = True
    directory_entries: str = ''  # LDIF, behind the users' entries
    directory_access: str = ''   # lines for slapd.conf, in front of its other rules
    directory_overlays: str = ''  # and behind all others
    mail_plugins: str = ''     # of all processes that read mail; EAS has them before its own
    sharing: bool = False      # shared and public mailboxes, attributes, quota: sharing.conf.in


class Instance:
    def __init__(self, directory: Path, options: Optional[Options] = None, tools: Optional[Path] = None):
        """`tools` holds the SMTP server that ./demo unpacked, if the system has none."""
        self.directory = directory.resolve()
        self.options = options or Options()
        self.mail_root = self.directory / 'mail'
        self.calendar_root = self.directory / 'calendars'
        self.uid, self.gid = _mail_account(self.mail_root)
        self.software = Software(self.directory / 'software')
        self.dovecot = Dovecot(self.directory, self.software)
        self.submission = Submission(self.directory, tools or self.directory, self.uid, self.gid)
        self.ldap = Directory(self.directory)
        self.ports: dict[str, int] = dict(self.options.ports)
        self.users = [f'user{number}@{self.options.domain}' for number in range(1, self.options.users + 1)]
        self._free_users = iter(self.users)

    @property
    def password(self) -> str:
        return self.options.password

    # ------------------------------------------------------------------ life

    def prepare(self, build: Path, staged: Optional[Path] = None) -> None:
        """Makes the directory anew; mail that is there stays. `staged` is Software.install()'s."""
        for name in ('conf', 'run', 'state', 'log', 'submission', 'directory'):
            shutil.rmtree(self.directory / name, ignore_errors=True)
        for name in ('conf', 'run', 'state', 'log'):
            (self.directory / name).mkdir(parents=True)
        for path in (self.mail_root, self.calendar_root):
            path.mkdir(exist_ok=True, mode=0o700)
            if os.geteuid() == 0:
                os.chown(path, self.uid, self.gid)
        self.directory.chmod(0o755)
        self.software.install(build, staged)
        for name, port in zip(PORTS, free_ports(len(PORTS))):
            self.ports.setdefault(name, port)
        self._make_certificate()
        self._write_configuration()
        self._write_users(self.users, self.password)

    def _write_configuration(self) -> None:
        values = self._values()
        if self.options.sharing:
            values['EXTRA'] += templates.fill('sharing.conf', values)
        self.dovecot.configuration.write_text(templates.fill('dovecot.conf', values))
        (self.software.settings / 'eas.conf').write_text(templates.fill('eas.conf', values))
        self.submission.prepare(values)
        if self.options.with_directory:
            self.ldap.prepare(values, self.users, self.password, self.options.directory_entries)

    def _values(self) -> dict[str, object]:
        root = os.geteuid() == 0
        own_user, own_group = getpass.getuser(), grp.getgrgid(os.getegid()).gr_name
        options = self.options
        return {
            **self.ports, 'DIRECTORY': self.directory, 'SOFTWARE': self.software.directory,
            'EAS_CONF': self.dovecot.prepare_namespace(), 'DOMAIN': options.domain, 'PASSWORD': options.password,
            'MAIL_ROOT': self.mail_root, 'CALENDAR_ROOT': self.calendar_root,
            'MAIL_LOCATION': MAIL_LOCATIONS[options.mail_format],
            'SHARED_LOCATION': SHARED_LOCATIONS[options.mail_format],
            'PUBLIC_LOCATION': f'{options.mail_format}:{self.mail_root}/public',
            'LISTS_LOCATION': f'{options.mail_format}:{self.mail_root}/lists',
            'UID': self.uid, 'GID': self.gid, 'FSYNC': options.fsync, 'FAILURE_DELAY': options.failure_delay,
            'PENALTY_MODE': '0600' if options.auth_penalty else '0',
            'ENVIRONMENT': ' '.join(f'{name}={value}' for name, value in options.environment.items()),
            'CHECKER': f'{options.checker} ' if options.checker else '', 'PING_MIN_INTERVAL': options.ping_min_interval, 'EXTRA': options.extra,
            'EAS_EXTRA': templates.fill_text(options.eas_extra, {**self.ports, 'DIRECTORY': self.directory, 'PASSWORD': options.password}),
            'LDAP_ACCESS': options.directory_access, 'LDAP_OVERLAYS': options.directory_overlays,
            'OTHER_SCHEMA': Path(__file__).resolve().parents[2] / 'fixtures/ldap/other-programs.schema',
            'EAS_SCHEMA': Path(__file__).resolve().parents[3] / 'conf.d/ldap/eas.schema',
            'EAS_PLUGINS': f'{"acl quota" if options.sharing else options.mail_plugins} eas',
            'MAIL_PLUGINS': options.mail_plugins,
            'INTERNAL_USER': 'dovecot' if root else own_user, 'INTERNAL_GROUP': 'dovecot' if root else own_group,
            'LOGIN_USER': 'dovenull' if root else own_user,
            # Only root can change the root directory.
            'LOGIN_CHROOT': '' if root else 'chroot =',
            'SERVICE_CHROOTS': '' if root else '\n'.join(
                f'service {name} {{\n  chroot =\n}}' for name in ('imap-login', 'anvil', 'stats', 'ipc'))}

    def _make_certificate(self) -> None:
        run(['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '3650', '-subj', '/CN=localhost',
             '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1',
             '-keyout', self.directory / 'conf/key.pem', '-out', self.directory / 'conf/certificate.pem'])

    def start(self) -> None:
        """Starts what does not run."""
        if self.options.with_directory and self.ldap.pid() is None:
            self.ldap.start(self.ports['LDAP_PORT'], self.ports['LDAPS_PORT'])
        if self.dovecot.pid() is None:
            self.dovecot.start(self.options.environment)
        if self.submission.pid() is None:
            self.submission.start(self.ports['SUBMISSION_PORT'])

    def stop(self) -> None:
        self.submission.stop()
        self.dovecot.stop()
        self.ldap.stop()

    # ------------------------------------------------------------------ use

    def add_user(self, user: str, password: Optional[str] = None, fields: str = '') -> str:
        """Makes an account known to the running instance. Dovecot looks at its file once a second.

        `fields` are those that the user database returns, as 'eas_enabled=no quota_rule=*:storage=1M'.
        """
        self._write_users([user], password or self.password, ' '.join(f'userdb_{field}' for field in fields.split()))
        time.sleep(1.1)
        return user

    def change_user(self, user: str, fields: str) -> None:
        """What the user database returns of an account from now on: `fields` as in add_user()."""
        path = self.directory / 'conf/users'
        lines = [line for line in path.read_text(encoding='utf-8').splitlines(keepends=True) if not line.startswith(f'{user}:')]
        path.write_text(''.join(lines), encoding='utf-8')
        self.add_user(user, fields=fields)

    def take_user(self) -> str:
        """One of the users that nobody has taken yet."""
        return next(self._free_users)

    def _write_users(self, users: Sequence[str], password: str, fields: str = '') -> None:
        for path, line in (('conf/users', f'{{user}}:{password}::::::{fields}\n'), ('submission/users', '{user}: yes\n')):
            with open(self.directory / path, 'a', encoding='utf-8') as file:
                file.writelines(line.replace('{user}', user) for user in users)

    def imap(self, user: str, password: Optional[str] = None) -> imaplib.IMAP4:
        connection = imaplib.IMAP4('127.0.0.1', self.ports['IMAP_PORT'])
        connection.login(user, password or self.password)
        return connection

    def deliver(self, user: str, message: bytes, sender: str = 'sender@elsewhere.example') -> None:
        """Hands a message to Dovecot by LMTP; returns when Dovecot has answered 250."""
        with smtplib.LMTP('127.0.0.1', self.ports['LMTP_PORT']) as lmtp:
            refused = lmtp.sendmail(sender, [user], message)
        if refused:
            raise StartError(f'LMTP refused {user}: {refused}')

    def wait_for_log(self, pattern: str, start: int = 0, seconds: float = 30) -> str:
        """The first line with the pattern, a regular expression, behind the first `start` characters. A process's lines
        come through a pipe: some time after its answer. AssertionError if none comes."""
        found: list[str] = []

        def comes() -> bool:
            found[:] = [line for line in self.log()[start:].splitlines() if re.search(pattern, line)]
            return bool(found)

        assert wait_until(comes, seconds, 0.05), f'no line of the log has {pattern!r}'
        return found[0]

    def log(self) -> str:
        path = self.directory / 'log/dovecot.log'
        return path.read_text(encoding='utf-8', errors='replace') if path.exists() else ''


def _mail_account(mail_root: Path) -> tuple[int, int]:
    """The uid and gid that own the virtual users' mail: our own, or as root one that nobody has."""
    if os.geteuid() != 0:
        return os.geteuid(), os.getegid()
    if mail_root.exists():
        return mail_root.stat().st_uid, mail_root.stat().st_gid
    taken = {entry.pw_uid for entry in pwd.getpwall()} | {entry.gr_gid for entry in grp.getgrall()}
    number = next(number for number in range(5000, 65000) if number not in taken)
    return number, number
