"""The files for a slapd that is configured by cn=config, loaded into one as Debian's package makes it."""
from __future__ import annotations

import os
from pathlib import Path

import pytest

from private_instance.processes import end, run, wait_until

TEMPLATE = Path('/usr/share/slapd/slapd.init.ldif')
EXAMPLES = Path(__file__).resolve().parents[2] / 'conf.d/ldap'


@pytest.fixture
def slapd(tmp_path):
    """The URI of a slapd whose configuration we may change, as root may on Debian."""
    if not TEMPLATE.exists():
        pytest.skip(f'{TEMPLATE}, of the package slapd, is not there')
    text = TEMPLATE.read_text()
    for placeholder, value in {'@SUFFIX@': 'dc=example,dc=org', '@BACKEND@': 'mdb', '@BACKENDOPTIONS@': '', '@PASSWORD@': 'secret',
                               '/var/lib/ldap': str(tmp_path / 'data'), '/var/run/slapd': str(tmp_path),
                               'gidNumber=0+uidNumber=0': f'gidNumber={os.getgid()}+uidNumber={os.getuid()}'}.items():
        text = text.replace(placeholder, value)
    (tmp_path / 'init.ldif').write_text(text)
    (tmp_path / 'data').mkdir()
    (tmp_path / 'config').mkdir()
    run(['/usr/sbin/slapadd', '-n0', '-F', tmp_path / 'config', '-l', tmp_path / 'init.ldif'], what='slapadd')
    socket = tmp_path / 'socket'
    uri = 'ldapi://' + str(socket).replace('/', '%2F')
    run(['/usr/sbin/slapd', '-F', tmp_path / 'config', '-h', uri], what='slapd')
    pid_file = tmp_path / 'slapd.pid'
    assert wait_until(lambda: socket.exists() and pid_file.exists(), 60)
    yield uri
    end(int(pid_file.read_text()))


def test_a_slapd_of_debian_takes_our_files(slapd):
    external = ['-Q', '-Y', 'EXTERNAL', '-H', slapd]
    run(['ldapadd', *external, '-f', EXAMPLES / 'eas.ldif'], what='ldapadd')
    run(['ldapmodify', *external, '-f', EXAMPLES / 'slapd-eas.ldif'], what='ldapmodify')
    config = run(['ldapsearch', *external, '-LLL', '-o', 'ldif-wrap=no', '-b', 'cn=config', '(objectClass=*)'], what='ldapsearch')
    for line in ('olcAuthzPolicy: to', 'olcSpSessionlog: 10000', 'olcDbIndex: objectClass,entryUUID,entryCSN eq'):
        assert line.lower() in config.lower(), line
