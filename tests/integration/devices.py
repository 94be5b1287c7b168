"""What an admin decides on a user's device, for tests."""
from __future__ import annotations

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
        """allowed or blocked."""
        self._doveadm({'allowed': 'allow', 'blocked': 'block'}[access], device_id)

    def order_wipe(self, device_id: str, kind: str = 'device') -> None:
        self._doveadm('wipe', '-y', *(['-o'] if kind == 'account' else []), device_id)

    def cancel_wipe(self, device_id: str) -> None:
        self._doveadm('wipe-cancel', device_id)

    def _doveadm(self, command: str, *arguments: str) -> None:
        done = self.account.instance.dovecot.doveadm_eas('device', command, '-u', self.account.user, *arguments)
        assert done.returncode == 0, done.stderr

    def write(self, device_id: str, **values: str) -> None:
        """Changes fields of the stored partnership, as time does; `_` in their names stands for `-`."""
        path = self._path(device_id)
        fields = {name.replace('_', '-'): value for name, value in values.items()}
        *kept, end = [line for line in path.read_text().splitlines() if line.partition(' ')[0] not in fields]
        path.write_text('\n'.join([*kept, *(f'{name} {value}' for name, value in fields.items()), end, '']))

    def _path(self, device_id: str) -> Path:
        return self.root / device_id / 'info'
