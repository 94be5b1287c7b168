"""ItemOperations: MS-ASCMD 2.2.1.10."""
from __future__ import annotations

import base64
import random

import pytest

from accounts import make_message
from eas_client import E
from eas_client.client import body_preference

DATA = bytes(range(256)) * 40


@pytest.fixture(name='attached')
def fixture_attached(account):
    """(device, ServerId of a message with the attachment DATA, its FileReference)."""
    account.deliver_raw(make_message('With a file', 'See the file.\n', to=account.user, attachments=[
        ('Grüße und mehr.bin', 'application/octet-stream', DATA), ('empty.txt', 'text/plain', b'')]))
    device = account.phone()
    (server_id, item), = device.sync_all(device.inbox()).items.items()
    references = [attachment.get('FileReference') for attachment in item['AirSyncBase:Attachments']]
    return device, server_id, references


def fetch_file(reference: str, *options):
    return E('ItemOperations:Fetch', E('ItemOperations:Store', 'Mailbox'), E('AirSyncBase:FileReference', reference),
             E('ItemOperations:Options', *options) if options else None)


def fetch_item(folder: str, server_id: str, *options):
    return E('ItemOperations:Fetch', E('ItemOperations:Store', 'Mailbox'), E('AirSync:CollectionId', folder),
             E('AirSync:ServerId', server_id), E('ItemOperations:Options', *options) if options else None)


def test_attachments_are_listed(attached):
    device, server_id, _ = attached
    item = device.held(device.inbox()).items[server_id]
    first, second = item['AirSyncBase:Attachments']
    assert first.get('DisplayName') == 'Grüße und mehr.bin'
    assert first.get('Method') == '1'
    assert abs(int(first.get('EstimatedDataSize')) - len(DATA)) < len(DATA) * 0.1
    assert second.get('DisplayName') == 'empty.txt'


def test_an_attachment_is_fetched(attached, version):
    device, _, references = attached
    device.client.version = version
    answer = device.client.fetch(fetch_file(references[0])).expect()
    assert answer.get('Status') == '1' and answer.get('Response/Fetch/Status') == '1'
    assert answer.get('Response/Fetch/FileReference') == references[0]
    assert answer.get('Response/Fetch/Properties/ContentType') == 'application/octet-stream'
    assert base64.b64decode(answer.get('Response/Fetch/Properties/Data')) == DATA


def test_lines_of_a_text_file_end_with_crlf_however_they_are_stored(stored):
    text, message = b'one\r\ntwo\r\n\r\nfour', b'Subject: inside\r\n\r\nx\r\n'
    stored.deliver_raw(b'From: a@b.example\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n'
                       b'--b\r\n\r\nSee the files.\r\n'
                       b'--b\r\nContent-Type: text/csv\r\nContent-Disposition: attachment; filename=a.csv\r\n\r\n' + text +
                       b'\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n' + message + b'\r\n--b--\r\n')
    device = stored.phone()
    item, = device.sync_all(device.inbox()).items.values()
    for file, expected in zip(item['AirSyncBase:Attachments'], (text, message), strict=True):
        assert int(file.get('EstimatedDataSize')) == len(expected)
        whole = device.client.fetch(fetch_file(file.get('FileReference'))).expect()
        assert base64.b64decode(whole.get('Response/Fetch/Properties/Data')) == expected
        part = device.client.fetch(fetch_file(file.get('FileReference'), E('ItemOperations:Range', '4-9'))).expect()
        assert base64.b64decode(part.get('Response/Fetch/Properties/Data')) == expected[4:10]
        assert part.get('Response/Fetch/Properties/Total') == str(len(expected))


def test_an_attachment_as_a_part_of_a_multipart_answer(attached):
    device, _, references = attached
    answer = device.client.fetch(fetch_file(references[0]), multi_part=True).expect()
    assert answer.headers['Content-Type'] == 'application/vnd.ms-sync.multipart'
    assert answer.get('Response/Fetch/Status') == '1'
    assert answer.parts[int(answer.get('Response/Fetch/Properties/Part'))] == DATA


def test_a_range_of_an_attachment(attached):
    device, _, references = attached
    answer = device.client.fetch(fetch_file(references[0], E('ItemOperations:Range', '100-299'))).expect()
    properties = answer.document.find('Response/Fetch/Properties')
    assert base64.b64decode(properties.get('Data')) == DATA[100:300]
    assert (properties.get('Range'), properties.get('Total')) == ('100-299', str(len(DATA)))


def test_ranges_of_a_large_attachment_in_any_order(stored):
    data = random.Random(7).randbytes(3_000_000)
    stored.deliver_raw(make_message('Large', to=stored.user, attachments=[('large.bin', 'application/octet-stream', data)]))
    device = stored.phone()
    (item,) = device.sync_all(device.inbox()).items.values()
    reference = item['AirSyncBase:Attachments'].children[0].get('FileReference')
    for first, last in ((2_000_001, 2_100_000), (0, 99), (1_000_000, 1_500_000), (2_999_990, 3_000_999), (500_000, 2_500_000)):
        answer = device.client.fetch(fetch_file(reference, E('ItemOperations:Range', f'{first}-{last}')), multi_part=True).expect()
        properties = answer.document.find('Response/Fetch/Properties')
        assert answer.parts[1] == data[first:last + 1]
        assert (properties.get('Range'), properties.get('Total')) == (f'{first}-{min(last, 2_999_999)}', '3000000')


def test_a_range_beyond_the_end_has_status_8(attached):
    device, _, references = attached
    answer = device.client.fetch(fetch_file(references[0], E('ItemOperations:Range', '999999-1000000'))).expect()
    assert answer.get('Response/Fetch/Status') == '8'


def test_an_empty_attachment(attached):
    device, _, references = attached
    answer = device.client.fetch(fetch_file(references[1])).expect()
    assert answer.get('Response/Fetch/Status') in ('1', '10')


@pytest.mark.parametrize('reference', ['', 'x', '0:0:0', 'a' * 1000, '../../etc/passwd', 'Inbox:1:2'])
def test_an_unknown_reference_has_status_15(attached, reference):
    device, _, _ = attached
    answer = device.client.fetch(fetch_file(reference)).expect()
    assert answer.get('Response/Fetch/Status') in ('2', '15', '6') or answer.get('Status') == '2'


def test_a_reference_to_a_part_that_is_not_there(attached):
    device, _, references = attached
    answer = device.client.fetch(fetch_file(references[0] + '9')).expect()
    assert answer.get('Response/Fetch/Status') == '15'


def test_a_whole_message_is_fetched(attached, version):
    device, server_id, _ = attached
    device.client.version = version
    answer = device.client.fetch(fetch_item(device.inbox(), server_id, body_preference(1))).expect()
    assert answer.get('Response/Fetch/Status') == '1'
    assert answer.get('Response/Fetch/ServerId') == server_id
    assert answer.get('Response/Fetch/Class', 'Email') == 'Email'
    assert answer.get('Response/Fetch/Properties/Subject') == 'With a file'
    assert answer.get('Response/Fetch/Properties/Body/Data').strip() == 'See the file.'


def test_a_whole_message_as_mime(attached):
    device, server_id, _ = attached
    answer = device.client.fetch(fetch_item(device.inbox(), server_id, E('AirSync:MIMESupport', 2), body_preference(4))).expect()
    assert answer.get('Response/Fetch/Properties/Body/Type') == '4'
    data = answer.document.find('Response/Fetch/Properties/Body/Data').data()
    assert b'Subject: With a file' in data and data.rstrip().endswith(b'--')


def test_mime_as_a_part_of_a_multipart_answer(attached):
    device, server_id, _ = attached
    answer = device.client.fetch(fetch_item(device.inbox(), server_id, E('AirSync:MIMESupport', 2), body_preference(4)),
                                 multi_part=True).expect()
    part = int(answer.get('Response/Fetch/Properties/Body/Part'))
    assert b'Subject: With a file' in answer.parts[part]


def test_only_the_properties_of_the_schema(attached, version):
    device, server_id, _ = attached
    device.client.version = version
    schema = E('ItemOperations:Schema', E('Email:Subject'), E('AirSyncBase:Attachments'), E('Email:Read'))
    answer = device.client.fetch(fetch_item(device.inbox(), server_id, schema)).expect()
    properties = answer.document.find('Response/Fetch/Properties')
    assert {element.name for element in properties} == {'Subject', 'Attachments', 'Read'}
    assert properties.get('Subject') == 'With a file' and len(list(properties.find('Attachments'))) == 2


def test_an_empty_schema_stands_for_all_properties(attached):
    device, server_id, _ = attached
    answer = device.client.fetch(fetch_item(device.inbox(), server_id, E('ItemOperations:Schema'))).expect()
    assert answer.get('Response/Fetch/Properties/Subject') == 'With a file'
    assert answer.get('Response/Fetch/Properties/From') is not None


def test_a_message_that_has_gone_has_status_6(attached, account):
    device, server_id, _ = attached
    account.expunge('With a file')
    answer = device.client.fetch(fetch_item(device.inbox(), server_id)).expect()
    assert answer.get('Response/Fetch/Status') in ('6', '8')


def test_an_unknown_store_has_status_9(account):
    answer = account.client().fetch(E('ItemOperations:Fetch', E('ItemOperations:Store', 'Cellar'),
                                      E('AirSyncBase:FileReference', 'x'))).expect()
    assert '9' in (answer.get('Status'), answer.get('Response/Fetch/Status'))


def test_several_fetches_are_answered_in_order(attached):
    device, server_id, references = attached
    answer = device.client.fetch(fetch_file(references[0]), fetch_item(device.inbox(), server_id), fetch_file('nonsense')).expect()
    statuses = [fetch.get('Status') for fetch in answer.document.findall('Response/Fetch')]
    assert statuses[:2] == ['1', '1'] and statuses[2] in ('15', '6')


def test_the_reference_of_another_user_is_refused(attached, other_account):
    device, _, references = attached
    del device
    answer = other_account.client().fetch(fetch_file(references[0])).expect()
    assert answer.get('Response/Fetch/Status') in ('15', '6', '16')
    assert base64.b64encode(DATA[:30]) not in answer.body


def test_operations_are_done_in_their_order(attached):
    device, server_id, references = attached
    inbox = device.inbox()
    empty = E('ItemOperations:EmptyFolderContents', E('AirSync:CollectionId', inbox))
    again = fetch_item(inbox, server_id)
    for multi_part in (False, True):
        answer = device.client.fetch(fetch_file(references[0]), fetch_item(inbox, server_id, body_preference(1)), empty, again,
                                     multi_part=multi_part).expect()
        assert answer.get('Response/EmptyFolderContents/Status') == '1'
        file, item, gone = answer.document.findall('Response/Fetch')
        if multi_part:
            assert [fetch.get('Status') for fetch in (file, item, gone)] == ['15', '6', '6']
        else:
            assert base64.b64decode(file.get('Properties/Data')) == DATA
            assert item.get('Properties/Body/Data').strip() == 'See the file.'
            assert gone.get('Status') == '6'


def test_parts_of_a_multipart_answer_outlive_their_message(attached):
    device, _, references = attached
    empty = E('ItemOperations:EmptyFolderContents', E('AirSync:CollectionId', device.inbox()))
    answer = device.client.fetch(fetch_file(references[0]), empty, multi_part=True).expect()
    assert answer.get('Response/EmptyFolderContents/Status') == '1'
    assert answer.parts[int(answer.get('Response/Fetch/Properties/Part'))] == DATA


@pytest.mark.parametrize('multi_part', [False, True])
def test_a_large_attachment_outlives_its_message(account, multi_part):
    data = random.Random(8).randbytes(1_000_000)  # more than is kept in memory
    account.deliver_raw(make_message('Large', to=account.user, attachments=[('large.bin', 'application/octet-stream', data)]))
    device = account.phone()
    (item,) = device.sync_all(device.inbox()).items.values()
    reference = item['AirSyncBase:Attachments'].children[0].get('FileReference')
    some = E('ItemOperations:Range', '700000-999999')
    empty = E('ItemOperations:EmptyFolderContents', E('AirSync:CollectionId', device.inbox()))
    answer = device.client.fetch(fetch_file(reference), fetch_file(reference, some), empty, multi_part=multi_part).expect()
    assert answer.get('Response/EmptyFolderContents/Status') == '1'
    found = [fetch.find('Properties') for fetch in answer.document.findall('Response/Fetch')]
    contents = [answer.parts[int(each.get('Part'))] if multi_part else base64.b64decode(each.get('Data')) for each in found]
    assert contents == [data, data[700_000:]]
