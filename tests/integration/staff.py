"""A company's directory for tests: who is in it, and the settings that lead to it."""
from __future__ import annotations

import base64
from typing import Optional, Sequence

from eas_client import E

BASE = 'dc=demo,dc=example'
SERVICE = f'cn=service,{BASE}'
PASSWORD = 'pass-word-7'

SETTINGS = f'''
eas_ldap_uris = ldap://127.0.0.1:@LDAP_PORT@
eas_ldap_bind_dn = {SERVICE}
eas_ldap_password = {PASSWORD}
eas_ldap_directory_bases = ou=staff,{BASE}; Partners: ou=partners,{BASE}
eas_ldap_directory_filter = (&(mail=*)(!(description=hidden)))
eas_ldap_contacts_base = ou=contacts,uid=%n,ou=people,{BASE}
eas_ldap_collected_base = ou=collected,uid=%n,ou=people,{BASE}
eas_collect_recipients = 3
'''

# For tests in which the directory hangs. In the others a busy machine must not look like that.
IMPATIENT = 'eas_ldap_connect_timeout = 2 secs\neas_ldap_timeout = 3 secs\n'

# The board is nobody's business; the service keeps the users' own books.
ACCESS = f'''access to dn.subtree="ou=board,ou=staff,{BASE}" by * none
access to dn.subtree="ou=people,{BASE}" by dn.exact="{SERVICE}" write by * break
'''

# What lets a program learn what changed (RFC 4533).
SYNCHRONIZATION = '''overlay syncprov
syncprov-sessionlog 1000
'''

PICTURE = b'\xff\xd8\xff\xe0' + bytes(range(256)) * 4


def person(name: str, place: str, mail: Optional[str] = None, **attributes: str | bytes | Sequence[str | bytes]) -> str:
    """LDIF of an inetOrgPerson, whose last word is the surname."""
    first, _, last = name.rpartition(' ')
    values = {'cn': name, 'sn': last, **({'givenName': first} if first else {}), **({'mail': mail} if mail else {}), **attributes}
    return _entry(f'cn={name},{place},{BASE}', 'inetOrgPerson', values)


def unit(place: str) -> str:
    return _entry(f'{place},{BASE}', 'organizationalUnit', {'ou': place.split(',')[0].split('=')[1]})


def group(name: str, place: str, mail: str, members: Sequence[str]) -> str:
    """Members are common names in the same place."""
    return _entry(f'cn={name},{place},{BASE}', ('groupOfNames', 'extensibleObject'),
                  {'cn': name, 'mail': mail, 'member': [f'cn={each},{place},{BASE}' for each in members]})


def _entry(dn: str, classes: str | Sequence[str], values: dict) -> str:
    lines = [_line('dn', dn)]
    for name, value in {'objectClass': classes, **values}.items():
        for each in [value] if isinstance(value, (str, bytes)) else value:
            lines.append(_line(name, each))
    return '\n'.join(lines) + '\n\n'


def _line(name: str, value: str | bytes) -> str:
    data = value if isinstance(value, bytes) else value.encode()
    return f'{name}:: ' + base64.b64encode(data).decode()


def entries(users: Sequence[str], certificates: dict[str, bytes]) -> str:
    """The directory; `users` are those of Dovecot that need a place for their own books."""
    ldif = [_entry(SERVICE, ('applicationProcess', 'simpleSecurityObject'), {'cn': 'service', 'userPassword': PASSWORD})]
    ldif += [unit(place) for place in ('ou=staff', 'ou=board,ou=staff', 'ou=partners')]
    ldif += [
        person('Anna Bauer', 'ou=staff', 'anna.bauer@demo.example', uid='abauer', displayName='Bauer, Anna', title='Engineer', o='Demo AG',
               telephoneNumber='+49 30 1', homePhone='+49 30 2', mobile='+49 170 3', physicalDeliveryOfficeName='B 12',
               jpegPhoto=PICTURE, **{'userCertificate;binary': certificates['anna']}),
        person('John Frum', 'ou=staff', 'frum@demo.example', jpegPhoto=PICTURE,
               **{'userCertificate;binary': [certificates['old'], certificates['john'], certificates['john2']]}),
        person('Barry Johnson', 'ou=staff', 'barry@demo.example', jpegPhoto=PICTURE * 5),
        person('James Littlejohn', 'ou=staff', 'james@demo.example'),
        person('Øystein Ünal', 'ou=staff', 'oystein@demo.example', uid='ou'),
        person('Hidden Person', 'ou=staff', 'hidden@demo.example', description='hidden'),
        person('Secret Person', 'ou=board,ou=staff', 'secret@demo.example'),
        person('No Mail Person', 'ou=staff', telephoneNumber='1'),
        person('Anna Partner', 'ou=partners', 'anna@partner.example'),
        person('Barry Again', 'ou=partners', 'BARRY@demo.example'),
        group('Twosome', 'ou=staff', 'twosome@demo.example', ['Anna Bauer', 'John Frum']),
        group('Crowd', 'ou=staff', 'crowd@demo.example', [f'Extra {number:02}' for number in range(21)]),
    ]
    ldif += [person(f'Extra {number:02}', 'ou=staff', f'extra{number:02}@demo.example') for number in range(30)]
    for user in users:
        place = f'uid={user.split("@")[0]},ou=people'
        ldif += [unit(f'ou=contacts,{place}'),
                 person('Carla Contact', f'ou=contacts,{place}', 'carla@elsewhere.example')]
    return ''.join(ldif)


# ---------------------------------------------------------------------- the phone's side


def gal(client, text, *options):
    """Search in the store GAL."""
    return client.post('Search', E('Search:Search', E(
        'Search:Store', E('Search:Name', 'GAL'), E('Search:Query', text), E('Search:Options', *options) if options else None)))


def store_status(answer) -> str:
    answer.expect()
    return answer.get('Response/Store/Status')


def rows(answer) -> list[dict[str, str]]:
    assert store_status(answer) == '1'
    return [{element.name: element.value() for element in result.find('Properties') if element.name != 'Picture'}
            for result in answer.document.findall('Response/Store/Result')]


def names(answer) -> list[str]:
    return [row['DisplayName'] for row in rows(answer)]
