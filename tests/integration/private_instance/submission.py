"""The SMTP server: Exim, with a configuration and a spool of its own, as an unprivileged user on loopback.

Debian's Exim looks its user up by name at each start. libnss_wrapper answers that question from a file, so
that neither the package (which would replace the machine's mail server) nor the user need be installed. We
run a copy of the program: the installed one is setuid, for which the loader ignores the wrapper.
"""
from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Optional

from . import templates
from .processes import StartError, end, listens, read_pid, run, wait_until

ACCOUNT = 'Debian-exim'


class Submission:
    def __init__(self, directory: Path, tools: Path, uid: int, gid: int):
        """`tools` is where demo unpacked Exim if it is not installed."""
        self.directory, self.tools, self.uid, self.gid = directory, tools, uid, gid
        self.place = directory / 'submission'

    def find(self, name: str) -> Path:
        """The file of that name, of the system or unpacked in `tools`."""
        system = ['/usr/sbin', '/usr/lib', f'/usr/lib/{os.uname().machine}-linux-gnu']
        for directory in [Path(path) for path in system] + [self.tools / path[1:] for path in system]:
            if (directory / name).exists():
                return directory / name
        raise StartError(f'{name} is neither installed nor unpacked in {self.tools}')

    def prepare(self, values: dict[str, object]) -> None:
        (self.place / 'spool').mkdir(parents=True)
        (self.place / 'log').mkdir()
        exim = self.place / 'exim4'
        shutil.copyfile(self.find('exim4'), exim)
        exim.chmod(0o755)
        (self.place / 'passwd').write_text(
            f'root:x:0:0::/:/bin/sh\n{ACCOUNT}:x:{self.uid}:{self.gid}::{self.place}:/bin/false\n')
        (self.place / 'group').write_text(f'root:x:0:\n{ACCOUNT}:x:{self.gid}:\n')
        (self.place / 'exim.conf').write_text(templates.fill('exim.conf', {**values, 'EXIM': exim}))
        if os.geteuid() == 0:
            for path in (self.place, self.place / 'spool', self.place / 'log'):
                os.chown(path, self.uid, self.gid)

    def start(self, port: int) -> None:
        command = [self.place / 'exim4', '-C', self.place / 'exim.conf', '-bd', '-q1m']
        if os.geteuid() == 0:
            command = ['setpriv', f'--reuid={self.uid}', f'--regid={self.gid}', '--clear-groups'] + command
        environment = {'PATH': os.environ.get('PATH', '/usr/bin:/bin'),
                       'LD_PRELOAD': str(self.find('libnss_wrapper.so')),
                       'NSS_WRAPPER_PASSWD': str(self.place / 'passwd'),
                       'NSS_WRAPPER_GROUP': str(self.place / 'group'),
                       'LD_LIBRARY_PATH': str(self.find('libidn.so.12').parent)}
        run(command, environment=environment, what='Exim')
        if not wait_until(lambda: listens(port), 60):
            raise StartError(f'Exim does not listen on port {port}; see {self.place}/log')

    def pid(self) -> Optional[int]:
        return read_pid(self.place / 'exim.pid')

    def stop(self) -> None:
        end(self.pid())
