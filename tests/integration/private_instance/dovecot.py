"""The private Dovecot.

Dovecot's config process loads settings modules, and doveadm its plugins, only from the directories that were
compiled in. So they run in a mount namespace of their own, in which these directories show ours. Where
namespaces are forbidden (some containers) and we are root, the two files are copied there and removed at the stop.
"""
from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Optional, Sequence

from .processes import StartError, children, end, read_pid, run, runs, wait_until
from .software import DOVEADM_MODULE, DOVEADM_MODULES, SETTINGS_MODULE, SETTINGS_MODULES, Software

IN_NAMESPACE = 'mount --make-rprivate / && mount --bind "$1" "$2" && mount --bind "$3" "$4" && shift 4 && exec "$@"'


class Dovecot:
    def __init__(self, directory: Path, software: Software):
        self.directory, self.software = directory, software
        self.configuration = directory / 'dovecot.conf'
        self.to_copy = ((software.settings / SETTINGS_MODULE, SETTINGS_MODULES / SETTINGS_MODULE),
                        (software.doveadm / DOVEADM_MODULE, DOVEADM_MODULES / DOVEADM_MODULE))
        self.copied_mark = directory / 'state' / 'copied-modules'

    def prepare_namespace(self) -> Path:
        """Where the configuration looks for eas.conf, once the settings module is visible there."""
        if _namespaces_work():
            return SETTINGS_MODULES / 'eas.conf'
        if os.geteuid() != 0:
            raise StartError('this system lets ordinary users have no mount namespaces; start it as root')
        if not self.to_copy[0][1].exists():
            self.copied_mark.touch()
            for source, target in self.to_copy:
                shutil.copy(source, target)
        return self.software.settings / 'eas.conf'

    def start(self, environment: dict[str, str]) -> None:
        """`environment` is added to our own; dovecot.conf says what its processes inherit of it."""
        run(self._with_our_modules('/usr/sbin/dovecot', '-c', self.configuration),
            environment={**os.environ, **environment}, what='Dovecot')
        if not wait_until(lambda: self.pid() is not None, 60):
            raise StartError(f'Dovecot did not start; see {self.directory}/log/dovecot.log')

    def pid(self) -> Optional[int]:
        return read_pid(self.directory / 'run/master.pid')

    def change_settings(self, lines: str) -> None:
        """Puts them behind those of eas.conf, where they win, and has them read.

        Nobody may have a connection: what serves one goes on with the settings of before.
        """
        with open(self.software.settings / 'eas.conf', 'a', encoding='utf-8') as file:
            file.write(lines)
        self.reload()

    def reload(self) -> None:
        """Until the master has read its configuration, its processes of before take connections."""
        before = [child.pid for child in children(self.pid()) if child.name in ('eas-login', 'eas')]
        os.kill(self.pid(), signal.SIGHUP)
        if not wait_until(lambda: not any(map(runs, before)), 60):
            raise StartError(f'Dovecot does not reload, or somebody is connected; see {self.directory}/log/dovecot.log')

    def stop(self) -> None:
        end(self.pid())
        if self.copied_mark.exists():
            for _, target in self.to_copy:
                target.unlink(missing_ok=True)
            self.copied_mark.unlink()

    def doveadm(self, *arguments: object) -> str:
        """One that knows nothing of EAS."""
        return run(['/usr/bin/doveadm', '-c', self.configuration, *arguments])

    def doveadm_eas(self, *arguments: object, given: Optional[bytes] = None) -> subprocess.CompletedProcess:
        """`doveadm eas ...`, whether it succeeds or not; options for doveadm itself, as -f, come first."""
        return subprocess.run(self.doveadm_eas_command(*arguments), input=given, check=False, text=given is None,
                              stdin=subprocess.DEVNULL if given is None else None,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def doveadm_eas_command(self, *arguments: object) -> Sequence[str]:
        options = [argument for argument in arguments[:2] if arguments[0] == '-f']
        words = [*options, 'eas', *arguments[len(options):]]
        return [str(word) for word in self._with_our_modules('/usr/bin/doveadm', '-c', self.configuration, *words)]

    def write_doveadm(self, path: Path) -> None:
        """A program that is doveadm for this instance, with `doveadm eas`."""
        command = shlex.join(str(word) for word in self._with_our_modules('/usr/bin/doveadm', '-c', self.configuration))
        path.write_text(f'#!/bin/sh\nexec {command} "$@"\n', encoding='utf-8')
        path.chmod(0o755)

    def _with_our_modules(self, *command: object) -> Sequence[object]:
        if not _namespaces_work():
            return command
        return [*_unshare(), 'sh', '-c', IN_NAMESPACE, 'sh', self.software.settings, SETTINGS_MODULES,
                self.software.doveadm, DOVEADM_MODULES, *command]


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
