"""A private Radicale 3, and a CalDAV client of it."""
from __future__ import annotations

import base64
import http.client
import os
import re
import subprocess
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Optional
from urllib.parse import quote

from private_instance.processes import free_ports, wait_until

MODULE = Path('/usr/lib/python3/dist-packages/radicale/__main__.py')  # python3-radicale
CALENDAR = '''<?xml version="1.0"?><mkcol xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><set><prop>
<resourcetype><collection/><C:calendar/></resourcetype><displayname>{name}</displayname>
<C:supported-calendar-component-set>{components}</C:supported-calendar-component-set></prop></set></mkcol>'''


class Radicale:
    """Serves `folder`/collection-root to whoever comes, with the rights of the mail user."""

    def __init__(self, folder: Path, uid: int, gid: int):
        self.folder, self.uid, self.gid = folder, uid, gid
        self.port = free_ports(1)[0]
        self._process: Optional[subprocess.Popen] = None

    def start(self) -> 'Radicale':
        self.folder.mkdir(parents=True, exist_ok=True)
        configuration = self.folder / 'radicale.conf'
        configuration.write_text(f'[server]\nhosts = 127.0.0.1:{self.port}\n[auth]\ntype = none\n[web]\ntype = none\n'
                                 f'[storage]\nfilesystem_folder = {self.folder}\n[logging]\nlevel = warning\n')
        as_user = {}
        if os.geteuid() == 0:
            os.chown(self.folder, self.uid, self.gid)
            as_user = {'user': self.uid, 'group': self.gid, 'extra_groups': []}
        with open(self.folder / 'radicale.log', 'wb') as log:
            self._process = subprocess.Popen(  # pylint: disable=consider-using-with
                ['/usr/bin/python3', '-m', 'radicale', '--config', str(configuration)], stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, **as_user)
        if not wait_until(self._answers, 60):
            self.stop()
            raise RuntimeError('Radicale does not start: ' + self.log())
        return self

    def _answers(self) -> bool:
        try:
            return CalDav(self.port, 'nobody').request('GET', '/')[0] > 0
        except OSError:
            return False

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(30)
            self._process = None

    def log(self) -> str:
        return (self.folder / 'radicale.log').read_text(errors='replace')

    def client(self, user: str) -> 'CalDav':
        return CalDav(self.port, user)

    def collection(self, user: str, name: str) -> Path:
        return self.folder / 'collection-root' / user / name


class CalDav:
    """What CalDAV clients do, one connection a request."""

    def __init__(self, port: int, user: str):
        self.port, self.user = port, user

    def request(self, method: str, path: str, body: str = '', **headers: str) -> tuple[int, dict[str, str], str]:
        connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=60)
        try:
            token = base64.b64encode(f'{self.user}:x'.encode()).decode()
            connection.request(method, path, body.encode(), {
                'Authorization': f'Basic {token}',
                **{name.replace('_', '-'): value for name, value in headers.items()}})
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read().decode()
        finally:
            connection.close()

    def _path(self, collection: str, name: str = '') -> str:
        return f'/{quote(self.user)}/{quote(collection)}/{quote(name)}'

    def make(self, collection: str, *components: str) -> None:
        listed = ''.join(f'<C:comp name="{component}"/>' for component in components)
        status, _, text = self.request('MKCOL', self._path(collection), CALENDAR.format(name=collection, components=listed))
        assert status == 201, text

    def put(self, collection: str, name: str, text: str, etag: Optional[str] = None) -> int:
        """The status: 201, 204; 412 if `etag` is not that of the item any more."""
        conditions = {'If_Match': etag} if etag else {}
        return self.request('PUT', self._path(collection, name), text, Content_Type='text/calendar', **conditions)[0]

    def delete(self, collection: str, name: str, etag: Optional[str] = None) -> int:
        return self.request('DELETE', self._path(collection, name), **({'If_Match': etag} if etag else {}))[0]

    def get(self, collection: str, name: str) -> Optional[tuple[str, str]]:
        """ETag and text."""
        status, headers, text = self.request('GET', self._path(collection, name))
        assert status in (200, 404), (status, text)
        return (headers['etag'], text) if status == 200 else None

    def names(self, collection: str) -> list[str]:
        status, _, text = self.request('PROPFIND', self._path(collection), Depth='1')
        assert status == 207, text
        paths = [element.text or '' for element in ElementTree.fromstring(text).iter('{DAV:}href')]
        return sorted(re.sub(r'.*/', '', path) for path in paths if path.endswith('.ics'))

    def texts(self, collection: str) -> dict[str, str]:
        found = {name: self.get(collection, name) for name in self.names(collection)}
        return {name: got[1] for name, got in found.items() if got}
