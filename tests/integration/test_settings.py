"""Settings: MS-ASCMD 2.2.1.18."""
from __future__ import annotations

import contextlib
import shutil
import stat

from accounts import Account
from eas_client import E
from eas_client.client import device_information_node
from private_instance.processes import wait_until


def test_device_information_is_accepted(account, version):
    answer = account.client(version).settings(device_information_node()).expect()
    assert answer.get('Status') == '1' and answer.get('DeviceInformation/Status') == '1'


def test_user_information_has_the_users_address(account, version):
    answer = account.client(version).settings(E('Settings:UserInformation', E('Settings:Get'))).expect()
    assert answer.get('UserInformation/Status') == '1'
    if float(version) < 14.1:
        addresses = answer.document.find('UserInformation/Get/EmailAddresses')
    else:
        addresses = answer.document.find('UserInformation/Get/Accounts/Account/EmailAddresses')
    assert account.user in [address.value() for address in addresses]


def test_the_primary_address_is_named(account):
    answer = account.client('14.1').settings(E('Settings:UserInformation', E('Settings:Get'))).expect()
    assert answer.get('UserInformation/Get/Accounts/Account/EmailAddresses/PrimarySmtpAddress') == account.user


def user_information(client):
    return client.settings(E('Settings:UserInformation', E('Settings:Get'))).expect().document.find('UserInformation/Get')


@contextlib.contextmanager
def user_with_addresses(instance, *addresses: str):
    """An account whose addresses are these and its name. Dovecot looks at its file of users once a second."""
    name = f'many-{instance.take_user()}'
    with open(instance.directory / 'conf/users', 'a', encoding='utf-8') as file:
        file.write(f'{name}:{instance.password}::::::userdb_eas_user_addresses={",".join([*addresses, name])}\n')
    account = Account(instance, name)
    try:
        assert wait_until(lambda: account.client().options().status == 200, 30, 0.5)
        yield account
    finally:
        account.close()


def test_all_addresses_are_told_in_the_form_of_each_version(maildir, version):
    with user_with_addresses(maildir, 'first@demo.example') as account:
        get = user_information(account.client(version))
        if float(version) < 14.1:
            assert [each.name for each in get] == ['EmailAddresses']
            addresses = get.find('EmailAddresses')
        else:
            one = get.find('Accounts/Account')
            assert [each.name for each in get] == ['Accounts'] and one.get('SendDisabled') == '0'
            assert one.find('AccountId') is None  # the primary account has none: MS-ASCMD 2.2.3.3.2
            addresses = one.find('EmailAddresses')
            assert addresses.get('PrimarySmtpAddress') == 'first@demo.example'
        assert [each.value() for each in addresses.findall('SMTPAddress')] == ['first@demo.example', account.user]


def test_the_directory_knows_the_users_name(staffed):
    with user_with_addresses(staffed, 'anna.bauer@demo.example') as account:
        assert user_information(account.client('14.1')).get('Accounts/Account/UserDisplayName') == 'Bauer, Anna'


def test_a_recovery_password_needs_the_policy(account, version):
    sent = E('Settings:DevicePassword', E('Settings:Set', E('Settings:Password', 's3cret-word')))
    assert account.client(version).settings(sent).expect().get('DevicePassword/Status') == '7'
    assert 's3cret-word' not in account.instance.log()


def test_a_recovery_password_is_in_one_file_that_only_the_user_reads(maildir, version):
    name = maildir.add_user(f'recovering{version}@demo.example', fields='eas_policy_password_recovery_enabled=yes')
    account = Account(maildir, name)
    sent = E('Settings:DevicePassword', E('Settings:Set', E('Settings:Password', 's3cret-word')))
    assert account.client(version, device_id='PHONE1').settings(sent).expect().get('DevicePassword/Status') == '1'
    home = maildir.mail_root / name
    kept, = [path for path in home.rglob('*') if path.is_file() and b's3cret-word' in path.read_bytes()]
    assert kept.name == 'recovery-password' and stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700 and kept.stat().st_uid == maildir.uid
    assert 's3cret-word' in maildir.dovecot.doveadm_eas('device', 'show', '-u', name, 'PHONE1').stdout
    assert 's3cret-word' not in maildir.log()
    account.close()


def test_an_admin_sees_a_recovery_password(account):
    account.client().settings(device_information_node()).expect()
    doveadm = account.instance.dovecot.doveadm_eas
    assert doveadm('device', 'allow', '-u', account.user, '-n', 'Device1').returncode == 0
    shown = doveadm('device', 'show', '-u', account.user, 'Device1')
    assert shown.returncode == 0 and 'recovery_password' not in shown.stdout
    kept = account.instance.mail_root / account.user / '.eas/device/Device1/recovery-password'
    kept.write_text('s3cret-word')
    shutil.chown(kept, account.instance.uid, account.instance.gid)
    assert 's3cret-word' in doveadm('device', 'show', '-u', account.user, 'Device1').stdout
    assert 's3cret-word' not in doveadm('device', 'list', '-u', account.user).stdout
    assert doveadm('device', 'remove', '-u', account.user, 'Device1').returncode == 0
    assert not kept.exists()


def test_several_requests_are_answered_together(account):
    answer = account.client().settings(device_information_node(), E('Settings:UserInformation', E('Settings:Get'))).expect()
    assert answer.get('DeviceInformation/Status') == '1' and answer.get('UserInformation/Status') == '1'


def test_answers_come_in_the_order_of_the_requests(account, version):
    """MS-ASCMD 2.2.1.18, with a Status first in each; a property that is there twice is a protocol error."""
    asked = [E('Settings:UserInformation', E('Settings:Get')),
             E('Settings:DevicePassword', E('Settings:Set', E('Settings:Password', 'word'))), device_information_node(),
             E('Settings:Oof', E('Settings:Get', E('Settings:BodyType', 'TEXT')))]
    for parts in (asked, asked[::-1]):
        answer = account.client(version).settings(*parts).expect()
        assert [each.name for each in answer.document] == ['Status', *[each.tag.split(':')[1] for each in parts]]
        assert answer.get('Status') == '1' and all(each.children[0].name == 'Status' for each in answer.document.children[1:])
    answer = account.client(version).settings(*asked, asked[0]).expect()
    assert answer.get('Status') == '2' and len(answer.document.children) == 1


def test_faults_are_those_of_a_property_alone(account, version):
    def status(name: str, *content) -> str:
        answer = account.client(version).settings(E(f'Settings:{name}', *content)).expect()
        assert answer.get('Status') == '1'
        return answer.get(f'{name}/Status')

    def set_to(name: str, value: str = ''):
        return E('Settings:Set', E(f'Settings:{name}', value))

    assert status('DeviceInformation') == '2' and status('DeviceInformation', E('Settings:Set')) == '1'
    assert status('DeviceInformation', set_to('Model', 'x' * 1024)) == '1'
    assert status('DeviceInformation', set_to('Model', 'x' * 1025)) == '5'
    assert status('DeviceInformation', set_to('Model')) == '1'  # deletes it: MS-ASCMD 2.2.3.167
    assert status('UserInformation') == status('UserInformation', E('Settings:Set')) == '2'
    assert status('DevicePassword') == status('DevicePassword', E('Settings:Set')) == '2'
    assert status('DevicePassword', set_to('Password', 'x' * 256)) == '5'
    assert status('Oof') == status('Oof', E('Settings:Get')) == '2'
    if float(version) >= 14.1:
        assert status('RightsManagementInformation') == '2'


def test_a_faulty_document_is_refused(account):
    answer = account.client().post('Settings', E('Ping:Ping'))
    assert answer.status == 400 or answer.get('Status') in ('2', '103')
