"""Private instances for the benches: as an admin would run Dovecot, with its own defaults for writing to disk."""
from __future__ import annotations

import contextlib
import itertools
from pathlib import Path
from typing import Iterator, Optional

from private_instance import Instance, Options
from private_instance.processes import StartError

# Titles are for processes.serving(). IMAP fills mailboxes, which need not survive a crash.
EXTRA = '''
verbose_proctitle = yes
protocol imap {
  mail_fsync = never
}
'''


class Workshop:
    def __init__(self, directory: Path, build: Path, tools: Path, staged: Optional[Path] = None):
        """`directory` is where instances, their mail and the programs go."""
        self.directory, self.build, self.tools = directory, build, tools
        self.staged = staged or directory / 'staged'
        self._numbers = itertools.count(1)

    @contextlib.contextmanager
    def instance(self, mail_format: str = 'maildir', **changes) -> Iterator[Instance]:
        """A started instance; it ends with the block. `changes` are members of Options."""
        place = self.directory / f'{next(self._numbers)}-{mail_format}'
        place.mkdir()
        changes['extra'] = EXTRA + changes.get('extra', '')
        options = Options(mail_format=mail_format, failure_delay='0', auth_penalty=False,
                          **{'users': 20, 'with_directory': False, **changes})
        instance = Instance(place, options, tools=self.tools)
        try:
            instance.prepare(self.build, self.staged)
            instance.start()
            yield instance
        finally:
            instance.stop()
        _complain(instance)


def _complain(instance: Instance) -> None:
    """A figure from a server that fails is none."""
    words = ('Panic:', 'Fatal:', 'Error:', 'killed with signal')
    lines = [line for line in instance.log().splitlines() if any(word in line for word in words)]
    if lines:
        raise StartError('in dovecot.log:\n' + '\n'.join(lines[:10]))
