"""Provision: MS-ASPROV. By default the policy is permissive."""
from __future__ import annotations

import pytest

from accounts import Account
from conftest import PING_MIN_SECONDS, new_account, start_instance, stop_instance
from devices import Admin
from eas_client import E
from eas_client.client import device_information_node
from eas_client.device import Device
from private_instance import StartError

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


def policy_document(client) -> dict[str, str]:
    answer = client.post('Provision', first_request(client.version)).expect()
    return {element.name: element.value() for element in answer.document.find('Policies/Policy/Data/EASProvisionDoc')}


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
        if command in ('GetAttachment', 'GetHierarchy'):  # they ended with 12.1
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


def test_a_ping_needs_no_key_once_the_device_is_provisioned(strict_account):
    phone = Device(strict_account.client('14.1'))
    phone.client.provision()
    phone.folder_sync()
    phone.client.policy_key = None
    assert phone.client.ping(PING_MIN_SECONDS, [phone.inbox()]).expect().get('Status') == '1'
    assert phone.client.folder_sync().get('Status') == '142'


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


# ---------------------------------------------------------------------- the admin's policy

@pytest.fixture(scope='module', name='restricting')
def fixture_restricting():
    instance = start_instance(eas_extra='''
eas_require_provisioning = yes
eas_policy_allow_partial = no
eas_policy_refresh = 12 hours
eas_policy_device_password_enabled = yes
eas_policy_min_device_password_length = 6
eas_policy_min_device_password_complex_characters = 3
eas_policy_max_inactivity_time_device_lock = 300
eas_policy_max_attachment_size = 1048576
eas_policy_allow_camera = no
eas_policy_allow_bluetooth = 1
eas_policy_max_email_age_filter = 3
eas_policy_max_email_body_truncation_size = 20000
eas_policy_approved_applications = AAAA; BBBB
eas_policy_unapproved_in_rom_applications = camera.exe;game one.exe
''')
    yield instance
    stop_instance(instance)


@pytest.fixture(name='restricted')
def fixture_restricted(restricting):
    yield from new_account(restricting)


RESTRICTIONS = {
    'DevicePasswordEnabled': '1', 'MinDevicePasswordLength': '6', 'MinDevicePasswordComplexCharacters': '3',
    'MaxInactivityTimeDeviceLock': '300', 'MaxAttachmentSize': '1048576', 'AllowCamera': '0', 'AllowBluetooth': '1',
    'MaxEmailAgeFilter': '3', 'MaxEmailBodyTruncationSize': '20000', 'MaxEmailHTMLBodyTruncationSize': '-1',
    'AllowWiFi': '1', 'RequireDeviceEncryption': '0', 'DevicePasswordExpiration': ''}


def test_the_settings_are_the_policy_in_each_version(restricted, version):
    answer = restricted.client(version).post('Provision', first_request(version)).expect()
    document = answer.document.find('Policies/Policy/Data/EASProvisionDoc')
    values = {element.name: element.value() for element in document}
    assert {name: values[name] for name in RESTRICTIONS} == RESTRICTIONS
    assert [element.value() for element in document.find('ApprovedApplicationList')] == ['AAAA', 'BBBB']
    assert [element.value() for element in document.find('UnapprovedInROMApplicationList')] == ['camera.exe', 'game one.exe']


def test_the_user_database_changes_the_policy_of_a_user(restricting):
    account = Account(restricting, restricting.add_user('free@demo.example', fields='eas_policy_allow_camera=yes '
                                                        'eas_policy_min_device_password_length=4'))
    values = policy_document(account.client())
    assert (values['AllowCamera'], values['MinDevicePasswordLength'], values['AllowBluetooth']) == ('1', '4', '1')
    account.close()


@pytest.mark.parametrize('version_, statuses', [('12.1', ('3', '3', '3')), ('14.1', ('139', '141', '145')),
                                                ('16.1', ('139', '141', '145'))])
def test_a_device_that_did_not_apply_it_is_refused(restricted, version_, statuses):
    for compliance, status in zip((2, 3, 4), statuses):
        client = restricted.client(version_, device_id=f'Partial{compliance}')
        key = client.post('Provision', first_request(version_)).expect().get('Policies/Policy/PolicyKey')
        assert client.post('Provision', policy_request(key, compliance)).expect().get('Status') == status
        assert client.folder_sync().status == 449 or client.folder_sync().get('Status') == '142'


def test_partial_compliance_suffices_unless_the_admin_says_no(strict_account):
    client = strict_account.client()
    key = client.post('Provision', first_request()).expect().get('Policies/Policy/PolicyKey')
    assert client.post('Provision', policy_request(key, 2)).expect().get('Policies/Policy/PolicyKey')


def must_refresh(client) -> bool:
    answer = client.folder_sync()
    return answer.status == 449 or answer.get('Status') == '143'


@pytest.mark.parametrize('version_', ['12.1', '14.1', '16.1'])
def test_a_policy_that_changes_is_acknowledged_again(restricting, version_):
    account = Account(restricting, restricting.add_user(f'changing{version_}@demo.example', fields='eas_policy_allow_camera=yes'))
    client = account.client(version_)
    client.provision()
    assert not must_refresh(client)
    restricting.change_user(account.user, 'eas_policy_allow_camera=no')
    client.close()  # the next connection asks the user database
    assert must_refresh(client)
    client.policy_key = None
    assert policy_document(client)['AllowCamera'] == '0'
    client.provision()
    assert not must_refresh(client)
    restricting.change_user(account.user, 'eas_policy_allow_camera=no eas_policy_allow_partial=yes')  # nothing that the device applies
    client.close()
    assert not must_refresh(client)
    account.close()


@pytest.mark.parametrize('version_', ['12.1', '14.1', '16.1'])
def test_a_policy_is_acknowledged_again_after_its_time(restricted, version_):
    client = restricted.client(version_)
    client.provision()
    assert not must_refresh(client)
    acknowledged = int(Admin(restricted).info('Device1')['policy-acknowledged'])
    Admin(restricted).write('Device1', policy_acknowledged=str(acknowledged - 12 * 3600 * 1000))
    assert must_refresh(client)
    client.provision()
    assert not must_refresh(client)


def test_a_policy_that_cannot_be_is_an_error_of_the_configuration():
    with pytest.raises(StartError) as failure:
        stop_instance(start_instance(eas_extra='eas_policy_min_device_password_length = 17\n'))
    assert 'eas_policy_min_device_password_length must be empty, or a number from 1 to 16' in str(failure.value)
