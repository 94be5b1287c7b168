"""Remote wipe of a device or of an account: MS-ASPROV 3.2.5.1, MS-ASCMD 2.2.2 (Status 140)."""
from __future__ import annotations

import pytest

from devices import Admin
from eas_client import E

VERSIONS = ['12.1', '14.1', '16.1']


def provision(client, *children):
    return client.post('Provision', E('Provision:Provision', *children)).expect()


def report(client, status: int, kind: str = 'RemoteWipe'):
    return provision(client, E(f'Provision:{kind}', E('Provision:Status', status)))


def told(answer) -> tuple[str, list[str]]:
    """The Status of a Provision and which directives it has."""
    return answer.get('Status'), [child.name for child in answer.document if child.name.endswith('RemoteWipe')]


def to_be_wiped(client) -> bool:
    answer = client.folder_sync()
    return answer.status == 449 if client.version == '12.1' else answer.get('Status') == '140'


@pytest.fixture(name='admin')
def fixture_admin(account):
    return Admin(account)


@pytest.mark.parametrize('version', VERSIONS)
def test_a_device_is_wiped_until_the_admin_cancels_it(account, admin, version):
    client = account.client(version)
    client.provision()
    client.folder_sync().expect()
    start = len(account.instance.log())
    admin.order_wipe('Device1')
    assert to_be_wiped(client)
    assert told(provision(client)) == ('1', ['RemoteWipe'])
    assert told(report(client, 2)) == ('2', ['RemoteWipe'])
    assert admin.info('Device1')['wipe-status'] == '2'
    assert told(report(client, 1)) == ('1', [])
    assert admin.info('Device1')['wipe-status'] == '1' and int(admin.info('Device1')['wipe-acknowledged']) > 0
    account.instance.wait_for_log(rf'{account.user}.*device=Device1 .*wipe=device acknowledged', start)

    assert to_be_wiped(client), 'a device that was set up anew is wiped again'
    assert told(provision(client)) == ('1', ['RemoteWipe'])
    admin.cancel_wipe('Device1')
    client.provision()
    assert client.folder_sync().expect().get('Status') == '1'


@pytest.mark.parametrize('version', VERSIONS)
def test_every_command_is_refused_while_a_wipe_is_ordered(account, admin, version):
    client = account.client(version)
    client.provision()
    admin.order_wipe('Device1')
    for command, root in (('Sync', 'AirSync:Sync'), ('Ping', 'Ping:Ping'), ('Settings', 'Settings:Settings'),
                          ('SendMail', 'ComposeMail:SendMail'), ('ItemOperations', 'ItemOperations:ItemOperations')):
        answer = client.post(command, E(root))
        assert answer.status == 449 if version == '12.1' else answer.get('Status') == '140', command
    client.options().expect()


def test_up_to_12_1_a_device_without_policy_is_forbidden(account, admin):
    client = account.client('12.1')
    client.folder_sync().expect()
    admin.order_wipe('Device1')
    assert client.folder_sync().status == 403


@pytest.mark.parametrize('version', VERSIONS)
def test_the_directive_is_in_the_answer_to_a_request_for_the_policy_too(account, admin, version):
    client = account.client(version)
    client.folder_sync().expect()
    admin.order_wipe('Device1')
    answer = provision(client, E('Provision:Policies', E('Provision:Policy', E('Provision:PolicyType', 'MS-EAS-Provisioning-WBXML'))))
    assert told(answer) == ('1', ['RemoteWipe'])
    assert answer.document.find('Policies') is None


def test_an_account_is_wiped_from_16_1_on(account, admin):
    client = account.client('16.1')
    client.provision()
    client.folder_sync().expect()
    admin.order_wipe('Device1', 'account')
    assert to_be_wiped(client)
    assert told(provision(client)) == ('1', ['AccountOnlyRemoteWipe'])
    assert told(report(client, 1, 'AccountOnlyRemoteWipe')) == ('1', [])
    assert to_be_wiped(client)
    assert admin.info('Device1')['wipe-status'] == '1'


@pytest.mark.parametrize('version', ['12.1', '14.1', '16.0'])
def test_a_wipe_of_the_account_is_never_one_of_the_device(account, admin, version):
    account.client('16.1').folder_sync().expect()
    admin.order_wipe('Device1', 'account')
    client = account.client(version, device_id='Device1')
    client.policy_key = 0
    for answer in (client.folder_sync(), client.post('Provision', E('Provision:Provision'))):
        assert answer.status == 403 if version == '12.1' else answer.get('Status') == '129'


def test_a_wipe_reaches_one_device_of_one_user(account, other_account, admin):
    clients = [account.client('14.1', device_id='Lost1'), account.client('14.1', device_id='Kept1'),
               other_account.client('14.1', device_id='Lost1')]
    for client in clients:
        client.folder_sync().expect()
    admin.order_wipe('Lost1')
    assert [told(provision(client)) for client in clients] == [('1', ['RemoteWipe']), ('1', []), ('1', [])]
    assert [to_be_wiped(client) for client in clients] == [True, False, False]
    assert told(report(clients[2], 1)) == ('1', []), 'nothing was ordered there'
    assert 'wipe-acknowledged' not in admin.info('Lost1')


def test_a_waiting_device_is_told_at_once(account, admin):
    phone = account.phone('14.1')
    phone.sync_all(phone.inbox())
    with account.parking(phone):
        phone.start_ping(900, [phone.inbox()])
    admin.order_wipe('Device1')
    phone.client.connection.sock.settimeout(60)
    assert phone.client.receive().expect().get('Status') == '140'
