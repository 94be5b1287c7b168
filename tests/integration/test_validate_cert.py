"""ValidateCert: MS-ASCMD 2.2.1.22. The verdicts one by one are in tests/unit/stores/openssl-certificates-test.cc."""
from __future__ import annotations

import base64
import shutil
import tempfile
from pathlib import Path

import pytest

from authority import ENDED, SERVER, Authority
from conftest import new_account, start_instance, stop_instance
from eas_client import E


@pytest.fixture(scope='module', name='authority')
def fixture_authority():
    directory = Path(tempfile.mkdtemp(prefix='eas-authority-', dir='/tmp'))
    directory.chmod(0o755)
    authority = Authority(directory / 'ca')
    authority.issue('Revoked')
    authority.revoke('Revoked')
    authority.write_revocations()
    yield authority
    shutil.rmtree(directory)


@pytest.fixture(scope='module', name='checking')
def fixture_checking(authority):
    instance = start_instance(eas_extra=f'eas_smime_ca_file = {authority.certificate}\n'
                                        f'eas_smime_crl_file = {authority.directory}/crl.pem\n')
    yield instance
    stop_instance(instance)


@pytest.fixture(name='user')
def fixture_user(checking):
    yield from new_account(checking)


def certificates(*ders: bytes):
    return E('ValidateCert:Certificates', [E('ValidateCert:Certificate', base64.b64encode(der).decode()) for der in ders])


def validate(client, *content):
    """The Status of the command, and those of the certificates."""
    answer = client.post('ValidateCert', E('ValidateCert:ValidateCert', list(content))).expect()
    return answer.get('Status'), [each.get('Status') for each in answer.document.findall('Certificate')]


def test_each_certificate_has_a_verdict(user, authority, version):
    stranger = Authority(authority.directory / f'stranger-{version}')
    ders = [authority.issue('Anna'), authority.issue('Old', period=ENDED), authority.issue('Server', SERVER),
            stranger.issue('Bob'), b'nonsense']
    assert validate(user.client(version), certificates(*ders)) == ('1', ['1', '7', '6', '4', '10'])


def test_revocations_count_with_and_without_check_crl(user, authority):
    revoked = base64.b64decode(''.join((authority.directory / 'Revoked.pem').read_text().splitlines()[1:-1]))
    for check_crl in ([], [E('ValidateCert:CheckCrl', '0')], [E('ValidateCert:CheckCrl', '1')]):
        assert validate(user.client(), certificates(authority.issue('Anna'), revoked), *check_crl) == ('1', ['1', '13'])


def test_wrong_requests_have_status_2(user):
    assert validate(user.client()) == ('2', [])
    assert validate(user.client(), certificates(*[b'x'] * 101)) == ('2', [])
    assert validate(user.client(), certificates(b'x'), E('ValidateCert:CheckCrl', 'perhaps')) == ('2', [])


def test_the_cas_of_the_system_are_trusted_by_default(account, authority):
    assert validate(account.client(), certificates(authority.issue('Anna'))) == ('1', ['4'])


def test_a_file_that_cannot_be_read_is_logged():
    instance = start_instance(eas_extra='eas_smime_ca_file = /nowhere/ca.pem\n')
    try:
        for account in new_account(instance):
            assert validate(account.client(), certificates(b'x')) == ('17', [])
            instance.wait_for_log('the trusted CAs /nowhere/ca.pem: No such file or directory')
    finally:
        stop_instance(instance)
