"""Whatever happens between them, the phone ends up with the calendars and tasks that the files say, and the files with
what the phone wrote: editors, CalDAV clients, lost answers, killed processes.

EAS_SEEDS, EAS_STEPS and EAS_HISTORY as in test_convergence.py.
"""
from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from accounts import Account
from calendars import Radicale
from calendars.radicale import MODULE
from conftest import start_instance, stop_instance
from convergence.calendar_scenario import CalendarScenario
from convergence.scenario import told

STEPS = int(os.environ.get('EAS_STEPS', '60'))


def seeds() -> list[int]:
    first, _, last = os.environ.get('EAS_SEEDS', '1-3').partition('-')
    return list(range(int(first), int(last or first) + 1))


@pytest.fixture(scope='module', name='world')
def fixture_world():
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
        stop_instance(instance, killed=True)


@pytest.fixture(name='account')
def fixture_account(world):
    account = Account(world[0], world[0].take_user())
    yield account
    account.close()


@pytest.mark.parametrize('seed', seeds())
def test_the_phone_converges(world, account, seed):
    radicale = world[1]
    scenario = CalendarScenario(account, radicale, radicale.folder / 'collection-root' / account.user, seed)
    try:
        scenario.run(STEPS)
    except BaseException:
        print(f'{account.user}, EAS {scenario.version}; what happened:\n{told(scenario.history)}')
        raise
