"""Whoever does what in which order, a meeting is the same in all calendars in the end; see convergence/meeting_scenario.py.

EAS_SEEDS and EAS_STEPS as in test_convergence.py.
"""
from __future__ import annotations

import os

import pytest

from conftest import new_account
from convergence.meeting_scenario import MeetingScenario
from meetings import stored

STEPS = int(os.environ.get('EAS_STEPS', '30'))


def seeds() -> list[int]:
    first, _, last = os.environ.get('EAS_SEEDS', '1-3').partition('-')
    return list(range(int(first), int(last or first) + 1))


@pytest.fixture(name='third_account')
def fixture_third_account(maildir):
    yield from new_account(maildir)


@pytest.mark.parametrize('seed', seeds())
def test_all_calendars_converge(account, other_account, third_account, seed):
    scenario = MeetingScenario(account, [other_account, third_account], seed)
    try:
        scenario.run(STEPS)
    except BaseException:
        print('\n'.join(scenario.history))
        for person in (scenario.organizer, *scenario.guests):
            print(f'{person.user} has', *stored(person.account), sep='\n')
            for sender, mail in person.scheduling_mails():
                print(f'{person.user} got from {sender}', mail, sep='\n')
        raise
