"""What the protocol has for servers with text messages, document libraries or rights management, and this is none."""
from __future__ import annotations

import pytest

from accounts import make_message
from eas_client import E
from eas_client.client import body_preference
from eas_client.device import subjects

SMS = E('AirSync:Class', 'SMS')
LINK = r'\\server.example\share\plan.txt'


def options(*content):
    return E('AirSync:Options', *content)


@pytest.mark.parametrize('version', ['14.0', '14.1', '16.0', '16.1'])
def test_text_messages_may_be_asked_for_beside_mail(account, version):
    account.deliver('A mail')
    phone = account.phone(version)
    inbox = phone.inbox()
    phone.start(inbox)
    mail = [E('AirSync:FilterType', 0), E('AirSync:Class', 'Email'), body_preference(1)]
    request = phone.request(inbox)
    request.children.append(options(*mail))
    request.children.append(options(SMS, body_preference(1)))
    phone.apply(phone.client.sync(request))
    assert phone.held(inbox).last_status == '1' and subjects(phone.held(inbox)) == ['A mail']
    estimate = phone.client.get_item_estimate(inbox, phone.held(inbox).sync_key, SMS).expect()
    assert estimate.get('GetItemEstimate:Response/GetItemEstimate:Status') == '1'
    assert estimate.get('GetItemEstimate:Response/GetItemEstimate:Collection/GetItemEstimate:Estimate') == '0'


def test_a_text_message_of_the_phone_is_refused_alone(account):
    phone = account.phone('14.1')
    inbox = phone.inbox()
    phone.sync_all(inbox)
    answer = phone.sync(inbox, commands=[E(
        'AirSync:Add', SMS, E('AirSync:ClientId', 'sms-1'), E('AirSync:ApplicationData', E('Email:To', '"1" [MOBILE:1]')))])
    part = answer.document.find('AirSync:Collections/AirSync:Collection')
    assert part.get('Status') == '1' and part.get('AirSync:Responses/AirSync:Add/AirSync:Status') == '6'
    with account.imap('INBOX') as connection:
        assert connection.search(None, 'ALL')[1] == [b'']


@pytest.mark.parametrize('version', ['14.0', '16.1'])
def test_no_text_message_is_sent_through_a_phone(account, version):
    answer = account.client(version).settings(E('Settings:DeviceInformation', E(
        'Settings:Set', E('Settings:Model', 'Q10'), E('Settings:PhoneNumber', '+49301'), E('Settings:EnableOutboundSMS', 1)))).expect()
    assert answer.get('DeviceInformation/Status') == '1'  # noted, and nothing comes of it
    assert account.phone(version).inbox()


def test_documents_are_no_store(account, version):
    fetched = account.client(version).fetch(E(
        'ItemOperations:Fetch', E('ItemOperations:Store', 'DocumentLibrary'), E('DocumentLibrary:LinkId', LINK))).expect()
    one = fetched.document.find('ItemOperations:Response/ItemOperations:Fetch')
    assert fetched.get('Status') == '1' and one.get('Status') == '9' and one.get('DocumentLibrary:LinkId') == LINK


def test_documents_are_not_searched(account, version):
    answer = account.client(version).post('Search', E('Search:Search', E(
        'Search:Store', E('Search:Name', 'DocumentLibrary'), E('Search:Query', E(
            'Search:EqualTo', E('DocumentLibrary:LinkId'), E('Search:Value', LINK))),
        E('Search:Options', E('Search:Range', '0-9'))))).expect()
    assert answer.get('Status') == '1' and answer.get('Search:Response/Search:Store/Search:Status') == '7'


def test_a_search_for_documents_has_to_name_a_link(account, version):
    for query in (E('Search:Query'), E('Search:Query', E('Search:EqualTo', E('Search:Value', LINK)))):
        answer = account.client(version).post('Search', E('Search:Search', E(
            'Search:Store', E('Search:Name', 'DocumentLibrary'), query))).expect()
        assert answer.get('Status') == '1' and answer.get('Search:Response/Search:Store/Search:Status') == '2'


def test_no_rights_are_managed(account, version):
    answer = account.client(version).settings(E('Settings:RightsManagementInformation', E('Settings:Get')))
    if refused_as_of_a_later_version(answer, version):
        return
    assert answer.expect().get('RightsManagementInformation/Status') == '168'  # MS-ASRM 3.2.4.1: disabled
    assert answer.document.find('RightsManagementInformation/Get/RightsManagement:RightsManagementTemplates').children == []


def refused_as_of_a_later_version(answer, version) -> bool:
    """Up to 14.0 nothing of MS-ASRM is understood, and the document is invalid: 3.2.5 there."""
    if version == '12.1':
        assert answer.status == 400
    elif version == '14.0':
        assert answer.expect().get('Status') == '103'
    return float(version) < 14.1


def test_a_phone_that_understands_rights_gets_mail_as_it_is(account, version):
    account.deliver('A mail')
    phone = account.phone(version)
    inbox = phone.inbox()
    phone.start(inbox)
    support = [E('RightsManagement:RightsManagementSupport', 1), body_preference(1)]
    answer = phone.client.sync(phone.request(inbox, options=support, get_changes=True))
    if refused_as_of_a_later_version(answer, version):
        return
    phone.apply(answer.expect())
    (item, properties), = phone.held(inbox).items.items()
    assert 'RightsManagement:RightsManagementLicense' not in properties
    fetched = phone.client.fetch(E('ItemOperations:Fetch', E('ItemOperations:Store', 'Mailbox'), E('AirSync:CollectionId', inbox),
                                   E('AirSync:ServerId', item), E('RightsManagement:RemoveRightsManagementProtection'),
                                   E('ItemOperations:Options', *support))).expect()
    assert fetched.get('ItemOperations:Response/ItemOperations:Fetch/ItemOperations:Status') == '1'
    assert phone.client.search(E('AirSync:Class', 'Email'), E('Search:FreeText', 'mail'), options=support).expect().get('Status') == '1'


@pytest.mark.parametrize('command', ['SendMail', 'SmartReply', 'SmartForward'])
def test_what_is_to_carry_rights_is_not_sent_without(account, other_account, command):
    account.deliver('Original')
    phone = account.phone('16.1')
    item, = phone.sync_all(phone.inbox()).items
    answer = phone.client.post(command, E(
        'ComposeMail:' + command, E('ComposeMail:ClientId', 'protected'),
        None if command == 'SendMail' else E('ComposeMail:Source', E('ComposeMail:FolderId', phone.inbox()), E('ComposeMail:ItemId', item)),
        E('ComposeMail:Mime', make_message('Secret', to=other_account.user, sender=account.user)),
        E('RightsManagement:TemplateID', 'ad8b5b5f-21d3-4a3d-9d4e-3ab4f6f6b1a2'))).expect()
    assert answer.get('Status') == '168'  # MS-ASRM 3.2.5.1
    assert other_account.flags() == {}


def test_what_is_to_carry_rights_is_not_sent_by_a_version_without(account, other_account):
    answer = account.client('14.0').post('SendMail', E(
        'ComposeMail:SendMail', E('ComposeMail:ClientId', 'protected'),
        E('ComposeMail:Mime', make_message('Secret', to=other_account.user, sender=account.user)),
        E('RightsManagement:TemplateID', 'ad8b5b5f-21d3-4a3d-9d4e-3ab4f6f6b1a2'))).expect()
    assert answer.get('Status') == '103'
    assert other_account.flags() == {}
