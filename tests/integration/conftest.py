"""What the integration tests share: private instances, one a mail format and session, and fresh accounts.

EAS_BUILD names the build directory (default: build in the source tree), EAS_TOOLS where the SMTP server is
unpacked, EAS_PRELOAD libraries (with colons between) that Dovecot's processes load first (the sanitizers'). With
EAS_MEMCHECK our programs behind the log-in run under valgrind.
"""
from __future__ import annotations

import contextlib
import functools
import os
import re
import shutil
import signal
import sys
import tempfile
from pathlib import Path

import pytest

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / 'fixtures')]

import staff  # pylint: disable=wrong-import-position
from accounts import Account  # pylint: disable=wrong-import-position
from authority import ENDED, Authority  # pylint: disable=wrong-import-position
from calendars import Radicale  # pylint: disable=wrong-import-position
from calendars.radicale import MODULE  # pylint: disable=wrong-import-position
from eas_client import schemas  # pylint: disable=wrong-import-position
from private_instance import Instance, Options  # pylint: disable=wrong-import-position

TOP = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get('EAS_BUILD') or TOP / 'build')
TOOLS = Path(os.environ.get('EAS_TOOLS') or TOP / 'build/tools')

# Crashes, failed assertions, and what the sanitizers (the last but one) and valgrind (the last) report.
COMPLAINT = re.compile(r'Panic:|Fatal:|killed with signal|AddressSanitizer|runtime error:|==\d+== ')

# A short heartbeat so that the tests need not wait; what a request asks below it is out of range.
PING_MIN_SECONDS = 2


def pytest_configure(config):
    del config
    # A test run that is asked to end still ends its instances.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit('terminated'))


def pytest_unconfigure(config):
    del config
    if _staged.cache_info().currsize:  # not atexit: processes of pytest-xdist do not get there
        shutil.rmtree(_staged().parent, ignore_errors=True)


def pytest_report_header(config):
    del config
    return 'answers are ' + ('validated against ' + str(schemas.DIRECTORY) if schemas.available()
                             else f'NOT validated: {schemas.DIRECTORY} is missing')


def _sanitizers() -> dict[str, object]:
    """Options that let Dovecot's processes run under the sanitizers or valgrind, if EAS_PRELOAD or EAS_MEMCHECK asks for it."""
    if os.environ.get('EAS_MEMCHECK'):
        # What it finds goes to standard error, so into Dovecot's log.
        return {'checker': '/usr/bin/valgrind --quiet --vgdb=no', 'extra': 'default_vsz_limit = 0'}
    preload = os.environ.get('EAS_PRELOAD')
    if not preload:
        return {}
    # Dovecot frees little at its end, so leaks are the unit tests' business. Shadow memory is huge.
    return {'environment': {'LD_PRELOAD': preload, 'ASAN_OPTIONS': 'detect_leaks=0:detect_odr_violation=0',
                            'UBSAN_OPTIONS': 'print_stacktrace=1'},
            'extra': 'default_vsz_limit = 0'}


@functools.lru_cache(maxsize=1)
def _staged() -> Path:
    """Where the first instance installs the programs, for all of the session."""
    directory = Path(tempfile.mkdtemp(prefix='eas-staged-', dir='/tmp'))
    directory.chmod(0o755)
    return directory / 'root'


def start_instance(mail_format: str = 'maildir', **changes) -> Instance:
    """A started instance; stop_instance() ends it. `changes` are members of Options."""
    directory = Path(tempfile.mkdtemp(prefix=f'eas-{mail_format}-', dir='/tmp'))
    options = Options(users=2000, password='pass-word-7', mail_format=mail_format, failure_delay='0', auth_penalty=False, fsync='never',
                      ping_min_interval=f'{PING_MIN_SECONDS} secs', with_directory=False,
                      **_sanitizers())
    for name, value in changes.items():
        setattr(options, name, f'{options.extra}\n{value}' if name == 'extra' else value)
    instance = Instance(directory, options, tools=TOOLS)
    try:
        instance.prepare(BUILD, _staged())
        instance.start()
    except BaseException:
        instance.stop()
        shutil.rmtree(directory, ignore_errors=True)
        raise
    return instance


def stop_instance(instance: Instance, *, killed: bool = False) -> None:
    """Ends it; its directory stays if EAS_KEEP is set. Crashes and assertions in its log are an error; so are
    processes that were killed, unless the test did it."""
    instance.stop()
    lines = [line for line in instance.log().splitlines() if COMPLAINT.search(line)]
    if killed:
        lines = [line for line in lines if 'killed with signal 9' not in line]
    if not os.environ.get('EAS_KEEP'):
        shutil.rmtree(instance.directory, ignore_errors=True)
    assert not lines, 'in dovecot.log:\n' + '\n'.join(lines[:20])


def _session_instance(mail_format: str):
    instance = start_instance(mail_format)
    yield instance
    stop_instance(instance)


@pytest.fixture(scope='session', name='maildir')
def fixture_maildir():
    yield from _session_instance('maildir')


@pytest.fixture(scope='session', name='sdbox')
def fixture_sdbox():
    yield from _session_instance('sdbox')


@pytest.fixture(scope='session', name='mdbox')
def fixture_mdbox():
    yield from _session_instance('mdbox')


def start_staffed(directory: Path, settings: str = '', more_entries: str = '', **changes) -> Instance:
    """An instance with a company's directory (staff.py); `directory` gets the certificates. `settings` come last and win."""
    authority = Authority(directory / 'ca')
    certificates = {'anna': authority.issue('Anna'), 'john': authority.issue('John'), 'john2': authority.issue('John2'),
                    'old': authority.issue('Old', period=ENDED)}
    users = [f'user{number}@demo.example' for number in range(1, 201)]
    return start_instance(users=len(users), with_directory=True, directory_access=staff.ACCESS, eas_extra=staff.SETTINGS + settings,
                          directory_entries=staff.entries(users, certificates) + more_entries, **changes)


@pytest.fixture(scope='session', name='staffed')
def fixture_staffed(tmp_path_factory):
    instance = start_staffed(tmp_path_factory.mktemp('staffed'))
    yield instance
    stop_instance(instance)


@contextlib.contextmanager
def radicale_beside(*, killed: bool = False):
    """An instance whose users' calendars a Radicale serves, too: both."""
    if not MODULE.exists():
        pytest.skip('python3-radicale is not installed')
    directory = Path(tempfile.mkdtemp(prefix='eas-radicale-', dir='/tmp'))
    directory.chmod(0o755)
    instance = start_instance(eas_extra=f'eas_calendar_dir = {directory}/radicale/collection-root/%u\n')
    radicale = Radicale(directory / 'radicale', instance.uid, instance.gid)
    try:
        yield instance, radicale.start()
    finally:
        radicale.stop()
        if not os.environ.get('EAS_KEEP'):
            shutil.rmtree(directory, ignore_errors=True)
        stop_instance(instance, killed=killed)


def new_account(instance: Instance):
    """For fixtures: a new user of the instance, whose errors in the log are those of the test."""
    account = Account(instance, instance.take_user())
    before = len(instance.log())
    yield account
    account.close()
    errors = [line for line in instance.log()[before:].splitlines()
              if 'Error:' in line and account.user in line and not account.expects(line)]
    assert not errors, 'errors in dovecot.log:\n' + '\n'.join(errors[:10])


@pytest.fixture(name='account')
def fixture_account(maildir):
    """A new user of the Maildir instance."""
    yield from new_account(maildir)


@pytest.fixture(name='other_account')
def fixture_other_account(maildir):
    yield from new_account(maildir)


@pytest.fixture(name='stored', params=['maildir', 'sdbox', 'mdbox'])
def fixture_stored(request):
    """A new user in each mail format: for what depends on how mail is stored."""
    yield from new_account(request.getfixturevalue(request.param))


@pytest.fixture(params=['12.1', '14.0', '14.1', '16.0', '16.1'], name='version')
def fixture_version(request):
    return request.param
