"""Settings: MS-ASCMD 2.2.1.18."""
from __future__ import annotations

from eas_client import E
from eas_client.client import device_information_node


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


def test_several_requests_are_answered_together(account):
    answer = account.client().settings(device_information_node(), E('Settings:UserInformation', E('Settings:Get'))).expect()
    assert answer.get('DeviceInformation/Status') == '1' and answer.get('UserInformation/Status') == '1'


def test_a_faulty_document_is_refused(account):
    answer = account.client().post('Settings', E('Ping:Ping'))
    assert answer.status == 400 or answer.get('Status') in ('2', '103')
