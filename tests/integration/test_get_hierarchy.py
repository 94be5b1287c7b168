"""GetHierarchy: MS-ASCMD 2.2.1.8, up to 12.1."""
from __future__ import annotations

import pytest

from eas_client.device import Device

MAIL_TYPES = {'2', '3', '4', '5', '6', '12'}  # of FolderSync; what GetHierarchy calls 1 is 12 there


@pytest.fixture(name='phone')
def fixture_phone(account):
    with account.imap() as connection:
        for name in ('Projects', 'Projects/2026', 'Notes'):
            assert connection.create(name)[0] == 'OK'
    phone = Device(account.client('12.1'))
    phone.folder_sync()
    return phone


def hierarchy(client) -> dict[str, dict[str, str]]:
    answer = client.post('GetHierarchy').expect()
    assert answer.document.tag == 'FolderHierarchy:Folders'
    return {folder.get('ServerId'): {each.name: each.value() for each in folder} for folder in answer.document}


@pytest.mark.parametrize('query_form', ['plain', 'base64'])
def test_mail_folders_and_no_others(phone, query_form):
    phone.client.query_form = query_form
    found = hierarchy(phone.client)
    assert list(next(iter(found.values()))) == ['DisplayName', 'ServerId', 'Type', 'ParentId']
    told = {id_: folder for id_, folder in phone.folders.items() if folder.type in MAIL_TYPES}
    assert set(found) == set(told) and len(found) < len(phone.folders)
    for id_, folder in told.items():
        assert found[id_] == {'DisplayName': folder.name, 'ServerId': id_, 'ParentId': folder.parent_id,
                              'Type': '1' if folder.type == '12' else folder.type}


def test_what_folder_sync_told_stays(phone, account):
    with account.imap() as connection:
        assert connection.create('Later')[0] == 'OK'
    key = phone.folder_key
    assert 'Later' in {folder['DisplayName'] for folder in hierarchy(phone.client).values()}
    answer = phone.client.folder_sync(key).expect()
    assert [each.get('DisplayName') for each in answer.document.findall('Changes/Add')] == ['Later']


def test_it_is_of_12_1_only(account, version):
    assert account.client(version).post('GetHierarchy').status == (200 if version == '12.1' else 501)
