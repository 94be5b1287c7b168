"""What an admin decides on a user's device, for tests."""
from __future__ import annotations

import os
import time
from pathlib import Path

from accounts import Account


class Admin:
    """The admin of a test's user. A device is named by its DeviceId."""

    def __init__(self, account: Account):
        self.account = account
        self.root = account.instance.mail_root / account.user / '.eas/device'

    def info(self, device_id: str) -> dict[str, str]:
        """The partnership as it is stored; empty if there is none."""
        path = self._path(device_id)
        if not path.exists():
            return {}
        return dict(line.partition(' ')[::2] for line in path.read_text().splitlines())

    def devices(self) -> list[str]:
        return sorted(path.parent.name for path in self.root.glob('*/info'))

    def decide(self, device_id: str, access: str) -> None:
        """allowed, quarantined or blocked."""
        self._write(device_id, {'access': access, 'access-reason': 'admin'})

    def order_wipe(self, device_id: str, kind: str = 'device') -> None:
        self._write(device_id, {'wipe': kind, 'wipe-ordered': str(int(time.time() * 1000))},
                    ('wipe-told', 'wipe-acknowledged', 'wipe-status'))

    def cancel_wipe(self, device_id: str) -> None:
        self._write(device_id, {}, ('wipe', 'wipe-ordered', 'wipe-told', 'wipe-acknowledged', 'wipe-status'))

    def write(self, device_id: str, **values: str) -> None:
        """Changes fields of the stored partnership; `_` in their names stands for `-`."""
        self._write(device_id, {name.replace('_', '-'): value for name, value in values.items()})

    def _path(self, device_id: str) -> Path:
        return self.root / device_id / 'info'

    def _write(self, device_id: str, values: dict[str, str], without: tuple[str, ...] = ()) -> None:
        path = self._path(device_id)
        dropped = {*values, *without}
        kept = [line for line in path.read_text().splitlines() if line.partition(' ')[0] not in dropped]
        text = '\n'.join([*kept, *(f'{name} {value}' for name, value in values.items()), ''])
        for target, content in ((path, text), (path.with_name('decision'), 'decided\n')):
            temporary = path.with_name(f'{target.name}.tmp')
            temporary.write_text(content)
            if os.geteuid() == 0:
                os.chown(temporary, self.account.instance.uid, self.account.instance.gid)
            temporary.rename(target)
