"""The directory: OpenLDAP's slapd with a database of its own, the demo's users as inetOrgPerson."""
from __future__ import annotations

from pathlib import Path
from typing import Optional, Sequence

from . import templates
from .processes import StartError, end, listens, read_pid, run, wait_until

BASE = 'dc=demo,dc=example'


class Directory:
    def __init__(self, directory: Path):
        self.directory = directory
        self.place = directory / 'directory'

    def prepare(self, values: dict[str, object], users: Sequence[str], password: str, more: str = '') -> None:
        (self.place / 'data').mkdir(parents=True)
        (self.place / 'slapd.conf').write_text(templates.fill('slapd.conf', values))
        run(['/usr/sbin/slapadd', '-q', '-f', self.place / 'slapd.conf'],
            given=(_entries(users, password) + '\n' + more).encode(), what='slapadd')

    def start(self, port: int, tls_port: int) -> None:
        run(['/usr/sbin/slapd', '-f', self.place / 'slapd.conf', '-h', f'ldap://127.0.0.1:{port}/ ldaps://127.0.0.1:{tls_port}/',
             '-n', 'demo-slapd'], what='slapd')
        if not wait_until(lambda: listens(port), 60):
            raise StartError(f'slapd does not listen on port {port}')

    def pid(self) -> Optional[int]:
        return read_pid(self.place / 'slapd.pid')

    def stop(self) -> None:
        end(self.pid())


def _entries(users: Sequence[str], password: str) -> str:
    entries = [f'dn: {BASE}\nobjectClass: dcObject\nobjectClass: organization\ndc: demo\no: Demo\n',
               f'dn: ou=people,{BASE}\nobjectClass: organizationalUnit\nou: people\n']
    for user in users:
        uid = user.split('@')[0]
        entries.append(f'dn: uid={uid},ou=people,{BASE}\nobjectClass: inetOrgPerson\nuid: {uid}\n'
                       f'cn: {uid.capitalize()} Demo\ngivenName: {uid.capitalize()}\nsn: Demo\n'
                       f'mail: {user}\nuserPassword: {password}\n')
    return '\n'.join(entries)
