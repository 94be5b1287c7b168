"""Each user has an own uid and home, as users of the system have: what virtual users of one uid never show."""
from __future__ import annotations

import os
from pathlib import Path

import pytest

from accounts import Account
from conftest import start_instance, stop_instance
from eas_client import E, wbxml
from eas_client.client import WBXML
from eas_client.device import CALENDAR

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason='only root can make files that belong to others')

FIRST_UID = 61234
FOLDER_SYNC = E('FolderHierarchy:FolderSync', E('FolderHierarchy:SyncKey', '0'))


@pytest.fixture(scope='module', name='instance')
def fixture_instance():
    instance = start_instance(eas_extra='eas_calendar_dir = ~/calendars\n', mail_format='maildir')
    yield instance
    stop_instance(instance)


class SystemUser(Account):
    def __init__(self, instance, name: str, uid: int):
        self.uid, self.home = uid, instance.directory / 'homes' / name
        self.home.mkdir(parents=True, mode=0o700)
        self.home.parent.chmod(0o755)
        os.chown(self.home, uid, uid)
        super().__init__(instance, instance.add_user(f'{name}@demo.example', fields=f'uid={uid} gid={uid} home={self.home}'))

    def owned(self) -> set[Path]:
        """Everything that is in the home."""
        return set(self.home.rglob('*'))


@pytest.fixture(scope='module', name='both')
def fixture_both(instance):
    users = [SystemUser(instance, name, FIRST_UID + number) for number, name in enumerate(('erik', 'frida'))]
    yield users
    for user in users:
        user.close()


def test_mail_is_read_pushed_and_sent(both):
    erik, frida = both
    phones = {user: user.phone('16.1') for user in both}
    for user, phone in phones.items():
        user.deliver('Before')
        assert len(phone.sync_all(phone.inbox()).items) == 1
    with frida.parking(phones[frida]):
        phones[frida].start_ping(60, [phones[frida].inbox()])
    message = f'From: {erik.user}\r\nTo: {frida.user}\r\nSubject: From Erik\r\n\r\nHello\r\n'
    phones[erik].send_mail(message.encode())
    assert phones[frida].client.receive().get('Status') == '2'
    items = phones[frida].sync_all(phones[frida].inbox()).items.values()
    assert {item['Email:Subject'].text for item in items} == {'Before', 'From Erik'}


def test_events_of_the_phone_are_files_of_the_user(both):
    for user in both:
        phone = user.phone('16.1')
        calendar = phone.of_type(CALENDAR)
        phone.start(calendar)
        phone.add(calendar, 'new', E('Calendar:Subject', 'Own'), E('Calendar:StartTime', '20270105T100000Z'),
                  E('Calendar:EndTime', '20270105T110000Z'))
        assert [path.name.endswith('.ics') for path in (user.home / 'calendars').rglob('*.ics')] == [True]


def test_what_is_stored_belongs_to_the_user_alone(both):
    for user in both:
        user.phone('16.1')
        assert user.owned()
        assert {path.stat().st_uid for path in user.owned()} == {user.uid}
        state = user.home / '.eas'
        assert state in user.owned()
        assert {path.stat().st_mode & 0o077 for path in (state, *state.rglob('*'))} == {0}


def test_two_users_alternate_on_one_connection(both):
    shared = both[0].client()
    speakers = {user: user.client() for user in both}
    for user in (*both, *both):
        mailbox = f'Only-{user.uid}'
        with user.imap() as connection:
            connection.create(mailbox)
        speaker = speakers[user]
        answer = shared.raw('POST', speaker.target('FolderSync'), wbxml.encode(FOLDER_SYNC), {
            **speaker.headers(), 'Content-Type': WBXML, 'Authorization': speaker.authorization()}).expect()
        names = {add.get('DisplayName') for add in answer.document.findall('FolderHierarchy:Changes/FolderHierarchy:Add')}
        assert {name for name in names if name.startswith('Only-')} == {mailbox}


def test_the_admin_sees_their_devices(both):
    for user in both:
        user.phone('16.1', device_id='Seen')
        shown = user.instance.dovecot.doveadm_eas('device', 'list', '-u', user.user)
        assert shown.returncode == 0 and 'Seen' in shown.stdout
        assert {path.stat().st_uid for path in user.owned()} == {user.uid}
