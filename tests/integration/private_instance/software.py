"""What was built, laid out as Dovecot looks for it: DIR/software with the programs, a modules directory of
links to Dovecot's own modules and to ours; the settings module and that of doveadm beside Dovecot's own.
"""
from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Optional

from .processes import StartError, run

DOVECOT_MODULES = Path('/usr/lib/dovecot/modules')
SETTINGS_MODULES = DOVECOT_MODULES / 'settings'
DOVEADM_MODULES = DOVECOT_MODULES / 'doveadm'
SETTINGS_MODULE = 'libeas_settings.so'
DOVEADM_MODULE = 'lib10_doveadm_eas_plugin.so'
PROGRAMS = ('eas-login', 'eas', 'eas-ping', 'eas-ldap-watch')


class Software:
    def __init__(self, directory: Path):
        self.directory = directory
        self.modules = directory / 'modules'
        self.settings = directory / 'settings'
        self.doveadm = directory / 'doveadm'

    def install(self, build: Path, staged: Optional[Path] = None) -> None:
        """Takes what `make install` of the build directory installs, or installed in `staged` already."""
        shutil.rmtree(self.directory, ignore_errors=True)
        if staged is None:
            staged = self.directory / 'staged'
        if not staged.exists():
            staged.mkdir(parents=True)
            run(['make', '-s', '-C', build, 'install', f'DESTDIR={staged}'], what='make install')
        self.directory.mkdir(parents=True, exist_ok=True)
        for program in PROGRAMS:
            os.symlink(self._staged(staged, program), self.directory / program)
        self.modules.mkdir()
        self._link_all(DOVECOT_MODULES, self.modules)
        self._link_all(self._staged(staged, 'lib90_eas_plugin.so').parent, self.modules)
        self.settings.mkdir()
        self._link_all(SETTINGS_MODULES, self.settings, copy=True)
        shutil.copy(self._staged(staged, SETTINGS_MODULE), self.settings)
        self.doveadm.mkdir()
        self._link_all(DOVEADM_MODULES, self.doveadm, copy=True)
        shutil.copy(self._staged(staged, DOVEADM_MODULE), self.doveadm)

    @staticmethod
    def _staged(staged: Path, name: str) -> Path:
        found = sorted(path for path in staged.rglob(name) if path.is_file())
        if not found:
            raise StartError(f'make install did not install {name}')
        return found[0]

    def _link_all(self, source: Path, target: Path, copy: bool = False) -> None:
        """Links, or copies where the source will be hidden by a mount."""
        for path in source.iterdir() if source.is_dir() else ():
            place = target / path.name
            if path.is_dir() and not copy:
                place.mkdir(exist_ok=True)
                self._link_all(path, place)
            elif path.suffix == '.so' and not place.exists():
                shutil.copy(path, place) if copy else os.symlink(path, place)
