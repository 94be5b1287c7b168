"""Whatever happens between them, the phone ends up with the calendars and tasks that the files say, and the files with
what the phone wrote: editors, CalDAV clients, a second phone, series, lost answers, killed processes.

EAS_SEEDS, EAS_STEPS and EAS_HISTORY as in test_convergence.py.
"""
from __future__ import annotations

import os

import pytest

from accounts import Account
from conftest import radicale_beside
from convergence.calendar_scenario import CalendarScenario
from convergence.scenario import told

STEPS = int(os.environ.get('EAS_STEPS', '60'))


def seeds() -> list[int]:
    first, _, last = os.environ.get('EAS_SEEDS', '1-3').partition('-')
    return list(range(int(first), int(last or first) + 1))


@pytest.fixture(scope='module', name='world')
def fixture_world():
    with radicale_beside(killed=True) as world:
        yield world


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
