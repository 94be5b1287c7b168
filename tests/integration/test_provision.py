"""Provision: MS-ASPROV. The policy is permissive; the keys are handled as they finally will be."""
from __future__ import annotations

import pytest

from accounts import Account
from conftest import start_instance, stop_instance
from eas_client import E
from eas_client.client import device_information_node

TYPE = 'MS-EAS-Provisioning-WBXML'


@pytest.fixture(scope='module', name='strict')
def fixture_strict():
    """An instance that requires provisioning."""
    instance = start_instance(eas_extra='eas_require_provisioning = yes')
    yield instance
    stop_instance(instance)


@pytest.fixture(name='strict_account')
def fixture_strict_account(strict):

    account = Account(strict, strict.take_user())
    yield account
    account.close()


def first_request(version='14.1', type_=TYPE):
    """The first phase; from 14.1 on it has to tell about the device (MS-ASPROV 3.1.5.1.1.1)."""
    return policy_request(type_=type_, information=float(version) >= 14.1)


def policy_request(key=None, status=None, type_=TYPE, information=False):
    return E('Provision:Provision', device_information_node() if information else None, E(
        'Provision:Policies', E('Provision:Policy', E('Provision:PolicyType', type_),
                                E('Provision:PolicyKey', key) if key is not None else None,
                                E('Provision:Status', status) if status is not None else None)))


def test_two_phases_give_a_final_key(account, version):
    client = account.client(version)
    first = client.post('Provision', first_request(version)).expect()
    assert first.get('Status') == '1' and first.get('Policies/Policy/Status') == '1'
    assert first.get('Policies/Policy/PolicyType') == TYPE
    assert first.document.find('Policies/Policy/Data/EASProvisionDoc').children
    temporary = first.get('Policies/Policy/PolicyKey')
    client.policy_key = int(temporary)
    second = client.post('Provision', policy_request(temporary, 1)).expect()
    assert second.get('Status') == '1' and second.get('Policies/Policy/Status') == '1'
    assert second.document.find('Policies/Policy/Data') is None
    final = second.get('Policies/Policy/PolicyKey')
    assert final not in (temporary, '0', None)
    assert 0 < int(final) < 1 << 32


def test_the_policy_permits_everything(account):
    document = account.client().post('Provision', first_request()).document.find('Policies/Policy/Data/EASProvisionDoc')
    values = {element.name: element.value() for element in document}
    assert values.get('DevicePasswordEnabled', '0') == '0'
    assert values.get('AttachmentsEnabled', '1') == '1'
    assert values.get('AllowNonProvisionableDevices', '1') == '1'


def test_device_information_is_taken_in_the_first_phase(account):
    answer = account.client('14.1').post('Provision', first_request()).expect()
    assert answer.get('DeviceInformation/Status') == '1'
    assert answer.get('Policies/Policy/Status') == '1'


def test_keys_differ_between_devices_and_users(account, other_account):
    keys = [one.client(device_id=device).provision() for one in (account, other_account) for device in ('A1', 'B1')]
    assert len(set(keys)) == 4


def test_a_wrong_key_in_the_second_phase_is_refused(account):
    client = account.client()
    client.post('Provision', first_request()).expect()
    answer = client.post('Provision', policy_request(123456789, 1)).expect()
    # MS-ASPROV 2.2.2.54.2: 5 says that the client acknowledges a wrong policy key.
    assert answer.get('Policies/Policy/Status') == '5' or answer.get('Status') != '1'


def test_another_policy_type_has_status_3(account):
    answer = account.client().post('Provision', first_request(type_='MS-WAP-Provisioning-XML')).expect()
    assert answer.get('Policies/Policy/Status') == '3' or answer.get('Status') == '2'


def test_a_faulty_document_has_status_2(account):
    answer = account.client().post('Provision', E('Provision:Provision', E('Provision:Policies')))
    assert answer.status == 400 or answer.get('Status') == '2'


def test_without_the_setting_a_client_that_never_provisions_is_served(account, version):
    assert account.client(version).folder_sync().expect().get('Status') == '1'


@pytest.mark.parametrize('version_, document_status', [('12.1', None), ('14.0', '142'), ('14.1', '142'), ('16.1', '142')])
def test_with_the_setting_it_is_told_to_provision(strict_account, version_, document_status):
    answer = strict_account.client(version_).folder_sync()
    if document_status is None:
        assert answer.status == 449
    else:
        assert (answer.status, answer.get('Status')) == (200, document_status)


def test_the_first_phase_has_to_tell_about_the_device(account):
    answer = account.client('14.1').post('Provision', policy_request()).expect()
    assert answer.get('Status') == '165'


def test_every_command_but_provision_is_refused_before(strict_account):
    client = strict_account.client('14.1')
    client.options().expect()
    namespaces = {'Sync': 'AirSync', 'MoveItems': 'Move',
                  **dict.fromkeys(('FolderSync', 'FolderCreate', 'FolderDelete', 'FolderUpdate'), 'FolderHierarchy'),
                  **dict.fromkeys(('SendMail', 'SmartForward', 'SmartReply'), 'ComposeMail')}
    for command in client.options().headers['MS-ASProtocolCommands'].split(','):
        if command == 'GetAttachment':  # it ended with 12.1
            assert strict_account.client('12.1').post(command).status == 449
        elif command == 'Find':  # it came with 16.1
            assert strict_account.client('16.1').post(command, E('Find:Find')).get('Status') == '142'
        elif command != 'Provision':
            answer = client.post(command, E(f'{namespaces.get(command, command)}:{command}'))
            status = answer.get('Result/Status') if command == 'MeetingResponse' else answer.get('Status')
            assert answer.status == 449 or status == '142', command


def test_with_the_setting_a_provisioned_client_is_served(strict_account, version):
    client = strict_account.client(version)
    client.provision()
    assert client.folder_sync().expect().get('Status') == '1'
    client.query_form = 'base64'
    assert client.folder_sync().expect().get('Status') == '1'


def test_with_the_setting_a_wrong_key_is_refused(strict_account):
    client = strict_account.client('14.1')
    client.provision()
    client.policy_key += 1
    assert client.folder_sync().get('Status') in ('142', '144')
    client.policy_key = 0
    assert client.folder_sync().get('Status') in ('142', '144')


def test_the_temporary_key_is_no_policy_key(strict_account):
    client = strict_account.client('14.1')
    first = client.post('Provision', first_request()).expect()
    client.policy_key = int(first.get('Policies/Policy/PolicyKey'))
    assert client.folder_sync().get('Status') in ('142', '144')


def test_the_key_of_another_device_is_refused(strict_account):
    one, other = strict_account.client(device_id='One1'), strict_account.client(device_id='Other1')
    one.provision()
    other.policy_key = one.policy_key
    assert other.folder_sync().get('Status') in ('142', '144')
