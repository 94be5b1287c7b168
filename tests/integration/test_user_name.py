"""The user's name for people to read, where the user database gives it (eas_user_name): in Settings, as the
organizer of meetings, in the mail that invites."""
from __future__ import annotations

import pytest

from accounts import Account
from conftest import start_instance, stop_instance
from meetings import calendar_of, stored
from test_meeting_invitations import Organizer
from test_send_mail import received
from test_settings import user_information

NAME = 'Anna-Maria'


@pytest.fixture(scope='module', name='named')
def fixture_named():
    instance = start_instance()
    users = instance.directory / 'conf/users'
    lines = users.read_text(encoding='utf-8').splitlines()
    users.write_text(''.join(line + (f'userdb_eas_user_name={NAME}' if line.startswith('user1@') else '') + '\n'
                             for line in lines), encoding='utf-8')
    yield instance
    stop_instance(instance)


@pytest.fixture(name='anna')
def fixture_anna(named):
    account = Account(named, 'user1@demo.example')
    yield account
    account.close()


@pytest.fixture(name='guest')
def fixture_guest(named):
    account = Account(named, 'user2@demo.example')
    yield account
    account.close()


@pytest.mark.parametrize('version', ['14.1', '16.1'])
def test_settings_tell_the_name_that_the_user_database_gives(anna, guest, version):
    path = 'Accounts/Account/UserDisplayName'
    assert user_information(anna.client(version)).get(path) == NAME
    assert user_information(guest.client(version)).get(path) is None


def test_the_organizer_of_a_meeting_has_the_name_that_the_user_database_gives(anna, guest):
    phone = Organizer(anna, guest, '16.1')
    phone.send(phone.add('Tea'))
    (event,) = stored(anna)
    assert f'ORGANIZER;CN={NAME}:mailto:{anna.user}' in event
    told = next(iter(anna.phone('14.1').sync_all(phone.folder, options=()).items.values()))
    assert (told['Calendar:OrganizerName'].value(), told['Calendar:OrganizerEmail'].value()) == (NAME, anna.user)
    message = received(guest, 'Tea')
    assert message['From'].addresses[0].display_name == NAME
    assert f'CN={NAME}:mailto:{anna.user}' in calendar_of(message)
