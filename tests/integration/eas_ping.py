"""Both ends of eas-ping played by the test: a user's process that parks a phone, and the socket eas-master
where connections come back. The wire format is described in plugin/ping/park-message.h.
"""
from __future__ import annotations

import ctypes
import getpass
import grp
import os
import shutil
import socket
import struct
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Collection, Optional, Sequence

from private_instance.processes import children, end, read_pid, run, wait_until

(LEND, PREPARE, READY, STALE, REFUSED, COMMIT, PARKED, ABORT, END_WAITS, RESUME, TAKEN,
 REJECTED, WATCH_CONTACTS, FORGET_CONTACTS, CONTACTS_CHANGED) = range(1, 16)
CHANGED, INPUT = 1, 2
IN_MODIFY, IN_MASK_ADD = 0x2, 0x20000000
LONG_SECONDS = 30  # what comes at all has come by then, on a busy machine too
ANSWER = b'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'
LIBC = ctypes.CDLL(None, use_errno=True)

CONFIGURATION = '''
base_dir = {directory}/run
state_dir = {directory}/state
log_path = {directory}/dovecot.log
protocols =
ssl = no
verbose_proctitle = yes
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {login_user}
passdb {{
  driver = static
  args = password=x
}}
{chroots}
service eas-ping {{
  executable = {program}
  user = $default_internal_user
  process_limit = 1
  service_count = 0
  client_limit = {client_limit}
  vsz_limit = 0
  unix_listener eas-ping {{
    mode = 0666
  }}
}}
'''


def frame(kind: int, body: bytes = b'') -> bytes:
    return struct.pack('=BBHI', 2, kind, 0, len(body)) + body


def text(value: bytes | str) -> bytes:
    value = value.encode() if isinstance(value, str) else value
    return struct.pack('=I', len(value)) + value


def now_ms() -> int:
    return int(time.monotonic() * 1000)


class Service:
    """A Dovecot with eas-ping and nothing else."""

    def __init__(self, program: Path, client_limit: int = 1000, arguments: str = ''):
        self.directory = Path(tempfile.mkdtemp(prefix='eas-ping-', dir='/tmp'))
        self.directory.chmod(0o755)
        root = os.geteuid() == 0
        user, group = ('dovecot', 'dovecot') if root else (getpass.getuser(), grp.getgrgid(os.getegid()).gr_name)
        chroots = '' if root else '\n'.join(f'service {name} {{\n  chroot =\n}}' for name in ('anvil', 'stats'))
        self.configuration = self.directory / 'dovecot.conf'
        self.configuration.write_text(CONFIGURATION.format(
            directory=self.directory, program=f'{program} {arguments}'.strip(), client_limit=client_limit,
            user=user, group=group, login_user='dovenull' if root else user, chroots=chroots))
        run(['/usr/sbin/dovecot', '-c', self.configuration], what='Dovecot')
        assert wait_until(lambda: self.master_pid() is not None, LONG_SECONDS)

    def master_pid(self) -> Optional[int]:
        return read_pid(self.directory / 'run/master.pid')

    def stop(self) -> None:
        end(self.master_pid())

    def remove(self) -> str:
        """Stops it; its log."""
        self.stop()
        log = (self.directory / 'dovecot.log').read_text(encoding='utf-8', errors='replace')
        shutil.rmtree(self.directory)
        return log

    def doveadm(self, *arguments: str) -> str:
        return run(['/usr/bin/doveadm', '-c', self.configuration, *arguments])

    def pid(self) -> int:
        """Of eas-ping."""
        return next(child.pid for child in children(self.master_pid()) if child.name == 'eas-ping')

    def holds(self, sockets: Collection[int]) -> bool:
        """Whether eas-ping has one of these sockets open, that are known by their inodes."""
        directory, wanted = Path(f'/proc/{self.pid()}/fd'), {f'socket:[{inode}]' for inode in sockets}
        for name in os.listdir(directory):
            try:
                if os.readlink(directory / name) in wanted:
                    return True
            except FileNotFoundError:  # closed just now
                pass
        return False


class Process:
    """A user's process, linked to eas-ping."""

    def __init__(self, service: Service):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(LONG_SECONDS)
        self.socket.connect(str(service.directory / 'run/eas-ping'))
        self.inotify: Optional[int] = None
        self.phones: list[socket.socket] = []
        self.parked: list[int] = []  # inodes of the sockets that eas-ping got

    def close(self) -> None:
        self.socket.close()
        for phone in self.phones:
            phone.close()
        if self.inotify is not None:
            os.close(self.inotify)

    def send(self, kind: int, body: bytes = b'', descriptors: Sequence[int] = ()) -> None:
        socket.send_fds(self.socket, [frame(kind, body)], list(descriptors))

    def receive(self) -> tuple[int, bytes, list[int]]:
        """The next frame; its kind is 0 if eas-ping has closed the link."""
        data, descriptors, _, _ = socket.recv_fds(self.socket, 65536, 4)
        return (data[1], data[8:], descriptors) if data else (0, b'', descriptors)

    def watch(self, path: Path, mask: int = IN_MODIFY) -> tuple[int, int]:
        if self.inotify is None:
            self.send(LEND)
            kind, _, (self.inotify,) = self.receive()
            assert kind == LEND
        watch = LIBC.inotify_add_watch(self.inotify, bytes(path), mask | IN_MASK_ADD)
        assert watch > 0, os.strerror(ctypes.get_errno())
        return watch, mask

    def prepare(self, client: socket.socket, watches: Sequence[tuple[int, int]], *, user='user', device='device',
                wait_ms=60000, idle_seconds=60, poll_seconds=0, input_read=False, history=(0, 0),
                contacts=('', ''), folders='INBOX', answer=ANSWER, connection=b'connection', request=b'request') -> int:
        """Parks up to the point where the process would look for changes; the kind of the reply."""
        body = struct.pack('=QIIBQI', now_ms() + wait_ms, idle_seconds, poll_seconds, input_read, *history)
        body += struct.pack('=I', len(watches)) + b''.join(struct.pack('=iI', *watch) for watch in watches)
        for value in (*contacts, user, device, '192.0.2.1', 'Ping', folders, answer, connection, request):
            body += text(value)
        self.send(PREPARE, body, [client.fileno()])
        return self.receive()[0]

    def commit(self, client: socket.socket) -> None:
        self.send(COMMIT)
        assert self.receive()[0] == PARKED
        self.parked.append(os.fstat(client.fileno()).st_ino)
        client.close()

    def park(self, watches: Sequence[tuple[int, int]] = (), **fields) -> socket.socket:
        """Parks a new connection; the phone's end of it, which is closed with the process."""
        phone, client = connection_pair()
        self.phones.append(phone)
        assert self.prepare(client, watches, **fields) == READY
        self.commit(client)
        return phone

    def end_waits(self, user: str, device: str) -> None:
        self.send(END_WAITS, text(user) + text(device))


@dataclass
class Resumption:
    reason: int
    uid: int
    wait_left_ms: int
    history: tuple[int, int]
    user: bytes
    connection: bytes
    request: bytes
    client: socket.socket
    at: float


class ResumeSocket:
    """eas-master."""

    def __init__(self, service: Service):
        self.path = service.directory / 'run/eas-master'
        self.path.unlink(missing_ok=True)
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(self.path))
        self.path.chmod(0o666)
        self.listener.listen(128)

    def close(self) -> None:
        self.listener.close()
        self.path.unlink()

    def accept(self, reply: Optional[int] = TAKEN, within_seconds: float = LONG_SECONDS) -> Resumption:
        """The next connection that comes back; TimeoutError if none does."""
        self.listener.settimeout(within_seconds)
        link, _ = self.listener.accept()
        with link:
            link.settimeout(LONG_SECONDS)
            data, (descriptor,), _, _ = socket.recv_fds(link, 65536, 4)
            at = time.monotonic()
            assert data[1] == RESUME
            if reply is not None:
                link.sendall(frame(reply))
        head = struct.Struct('=BIQIQI')
        reason, uid, _, left, last_wake, delay = head.unpack_from(data, 8)
        values, rest = [], data[8 + head.size:]
        while rest:
            size, = struct.unpack_from('=I', rest)
            values.append(rest[4:4 + size])
            rest = rest[4 + size:]
        client = socket.socket(fileno=descriptor)
        client.settimeout(LONG_SECONDS)
        return Resumption(reason, uid, left, (last_wake, delay), *values, client, at)


class WatchSocket:
    """eas-ldap-watch."""

    def __init__(self, service: Service):
        self.path = service.directory / 'run/eas-ldap-watch'
        self.path.unlink(missing_ok=True)
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(self.path))
        self.path.chmod(0o666)
        self.listener.listen(8)
        self.listener.settimeout(LONG_SECONDS)
        self.link: Optional[socket.socket] = None

    def accept(self) -> None:
        self.link, _ = self.listener.accept()
        self.link.settimeout(LONG_SECONDS)

    def hang_up(self) -> None:
        self.link.close()

    def close(self) -> None:
        self.listener.close()
        self.path.unlink()
        if self.link:
            self.link.close()

    def order(self) -> tuple[int, list[str]]:
        """The next one; its texts."""
        kind, size = struct.unpack('=xBxxI', _exactly(self.link, 8))
        body, texts = _exactly(self.link, size), []
        if kind == FORGET_CONTACTS:
            return kind, [body.decode()]
        while body:
            size, = struct.unpack_from('=I', body)
            texts.append(body[4:4 + size].decode())
            body = body[4 + size:]
        return kind, texts

    def changed(self, dn: str) -> None:
        self.link.sendall(frame(CONTACTS_CHANGED, dn.encode()))


def _exactly(link: socket.socket, size: int) -> bytes:
    data = b''
    while len(data) < size:
        part = link.recv(size - len(data))
        assert part, 'eas-ping hung up'
        data += part
    return data


def connection_pair() -> tuple[socket.socket, socket.socket]:
    """Both ends of a TCP connection."""
    with socket.create_server(('127.0.0.1', 0)) as listener:
        near = socket.create_connection(listener.getsockname())
        far, _ = listener.accept()
    near.settimeout(LONG_SECONDS)
    return near, far
