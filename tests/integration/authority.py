"""A certificate authority on the openssl command, for tests of S/MIME."""
from __future__ import annotations

import subprocess
from pathlib import Path

CA = 'basicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign,cRLSign\n'
MAIL = 'basicConstraints=CA:FALSE\nkeyUsage=digitalSignature,keyEncipherment\nextendedKeyUsage=emailProtection\n'
SERVER = 'basicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n'
VALID = ('20200101000000Z', '20400101000000Z')
ENDED = ('20200101000000Z', '20210101000000Z')


class Authority:
    """Its files are in `directory`, which everybody may read."""

    def __init__(self, directory: Path):
        self.directory = directory
        directory.mkdir(parents=True)
        directory.chmod(0o755)
        self.certificate = directory / 'certificate.pem'
        for name, text in {'index.txt': '', 'index.txt.attr': 'unique_subject = no\n', 'serial': '1000\n',
                           'crlnumber': '01\n', 'ca.cnf': self._configuration()}.items():
            (directory / name).write_text(text)
        self._request('Test CA', self.directory / 'key.pem')
        self._sign(CA, VALID, self.certificate, '-selfsign')

    def issue(self, name: str, extensions: str = MAIL, period: tuple[str, str] = VALID) -> bytes:
        """The DER of a new certificate, whose PEM is NAME.pem."""
        self._request(name, self.directory / f'{name}.key')
        self._sign(extensions, period, self.directory / f'{name}.pem')
        return self._openssl('x509', '-in', self.directory / f'{name}.pem', '-outform', 'DER')

    def revoke(self, name: str) -> None:
        self._ca('-revoke', self.directory / f'{name}.pem')

    def write_revocations(self) -> Path:
        path = self.directory / 'crl.pem'
        self._ca('-gencrl', '-crldays', '30', '-out', path)
        return path

    def _configuration(self) -> str:
        home = self.directory
        return (f'[ca]\ndefault_ca=own\n[own]\ndatabase={home}/index.txt\nserial={home}/serial\n'
                f'crlnumber={home}/crlnumber\nnew_certs_dir={home}\ncertificate={self.certificate}\n'
                f'private_key={home}/key.pem\ndefault_md=sha256\npolicy=any\n[any]\ncommonName=supplied\n')

    def _request(self, name: str, key: Path) -> None:
        self._openssl('req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key,
                      '-subj', f'/CN={name}', '-out', self.directory / 'request.pem')

    def _sign(self, extensions: str, period: tuple[str, str], out: Path, *more: str) -> None:
        (self.directory / 'extensions.cnf').write_text(extensions)
        self._ca('-in', self.directory / 'request.pem', '-notext', '-startdate', period[0], '-enddate', period[1],
                 '-extfile', self.directory / 'extensions.cnf', '-out', out, *more)

    def _ca(self, *arguments: object) -> bytes:
        return self._openssl('ca', '-batch', '-config', self.directory / 'ca.cnf', *arguments)

    @staticmethod
    def _openssl(*arguments: object) -> bytes:
        return subprocess.run(['openssl', *map(str, arguments)], check=True, capture_output=True).stdout
