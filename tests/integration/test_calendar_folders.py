"""Calendars and task lists among a phone's folders: FolderSync, FolderCreate, FolderUpdate, FolderDelete."""
from __future__ import annotations

import pytest

from calendar_texts import event, task
from conftest import new_account, start_instance, stop_instance
from eas_client import E
from eas_client.client import collection
from eas_client.device import CALENDAR, TASKS, USER_CALENDAR, USER_TASKS
from test_ping import changed, receive, waiting

BLACKBERRY = 'BlackBerry'


def named(device) -> dict[str, str]:
    """Name -> type of the folders that are no mail folders."""
    return {folder.name: folder.type for folder in device.folders.values()
            if folder.type in (CALENDAR, TASKS, USER_CALENDAR, USER_TASKS)}


def command(device, name: str, *content) -> object:
    answer = device.client.post(name, E(f'FolderHierarchy:{name}', E('FolderHierarchy:SyncKey', device.folder_key),
                                        *content)).expect()
    if answer.get('Status') == '1':
        device.folder_key = answer.get('SyncKey')
    return answer


def create(device, name: str, type_: str) -> object:
    return command(device, 'FolderCreate', E('FolderHierarchy:ParentId', '0'),
                   E('FolderHierarchy:DisplayName', name), E('FolderHierarchy:Type', type_))


def test_a_user_without_calendars_gets_a_calendar_and_a_task_list(account, version):
    device = account.phone(version)
    assert named(device) == {'Calendar': CALENDAR, 'Tasks': TASKS}
    assert {path.name for path in account.calendars.root.iterdir()} == {'calendar', 'tasks'}
    assert device.folder_sync().document.find('FolderHierarchy:Changes').get('Count') == '0'


def test_collections_of_other_programs_are_folders(account):
    account.calendars.collection('work', displayname='Work', kinds='VEVENT')
    account.calendars.collection('chores', displayname='Chores', kinds='VTODO')
    account.calendars.collection('both', displayname='Both', kinds='VEVENT VTODO')
    device = account.phone()
    types = sorted((folder.name, folder.type) for folder in device.folders.values()
                   if folder.type in (CALENDAR, TASKS, USER_CALENDAR, USER_TASKS))
    assert types == [('Both', TASKS), ('Both', CALENDAR), ('Chores', USER_TASKS), ('Work', USER_CALENDAR)]


def test_a_collection_that_comes_goes_or_is_renamed_is_told(account):
    account.calendars.collection('work', displayname='Work', kinds='VEVENT')
    device = account.phone()
    account.calendars.collection('work', displayname='Office')
    account.calendars.collection('club', displayname='Club', kinds='VEVENT')
    device.folder_sync()
    assert {'Office', 'Club'} < set(named(device)) and 'Work' not in named(device)
    directory = account.calendars.root / 'club'
    for path in directory.iterdir():
        path.unlink()
    directory.rmdir()
    device.folder_sync()
    assert 'Club' not in named(device)


@pytest.mark.parametrize('type_, component', [(USER_CALENDAR, 'VEVENT'), (USER_TASKS, 'VTODO')])
def test_a_phone_creates_renames_and_deletes_a_collection(account, type_, component):
    device = account.phone()
    made = create(device, 'Garden', type_)
    assert made.get('Status') == '1'
    server_id = made.get('ServerId')
    directory = account.calendars.root / 'garden'
    assert component in (directory / '.components').read_text()
    assert device.folder_sync().document.find('FolderHierarchy:Changes').get('Count') == '0'
    answer = command(device, 'FolderUpdate', E('FolderHierarchy:ServerId', server_id),
                     E('FolderHierarchy:ParentId', '0'), E('FolderHierarchy:DisplayName', 'Orchard'))
    assert answer.get('Status') == '1' and (directory / 'displayname').read_text().strip() == 'Orchard'
    answer = command(device, 'FolderDelete', E('FolderHierarchy:ServerId', server_id))
    assert answer.get('Status') == '1' and not directory.exists()
    assert device.folder_sync().document.find('FolderHierarchy:Changes').get('Count') == '0'


def test_a_name_that_is_taken_is_refused(account):
    device = account.phone()
    assert create(device, 'Calendar', USER_CALENDAR).get('Status') == '2'


def test_a_creation_whose_answer_was_lost_makes_one_collection(account):
    device = account.phone()
    key = device.folder_key
    first = create(device, 'Garden', USER_CALENDAR)
    device.folder_key = key
    second = create(device, 'Garden', USER_CALENDAR)
    assert second.get('Status') == '1' and second.get('ServerId') == first.get('ServerId')


def test_the_default_folders_are_neither_renamed_nor_deleted(account):
    device = account.phone()
    calendar = device.of_type(CALENDAR)
    answer = command(device, 'FolderUpdate', E('FolderHierarchy:ServerId', calendar),
                     E('FolderHierarchy:ParentId', '0'), E('FolderHierarchy:DisplayName', 'Other'))
    assert answer.get('Status') == '2'
    answer = command(device, 'FolderDelete', E('FolderHierarchy:ServerId', calendar))
    assert answer.get('Status') == '3'
    assert (account.calendars.root / 'calendar').exists()


def test_a_task_list_that_is_a_calendar_too_is_not_deleted(account):
    device = account.phone()
    account.calendars.collection('both', displayname='Both', kinds='VEVENT VTODO')
    account.calendars.put('both', 'e.ics', event('e', 'Event'))
    account.calendars.put('both', 't.ics', task('t', 'Task'))
    device.folder_sync()
    tasks = next(f.server_id for f in device.folders.values() if f.name == 'Both' and f.type == USER_TASKS)
    assert command(device, 'FolderDelete', E('FolderHierarchy:ServerId', tasks)).get('Status') == '3'
    assert set(account.calendars.files('both')) == {'e.ics', 't.ics'}


def test_a_blackberry_gets_the_default_calendar_and_task_list_only(account):
    """BlackBerry 10 shows one calendar an account: src/device/profile.cc."""
    account.calendars.collection('work', displayname='Work', kinds='VEVENT')
    account.calendars.collection('calendar', displayname='Mine', kinds='VEVENT')
    assert set(named(account.phone())) == {'Work', 'Mine', 'Tasks'}
    assert named(account.phone(device_type=BLACKBERRY)) == {'Mine': CALENDAR, 'Tasks': TASKS}


def test_calendars_that_are_out_of_reach_do_no_harm_to_mail(account):
    account.expect_error('not synchronised|out of reach|left as they were')
    device = account.phone()
    before = named(device)
    root = account.calendars.root
    root.chmod(0)
    try:
        device.folder_sync()
        assert named(device) == before
        account.deliver('Mail goes on')
        assert len(device.sync_all(device.inbox()).items) == 1
    finally:
        root.chmod(0o700)
    device.folder_sync()
    assert named(device) == before


def test_a_calendar_that_is_out_of_reach_stays_on_the_phone(account):
    account.expect_error('not synchronised')
    directory = account.calendars.collection('work', displayname='Work', kinds='VEVENT')
    device = account.phone()
    before = named(device)
    directory.chmod(0)
    try:
        device.folder_sync()
        assert named(device) == before
    finally:
        directory.chmod(0o700)


@pytest.fixture(name='without_calendars')
def fixture_without_calendars():
    instance = start_instance(eas_extra='eas_calendar_dir =')
    yield from new_account(instance)
    stop_instance(instance)


def test_without_a_directory_there_are_no_calendars(without_calendars):
    account, device = without_calendars, without_calendars.phone()
    assert not named(device)
    assert create(device, 'Garden', USER_CALENDAR).get('Status') == '147'
    answer = device.client.sync(collection('c.0123456789abcdef', '0')).expect()
    assert answer.get('AirSync:Collections/AirSync:Collection/AirSync:Status') == '12'
    account.deliver('Mail goes on')
    assert len(device.sync_all(device.inbox()).items) == 1


def test_a_phone_waits_for_mail_though_a_calendar_is_out_of_reach(account):
    account.expect_error('out of reach|not synchronised')
    device = account.phone()
    calendar = device.of_type(CALENDAR)
    for folder in (device.inbox(), calendar):
        device.sync_all(folder, options=())
    directory = account.calendars.root / 'calendar'
    directory.chmod(0)
    try:
        answer = device.client.sync(device.request(calendar)).expect()
        assert answer.get('AirSync:Collections/AirSync:Collection/AirSync:Status') == '5'
        waiting(account, device, device.inbox(), calendar)
        account.deliver('Mail goes on')
        answer = receive(device)
        assert answer.get('Status') == '2' and changed(answer) == {device.inbox()}
    finally:
        directory.chmod(0o700)
    assert not device.sync_all(calendar, options=()).items
