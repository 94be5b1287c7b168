"""The test's own tools: a client that accepted everything would let every other test pass."""
from __future__ import annotations

import pytest

from eas_client import Device, Disagreement, E, SchemaViolation, WbxmlError, query, schemas, wbxml
from eas_client.device import Collection


def test_wbxml_round_trip_over_pages():
    document = E('AirSync:Sync', E('AirSync:Collections', E('AirSync:Collection', E('AirSync:SyncKey', 'ä€🍝'), E(
        'AirSync:Options', E('AirSyncBase:BodyPreference', E('AirSyncBase:Type', 1)), E('AirSync:MIMESupport', 2)))),
        E('ComposeMail:Mime', bytes(range(256)) * 70), E('AirSync:Partial'))
    assert wbxml.decode(wbxml.encode(document)) == document


@pytest.mark.parametrize('length, encoded', [(0, '00'), (127, '7f'), (128, '8100'), (16383, 'ff7f'), (16384, '818000')])
def test_multi_byte_integers(length, encoded):
    assert wbxml.encode_length(length).hex() == encoded
    document = E('ComposeMail:SendMail', E('ComposeMail:Mime', b'x' * length))
    assert wbxml.decode(wbxml.encode(document)).find('Mime').data() == b'x' * length


@pytest.mark.parametrize('data', ['', '03016a', '03016a0045', '03016a00450301', '03016a00ff01', '03016a000501',
                                  '03016a004503ff0001', '03016a0045030800 01', '03016a0045c37f0001', '02016a0005'])
def test_faulty_wbxml_is_not_accepted(data):
    with pytest.raises(WbxmlError):
        wbxml.decode(bytes.fromhex(data))


def test_base64_query_of_the_specification():
    """MS-ASHTTP 2.2.1.1.1.1: the two forms of one request."""
    assert query.encoded('FolderSync', '14.0', 'v140Device', 'SmartPhone', None, {}) == 'jAkJBAp2MTQwRGV2aWNlAApTbWFydFBob25l'
    assert query.encoded('Sync', '14.0', 'v140Device', 'SmartPhone', None, {}) == 'jAAJBAp2MTQwRGV2aWNlAApTbWFydFBob25l'


@pytest.mark.skipif(not schemas.available(), reason=f'{schemas.DIRECTORY} is missing')
@pytest.mark.parametrize('document', [
    E('Ping:Ping'), E('Ping:Ping', E('Ping:Status', 'two')), E('Ping:Ping', E('Ping:MaxFolders', 1), E('Ping:Status', 1)),
    E('FolderHierarchy:FolderSync', E('FolderHierarchy:Status', 1), E('FolderHierarchy:Changes', E(
        'FolderHierarchy:Add', E('FolderHierarchy:ServerId', '1')))),
    E('AirSync:Sync', E('AirSync:Collections', E('AirSync:Collection', E('AirSync:Add')))),
    E('AirSync:Sync', E('AirSync:Collections', E('AirSync:Collection', E('AirSync:SyncKey', 'x' * 65))))])
def test_an_answer_outside_the_schemas_is_noticed(document):
    with pytest.raises(SchemaViolation):
        schemas.validate(document)


def change(kind: str, server_id: str):
    return E(f'AirSync:{kind}', E('AirSync:ServerId', server_id), E('AirSync:ApplicationData', E('Email:Read', 1)))


@pytest.mark.parametrize('changes', [
    [change('Add', 'known')], [change('Change', 'unknown')], [change('Delete', 'unknown')], [change('SoftDelete', 'unknown')],
    [change('Add', 'new'), change('Add', 'new')], [change('Delete', 'known'), change('Change', 'known')]])
def test_the_model_device_notices_contradictions(changes):
    device = Device(client=None)
    device.collections['folder'] = Collection('1', {'known': {}})
    part = E('AirSync:Collection', E('AirSync:SyncKey', '2'), E('AirSync:CollectionId', 'folder'), E('AirSync:Status', 1),
             E('AirSync:Commands', changes))
    with pytest.raises(Disagreement):
        device._apply_collection(part)  # pylint: disable=protected-access


@pytest.mark.parametrize('changes', [
    [E('FolderHierarchy:Count', 2)],
    [E('FolderHierarchy:Count', 1), E('FolderHierarchy:Delete', E('FolderHierarchy:ServerId', 'unknown'))],
    [E('FolderHierarchy:Count', 1), E('FolderHierarchy:Add', E('FolderHierarchy:ServerId', 'a'), E(
        'FolderHierarchy:ParentId', 'nobody'), E('FolderHierarchy:DisplayName', 'A'), E('FolderHierarchy:Type', 12))]])
def test_the_model_device_notices_contradictions_of_folders(changes):
    with pytest.raises(Disagreement):
        Device(client=None)._apply_folders(E('FolderHierarchy:Changes', changes))  # pylint: disable=protected-access
