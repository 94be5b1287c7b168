"""Which devices are served: decisions of the admin, quarantine, rules (src/device/admission.h)."""
from __future__ import annotations

import pytest

from accounts import Account
from conftest import new_account, start_instance, stop_instance
from devices import Admin
from eas_client import E
from eas_client.client import collection
from eas_client.device import Device, text
from private_instance import StartError

VERSIONS = ['12.1', '14.1', '16.1']
LONG_SECONDS = 60
RULES = 'block type=Nokia*; allow type=iPhone version=16.*; block agent="Bad Client/*"; allow group=staff'


@pytest.fixture(scope='module', name='careful')
def fixture_careful():
    """An instance where new devices wait for the admin."""
    instance = start_instance(eas_extra=f'eas_device_policy = quarantine\neas_device_rules = {RULES}\neas_max_devices = 3\n'
                                        'eas_quarantine_subject = Bitte warten, {device_type}\n')
    yield instance
    stop_instance(instance)


@pytest.fixture(name='waiting')
def fixture_waiting(careful):
    """A user whose devices have to be allowed."""
    yield from new_account(careful)


@pytest.fixture(name='another')
def fixture_another(careful):
    yield from new_account(careful)


def refused(answer) -> str:
    """'403', or the Status of a refusal."""
    return str(answer.status) if answer.status != 200 else answer.get('Status')


@pytest.mark.parametrize('version', VERSIONS)
def test_a_new_device_sees_one_message_until_it_is_allowed(waiting, version):
    admin = Admin(waiting)
    waiting.deliver('Secret')
    phone = waiting.phone(version, device_type='Fairphone')
    assert [folder.type for folder in phone.folders.values()] == ['2']
    held = phone.sync_all(phone.inbox())
    assert [text(item, 'Email:Subject') for item in held.items.values()] == ['Bitte warten, Fairphone']
    body = next(iter(held.items.values()))['AirSyncBase:Body'].get('Data')
    assert 'Device1' in body and waiting.user in body
    assert list(waiting.flags()) == ['Secret'], 'the message is in no mailbox'

    admin.decide('Device1', 'allowed')
    assert phone.folder_sync().get('Status') == '9'
    phone.folder_key = '0'
    phone.collections.clear()
    phone.folder_sync()
    assert len(phone.folders) > 1
    held = phone.sync_all(phone.inbox())
    assert [text(item, 'Email:Subject') for item in held.items.values()] == ['Secret']


def test_the_first_contact_is_recorded_and_told_to_the_admin(waiting):
    start = len(waiting.instance.log())
    client = waiting.client('16.1', device_type='Fairphone')
    client.user_agent = 'Mail/7'
    client.folder_sync()
    info = Admin(waiting).info('Device1')
    assert (info['type'], info['access'], info['access-reason']) == ('Fairphone', 'quarantined', 'policy')
    assert (info['seen-address'], info['seen-user-agent'], info['seen-version']) == ('127.0.0.1', 'Mail/7', '161')
    assert 0 < int(info['first-seen']) <= int(info['last-request'])
    waiting.instance.wait_for_log(rf'{waiting.user}.*Warning: .*device=Device1 .*new device, type Fairphone: access=quarantined',
                                  start)


@pytest.mark.parametrize('version', VERSIONS)
def test_a_device_in_quarantine_may_provision_and_nothing_else(waiting, version):
    client = waiting.client(version)
    client.provision()
    client.settings(E('Settings:UserInformation', E('Settings:Get'))).expect()
    expected = '403' if version == '12.1' else '130'
    assert refused(client.send_mail(b'Subject: x\r\n\r\nx', client_id='1')) == expected
    assert refused(client.post('MoveItems', E('Move:MoveItems'))) == expected
    assert refused(client.search(E('Search:FreeText', 'x'))) == expected
    assert refused(client.post('FolderCreate', E('FolderHierarchy:FolderCreate'))) == expected


def test_a_device_in_quarantine_cannot_change_anything(waiting):
    phone = waiting.phone()
    inbox = phone.inbox()
    held = phone.sync_all(inbox)
    (server_id,) = held.items
    answer = phone.client.sync(collection(inbox, held.sync_key, E('AirSync:Commands', E(
        'AirSync:Delete', E('AirSync:ServerId', server_id))))).expect()
    assert answer.get('Collections/Collection/Status') == '1'
    again = Device(waiting.client(device_id='Device1'))
    again.folder_sync()
    assert len(again.sync_all(inbox).items) == 1


@pytest.mark.parametrize('version', VERSIONS)
def test_a_waiting_device_learns_of_the_decision_at_once(waiting, version):
    admin = Admin(waiting)
    phone = waiting.phone(version)
    inbox = phone.inbox()
    phone.sync_all(inbox)
    with waiting.parking(phone):
        phone.start_ping(900, [inbox])
    admin.decide('Device1', 'allowed')
    phone.client.connection.sock.settimeout(LONG_SECONDS)
    assert phone.client.receive().expect().get('Status') == '7'
    phone.folder_key = '0'
    phone.collections.clear()
    phone.folder_sync()
    phone.sync_all(phone.inbox())

    with waiting.parking(phone):
        phone.start_ping(900, [phone.inbox()])
    admin.decide('Device1', 'blocked')
    assert refused(phone.client.receive()) == ('403' if version == '12.1' else '129')


def test_a_hanging_sync_is_refused_when_the_device_is_blocked(waiting):
    admin = Admin(waiting)
    phone = waiting.phone()
    admin.decide('Device1', 'allowed')
    phone.folder_key = '0'
    phone.folder_sync()
    phone.sync_all(phone.inbox())
    with waiting.parking(phone):
        phone.client.post_only('Sync', E('AirSync:Sync', E('AirSync:Collections', phone.request(phone.inbox())),
                                         E('AirSync:Wait', 20)))
    admin.decide('Device1', 'blocked')
    phone.client.connection.sock.settimeout(LONG_SECONDS)
    assert refused(phone.client.receive()) == '129'


@pytest.mark.parametrize('version', VERSIONS)
def test_a_blocked_device_is_refused_on_every_connection(waiting, version):
    first, second = waiting.client(version, device_id='Same1'), waiting.client(version, device_id='Same1')
    first.folder_sync().expect()
    second.folder_sync().expect()
    Admin(waiting).decide('Same1', 'blocked')
    expected = '403' if version == '12.1' else '129'
    for client in (first, second):
        assert refused(client.folder_sync()) == expected
        assert refused(client.post('Provision', E('Provision:Provision'))) == expected
    first.options().expect()


def test_a_device_allowed_for_one_user_is_not_for_another(waiting, another):
    for account in (waiting, another):
        account.client(device_id='Shared1').folder_sync().expect()
    Admin(waiting).decide('Shared1', 'allowed')
    count = len(waiting.phone(device_id='Shared1').folders), len(another.phone(device_id='Shared1').folders)
    assert count[0] > 1 and count[1] == 1


def test_rules_decide_by_type_agent_and_version(waiting):
    def access(device_type: str, version: str = '14.1', user_agent: str = 'Good Client/2') -> str:
        client = waiting.client(version, device_id='Rule1', device_type=device_type)
        client.user_agent = user_agent
        client.folder_sync()
        return Admin(waiting).info('Rule1')['access']
    assert access(device_type='NokiaE52') == 'blocked'
    assert Admin(waiting).info('Rule1')['access-rule'] == 'block type=Nokia*'
    assert access(device_type='iPhone') == 'quarantined'
    assert access(device_type='iPhone', version='16.1') == 'allowed'
    assert access(device_type='Other', user_agent='Bad Client/2') == 'blocked'


def test_a_user_has_a_limited_number_of_devices(waiting):
    admin = Admin(waiting)
    for number in range(3):
        waiting.client(device_id=f'Many{number}').folder_sync().expect()
    assert refused(waiting.client(device_id='Many3').folder_sync()) == '177'
    assert refused(waiting.client('12.1', device_id='Many4').folder_sync()) == '403'
    assert admin.devices() == ['Many0', 'Many1', 'Many2']
    assert not (admin.root / 'Many3').exists(), 'nothing is left of a device that was refused'


@pytest.mark.parametrize('device_id', ['', 'validate', '../../x', 'a/b', 'A' * 33, 'a.b', '%00', 'ä'])
@pytest.mark.parametrize('version', VERSIONS)
def test_an_id_that_is_none_is_refused(waiting, version, device_id):
    client = waiting.client(version, device_id=device_id)
    assert refused(client.folder_sync()) in (('400',) if version == '12.1' else ('400', '108'))
    assert Admin(waiting).devices() == []


@pytest.mark.parametrize('version', VERSIONS)
def test_a_device_whose_record_is_damaged_is_blocked_until_the_admin_decides(waiting, version):
    """It may have been blocked, or wiped."""
    admin = Admin(waiting)
    client = waiting.client(version, device_id='Device1')
    client.folder_sync()
    path = admin.root / 'Device1/info'
    path.write_bytes(path.read_bytes()[:40])
    start = len(waiting.instance.log())
    assert refused(client.folder_sync()) == ('403' if version == '12.1' else '129')
    waiting.instance.wait_for_log('blocked .* cannot be read', start)
    assert admin.devices() == ['Device1']
    admin.decide('Device1', 'allowed')
    assert len(waiting.phone(version, device_id='Device1').folders) > 1


def test_a_contact_without_news_writes_nothing(account):
    phone = account.phone()
    inbox = phone.inbox()
    phone.sync_all(inbox)
    phone.sync(inbox)
    path = Admin(account).root / 'Device1/info'
    before = path.stat()
    for _ in range(3):
        phone.sync(inbox)
        phone.folder_sync()
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_eas_is_off_for_a_user_by_the_user_database(careful):
    account = Account(careful, careful.add_user('without-eas@demo.example', fields='eas_enabled=no'))
    for version in VERSIONS:
        client = account.client(version)
        answer = client.folder_sync()
        assert answer.status == 403 if version == '12.1' else answer.expect().get('Status') == '126'
        assert client.options().status == 403
    assert Admin(account).devices() == []
    account.close()


def test_rules_know_the_users_groups(careful):
    account = Account(careful, careful.add_user('member@demo.example', fields='acl_groups=guests,staff'))
    assert len(account.phone().folders) > 1
    assert Admin(account).info('Device1')['access-rule'] == 'allow group=staff'
    account.close()


def test_a_rule_that_cannot_be_read_is_an_error_of_the_configuration():
    with pytest.raises(StartError) as failure:
        stop_instance(start_instance(eas_extra='eas_device_rules = allow type=x; permit type=y\n'))
    assert 'eas_device_rules: rule "permit type=y"' in str(failure.value)
