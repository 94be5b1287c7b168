"""Free/busy of other users in ResolveRecipients: MS-ASCMD 2.2.3.16, 2.2.3.107; who may see it is eas_free_busy."""
from __future__ import annotations

import pytest

from accounts import Account
from conftest import start_staffed, stop_instance
from staff import person
from test_resolve_recipients import availability, resolve

# Monday, 23 November 2026, 08:00 to 12:00 UTC in half hours.
START, END = '2026-11-23T08:00:00.000Z', '2026-11-23T12:00:00.000Z'
PEOPLE = ''.join(person(f'Colleague {number}', 'ou=staff', f'user{number}@demo.example') for number in range(1, 8))


@pytest.fixture(scope='module', name='office')
def fixture_office(tmp_path_factory):
    instance = start_staffed(tmp_path_factory.mktemp('office'), more_entries=PEOPLE)
    users = instance.directory / 'conf/users'
    fields = {'user3': 'userdb_eas_free_busy=no', 'user4': f'userdb_eas_calendar_dir={instance.calendar_root}/elsewhere'}
    lines = []
    for line in users.read_text(encoding='utf-8').splitlines():
        extra = fields.get(line.split('@')[0], '')
        lines.append(line + extra + '\n')
    users.write_text(''.join(lines), encoding='utf-8')
    yield instance
    stop_instance(instance)


def event(name: str, start: str, end: str, *lines: str) -> str:
    return '\r\n'.join(['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Test//EN', 'BEGIN:VEVENT', f'UID:{name}', 'DTSTAMP:20261101T000000Z',
                        f'DTSTART:{start}', f'DTEND:{end}', f'SUMMARY:{name}', *lines, 'END:VEVENT', 'END:VCALENDAR', ''])


def account(instance, number: int) -> Account:
    return Account(instance, f'user{number}@demo.example')


def told(client, *people: int) -> dict[str, tuple[str, str | None]]:
    answer = resolve(client, *[f'user{number}@demo.example' for number in people], options=[availability(START, END)])
    return {each.get('EmailAddress').split('@')[0]: (each.get('Availability/Status'), each.get('Availability/MergedFreeBusy'))
            for each in answer.document.findall('Response/Recipient')}


def test_a_colleagues_times_are_told(office):
    other = account(office, 2)
    other.calendars.collection('work')
    for name, start, end, lines in (
            ('busy', '20261123T080000Z', '20261123T083000Z', ()),
            ('tentative', '20261123T084500Z', '20261123T091500Z', ('STATUS:TENTATIVE',)),
            ('away', '20261123T093000Z', '20261123T100000Z', ('X-MICROSOFT-CDO-BUSYSTATUS:OOF',)),
            ('free', '20261123T103000Z', '20261123T110000Z', ('TRANSP:TRANSPARENT',)),
            ('weekly', '20261102T113000Z', '20261102T120000Z', ('RRULE:FREQ=WEEKLY',))):
        other.calendars.put('work', f'{name}.ics', event(name, start, end, *lines))
    user = account(office, 1)
    for version in ('14.0', '14.1', '16.1'):
        assert told(user.client(version), 2) == {'user2': ('1', '21130002')}
    # Nothing of it was written into the other's calendars or state.
    assert sorted(path.name for path in (other.calendars.root / 'work').iterdir()) == [
        'away.ics', 'busy.ics', 'free.ics', 'tentative.ics', 'weekly.ics']
    other.calendars.put('work', 'late.ics', event('late', '20261123T100000Z', '20261123T103000Z'))
    assert told(user.client(), 2) == {'user2': ('1', '21132002')}
    user.close()


def test_times_of_a_calendar_that_is_only_shown_to_a_colleague_are_not_the_colleagues(office):
    owner, other = account(office, 1), account(office, 2)
    owner.calendars.put('work', 'busy.ics', event('busy', '20261123T113000Z', '20261123T120000Z'))
    other.calendars.collection('own')
    before = told(owner.client(), 2)
    (other.calendars.root / 'shared').symlink_to(owner.calendars.root / 'work')
    assert told(owner.client(), 1, 2) == {'user1': ('1', '00000002'), **before}
    (other.calendars.root / 'shared').unlink()
    owner.close()


def test_who_does_not_show_it_and_who_has_no_calendars(office):
    for number in (3, 4):
        account(office, number).calendars.put('work', 'busy.ics', event('busy', '20261123T080000Z', '20261123T120000Z'))
    user = account(office, 1)
    # user3 by the userdb; user4's calendars are elsewhere, and there is no such directory; user6 has none.
    assert told(user.client(), 3, 4, 6) == {'user3': ('163', None), 'user4': ('163', None), 'user6': ('163', None)}
    # Who shows nothing sees others all the same.
    assert told(account(office, 3).client(), 5) == {'user5': ('163', None)}
    account(office, 5).calendars.put('work', 'busy.ics', event('busy', '20261123T113000Z', '20261123T120000Z'))
    assert told(account(office, 3).client(), 5) == {'user5': ('1', '00000002')}
    for path in (office.calendar_root / 'elsewhere', office.calendar_root / 'elsewhere/work'):
        path.mkdir(mode=0o755)
    (office.calendar_root / 'elsewhere/work/busy.ics').write_text(event('busy', '20261123T080000Z', '20261123T090000Z'), encoding='utf-8')
    assert told(user.client(), 4) == {'user4': ('1', '22000000')}
    user.close()


def test_what_cannot_be_read_is_not_taken_for_free(office):
    """Users whose files belong to other uids."""
    other, user = account(office, 7), account(office, 1)
    other.calendars.put('work', 'busy.ics', event('busy', '20261123T080000Z', '20261123T090000Z'))
    work = other.calendars.root / 'work'
    for locked, mode in ((other.calendars.root, 0o700), (work, 0o700), (work / 'busy.ics', 0o600)):
        locked.chmod(0)
        assert told(user.client(), 7) == {'user7': ('163', None)}, locked
        office.wait_for_log(f'no times of user7@demo.example: .*{locked.name}')
        locked.chmod(mode)
    assert told(user.client(), 7) == {'user7': ('1', '22000000')}
    user.close()


def test_people_who_are_no_users_have_no_data(office):
    user = account(office, 1)
    answer = resolve(user.client(), 'abauer', options=[availability(START, END)])
    assert answer.get('Response/Recipient/Availability/Status') == '163'
    user.close()


def test_nobody_shows_anything_where_the_admin_says_no(tmp_path_factory):
    instance = start_staffed(tmp_path_factory.mktemp('closed'), more_entries=PEOPLE, settings='eas_free_busy = no\n')
    try:
        account(instance, 2).calendars.put('work', 'busy.ics', event('busy', '20261123T080000Z', '20261123T120000Z'))
        user = account(instance, 1)
        assert told(user.client(), 2) == {'user2': ('163', None)}
        user.close()
    finally:
        stop_instance(instance)
