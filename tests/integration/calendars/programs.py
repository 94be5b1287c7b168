"""khal, todoman and vdirsyncer with a configuration of their own, run with the rights of the mail user."""
from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Sequence

KHAL = '''[calendars]
{calendars}
[locale]
local_timezone = Europe/Berlin
default_timezone = Europe/Berlin
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
[sqlite]
path = {directory}/khal.db
'''
TODOMAN = '''path = "{tasks}/*"
date_format = "%Y-%m-%d"
time_format = "%H:%M"
cache_path = "{directory}/todoman.db"
default_list = "{default}"
humanize = False
'''
VDIRSYNCER = '''[general]
status_path = "{directory}/status/"
[pair calendars]
a = "here"
b = "there"
collections = ["from a", "from b"]
conflict_resolution = "a wins"
[storage here]
type = "filesystem"
path = "{here}"
fileext = ".ics"
[storage there]
type = "caldav"
url = "http://127.0.0.1:{port}/"
username = "{user}"
password = "x"
'''


class Programs:
    def __init__(self, directory: Path, uid: int, gid: int):
        self.directory, self.uid, self.gid = directory, uid, gid
        directory.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            os.chown(directory, uid, gid)

    @staticmethod
    def missing(*names: str) -> str:
        """Which of them are not installed."""
        return ' '.join(name for name in names if not shutil.which(name, path='/usr/bin'))

    def _write(self, name: str, text: str) -> Path:
        path = self.directory / name
        path.write_text(text)
        path.chmod(0o644)
        return path

    def _run(self, command: Sequence[str], said: str = '') -> str:
        as_user = {'user': self.uid, 'group': self.gid, 'extra_groups': []} if os.geteuid() == 0 else {}
        result = subprocess.run(
            command, cwd=self.directory, input=said.encode(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            timeout=120, check=False, **as_user,
            env={'PATH': '/usr/bin:/bin', 'HOME': str(self.directory), 'LC_ALL': 'C.UTF-8', 'TZ': 'Europe/Berlin',
                 'XDG_CACHE_HOME': str(self.directory)})
        output = result.stdout.decode(errors='replace')
        assert result.returncode == 0, f'{" ".join(command)}: {output}'
        return output

    def khal(self, calendars: dict[str, Path], *arguments: str) -> str:
        listed = '\n'.join(f'[[{name}]]\npath = {path}' for name, path in calendars.items())
        configuration = self._write('khal.conf', KHAL.format(calendars=listed, directory=self.directory))
        return self._run(['/usr/bin/khal', '-c', str(configuration), *arguments])

    def todoman(self, tasks: Path, default: str, *arguments: str) -> str:
        configuration = self._write('todoman.py', TODOMAN.format(tasks=tasks, directory=self.directory, default=default))
        return self._run(['/usr/bin/todoman', '--config', str(configuration), '--color', 'never', *arguments])

    def vdirsyncer(self, here: Path, port: int, user: str) -> str:
        """Both sides get what the other has; collections that one lacks are made."""
        configuration = self._write('vdirsyncer.conf', VDIRSYNCER.format(
            directory=self.directory, here=here, port=port, user=user))
        command = ['/usr/bin/vdirsyncer', '-c', str(configuration)]
        return self._run([*command, 'discover'], 'y\n' * 20) + self._run([*command, 'sync'])
