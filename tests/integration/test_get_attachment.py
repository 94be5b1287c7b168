"""GetAttachment: MS-ASCMD 2.2.1.7. Only up to 12.1; later versions fetch by ItemOperations."""
from __future__ import annotations

import pytest

from accounts import make_message

DATA = bytes(range(256)) * 300


@pytest.fixture(name='reference')
def fixture_reference(account):
    account.deliver_raw(make_message('With a file', 'See the file.\n', to=account.user, attachments=[
        ('data.bin', 'application/octet-stream', DATA), ('note.txt', 'text/plain', b'a note')]))
    device = account.phone('12.1')
    (_, item), = device.sync_all(device.inbox()).items.items()
    return [attachment.get('FileReference') for attachment in item['AirSyncBase:Attachments']]


@pytest.mark.parametrize('query_form', ['plain', 'base64'])
def test_the_answer_is_the_attachment(account, reference, query_form):
    client = account.client('12.1', query_form=query_form)
    answer = client.post('GetAttachment', parameters={'AttachmentName': reference[0]}).expect()
    assert answer.body == DATA
    assert answer.headers['Content-Type'] == 'application/octet-stream'
    answer = client.post('GetAttachment', parameters={'AttachmentName': reference[1]}).expect()
    assert answer.body.strip() == b'a note' and answer.headers['Content-Type'].startswith('text/plain')


def test_one_that_has_gone_is_http_500(account, reference):
    account.expunge('With a file')
    assert account.client('12.1').post('GetAttachment', parameters={'AttachmentName': reference[0]}).status == 500


@pytest.mark.parametrize('name', ['', 'x', '../../etc/passwd', 'a' * 200])
def test_an_unknown_name_is_an_http_error(account, name):
    assert account.client('12.1').post('GetAttachment', parameters={'AttachmentName': name}).status in (400, 404, 500)


def test_it_is_not_of_later_versions(account, reference):
    answer = account.client('14.1').post('GetAttachment', parameters={'AttachmentName': reference[0]})
    assert answer.status == 501


def test_another_users_attachment_is_refused(reference, other_account):
    answer = other_account.client('12.1').post('GetAttachment', parameters={'AttachmentName': reference[0]})
    assert answer.status == 500 and DATA[:100] not in answer.body
