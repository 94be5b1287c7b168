"""Whatever happens between them, the phone ends up with what Dovecot has; on the way no answer contradicts
what the phone was told before.

EAS_SEEDS chooses the seeds, "7" or "1-200", and adds mdbox; EAS_STEPS the length of each, EAS_FORMATS the mail
formats, EAS_LOST how many answers get lost, beside 91 other fates of a request (9). The name of a test that fails has its seed; what happened before is printed, all of it with EAS_HISTORY.
EAS_KEEP keeps the instance's directory with its log.
"""
from __future__ import annotations

import os
import random
import threading

import pytest

from accounts import Account
from conftest import start_instance, stop_instance
from convergence import Accidents, Scenario
from convergence.scenario import told
from private_instance.processes import wait_until


def seeds() -> list[int]:
    first, _, last = os.environ.get('EAS_SEEDS', '1-2').partition('-')
    return list(range(int(first), int(last or first) + 1))


STEPS = int(os.environ.get('EAS_STEPS', '120'))
FORMATS = os.environ.get('EAS_FORMATS', 'maildir sdbox mdbox' if 'EAS_SEEDS' in os.environ else 'maildir sdbox').split()


@pytest.fixture(scope='module', name='instance', params=FORMATS)
def fixture_instance(request):
    """One of its own, for the test kills its processes."""
    # What the phone shows is compared with IMAP, which has no calendars: they have a test of their own. Nor has it the
    # recipient information cache.
    instance = start_instance(request.param, eas_extra='eas_calendar_dir =\neas_recipient_cache = 0\n')
    accidents, at_end = Accidents(instance, random.Random()), threading.Event()

    def tidy() -> None:
        while not at_end.wait(2):
            accidents.remove_their_locks()

    tidying = threading.Thread(target=tidy)
    tidying.start()
    yield instance
    at_end.set()
    tidying.join()
    stop_instance(instance, killed=True)


@pytest.fixture(name='account')
def fixture_account(instance):
    account = Account(instance, instance.take_user())
    yield account
    account.close()


def run(*scenarios: Scenario, act) -> None:
    try:
        act()
    except BaseException:
        for scenario in scenarios:
            print(f'{scenario.account.user}, EAS {scenario.version}; what happened:\n{told(scenario.history)}')
        raise
    finally:
        for scenario in scenarios:
            scenario.mailboxes.close()


@pytest.mark.parametrize('seed', seeds())
def test_the_phone_converges(account, seed):
    scenario = Scenario(account, seed)
    run(scenario, act=lambda: scenario.run(STEPS))


@pytest.mark.parametrize('seed', seeds())
def test_two_phones_and_imap_at_once(account, seed):
    first, second, others = (Scenario(account, seed, name=name, at_once=True) for name in ('A ', 'B ', 'C '))
    second.share(first)
    others.share(first)
    faults: list[BaseException] = []

    def repeat(act) -> None:
        try:
            for _ in range(STEPS // 2):
                act()
        except BaseException as error:  # pylint: disable=broad-except
            faults.append(error)

    def at_once() -> None:
        # Known fault: when two processes make the `auto` mailboxes of a new dbox account at the same time, Dovecot locks
        # its list index and a mailbox's in different orders, finds the deadlock and ends one of them with a Panic.
        first.phone.reliable = True
        first.phone.sync_folders()
        first.phone.reliable = False
        threads = [threading.Thread(target=repeat, args=[act])
                   for act in (first.phone_does, second.phone_does, others.others_do)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if faults:
            raise faults[0]
        first.settle()
        second.settle()

    run(first, second, others, act=at_once)


def test_killed_processes_leave_nothing_behind(account):
    scenario = Scenario(account, 1)
    scenario.phone.sync_folders()
    for _ in range(15):
        scenario.mailboxes.append()
        scenario.phone.accidents.soon().join()
        scenario.phone.sync_folders_items([scenario.phone.inbox()], 5)
    run(scenario, act=scenario.settle)
    home = account.instance.mail_root / account.user
    assert [path.name for path in home.rglob('*.tmp*') if 'eas' in str(path.relative_to(home))] == []
    assert wait_until(lambda: not list(home.rglob('*.lock')), 30)  # processes that end may still hold one
    assert wait_until(lambda: not scenario.accidents.zombies(), 30)
