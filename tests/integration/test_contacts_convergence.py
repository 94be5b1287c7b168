"""Whatever happens between them, the phone ends up with the contacts that the directory has, and the directory with what the
phone wrote: LDAP programs, moves between books, lost answers, killed processes, a killed directory.

EAS_SEEDS, EAS_STEPS and EAS_HISTORY as in test_convergence.py.
"""
from __future__ import annotations

import os

import pytest

from accounts import Account
from conftest import start_staffed, stop_instance
from convergence.contact_scenario import ContactScenario
from convergence.scenario import told
from staff import SYNCHRONIZATION
from test_calendar_convergence import seeds

STEPS = int(os.environ.get('EAS_STEPS', '30'))


@pytest.fixture(scope='module', name='world', params=['with syncprov', 'without'])
def fixture_world(request, tmp_path_factory):
    instance = start_staffed(tmp_path_factory.mktemp('staffed'),
                             directory_overlays=SYNCHRONIZATION if request.param == 'with syncprov' else '')
    try:
        yield instance
    finally:
        stop_instance(instance, killed=True)


@pytest.mark.parametrize('seed', seeds() if 'EAS_SEEDS' in os.environ else [1, 2])
def test_the_phone_converges(world, seed):
    account = Account(world, world.take_user())
    scenario = ContactScenario(account, seed)
    try:
        scenario.run(STEPS)
    except BaseException:
        print(f'{account.user}, EAS {scenario.version}; what happened:\n{told(scenario.history)}')
        raise
    finally:
        account.close()
