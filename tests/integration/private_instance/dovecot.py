"""The private Dovecot.

Dovecot's config process loads settings modules only from the directory that was compiled in. So Dovecot runs
in a mount namespace of its own, in which that directory shows ours. Where namespaces are forbidden (some
containers) and we are root, the one file is copied there and removed again at the stop.
"""
from __future__ import annotations

import os
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Optional, Sequence

from .processes import StartError, end, read_pid, run, wait_until
from .software import SETTINGS_MODULES, Software

IN_NAMESPACE = 'mount --make-rprivate / && mount --bind "$1" "$2" && shift 2 && exec "$@"'


class Dovecot:
    def __init__(self, directory: Path, software: Software):
        self.directory, self.software = directory, software
        self.configuration = directory / 'dovecot.conf'
        self.copied_module = SETTINGS_MODULES / 'libeas_settings.so'
        self.copied_mark = directory / 'state' / 'copied-settings-module'

    def prepare_namespace(self) -> Path:
        """Where the configuration looks for eas.conf, once the settings module is visible there."""
        if _namespaces_work():
            return SETTINGS_MODULES / 'eas.conf'
        if os.geteuid() != 0:
            raise StartError('this system lets ordinary users have no mount namespaces; start it as root')
        if not self.copied_module.exists():
            shutil.copy(self.software.settings / 'libeas_settings.so', self.copied_module)
            self.copied_mark.touch()
        return self.software.settings / 'eas.conf'

    def start(self, environment: dict[str, str]) -> None:
        """`environment` is added to our own; dovecot.conf says what its processes inherit of it."""
        command: list[object] = ['/usr/sbin/dovecot', '-c', self.configuration]
        if _namespaces_work():
            command = [*_unshare(), 'sh', '-c', IN_NAMESPACE, 'sh',
                       self.software.settings, SETTINGS_MODULES, *command]
        run(command, environment={**os.environ, **environment}, what='Dovecot')
        if not wait_until(lambda: self.pid() is not None, 60):
            raise StartError(f'Dovecot did not start; see {self.directory}/log/dovecot.log')

    def pid(self) -> Optional[int]:
        return read_pid(self.directory / 'run/master.pid')

    def change_settings(self, lines: str) -> None:
        """Puts them behind those of eas.conf, where they win."""
        with open(self.software.settings / 'eas.conf', 'a', encoding='utf-8') as file:
            file.write(lines)
        self.reload()

    def reload(self) -> None:
        os.kill(self.pid(), signal.SIGHUP)

    def stop(self) -> None:
        end(self.pid())
        if self.copied_mark.exists():
            self.copied_module.unlink(missing_ok=True)
            self.copied_mark.unlink()

    def doveadm(self, *arguments: object) -> str:
        return run(['/usr/bin/doveadm', '-c', self.configuration, *arguments])


def _unshare() -> Sequence[str]:
    if os.geteuid() == 0:
        return ['unshare', '--mount']
    return ['unshare', '--user', '--map-current-user', '--keep-caps', '--mount']


def _namespaces_work() -> bool:
    if not hasattr(_namespaces_work, 'known'):
        probe = subprocess.run([*_unshare(), 'sh', '-c', 'mount --make-rprivate /'], check=False,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _namespaces_work.known = probe.returncode == 0
    return _namespaces_work.known
