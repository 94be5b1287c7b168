"""Search for events, tasks and notes (MS-ASCMD 2.2.1.16), and what is done with what was found."""
from __future__ import annotations

import pytest

from calendar_texts import event, task
from eas_client import E
from eas_client.device import CALENDAR, TASKS
from meetings import calendar_of
from test_search import free_text, in_folder, rows, store_status, subfolder
from test_send_mail import accepted, received

CLASS = {CALENDAR: 'Calendar', TASKS: 'Tasks'}
SUBJECT = {CALENDAR: 'Calendar:Subject', TASKS: 'Tasks:Subject'}
DIRECTORY = {CALENDAR: 'calendar', TASKS: 'tasks'}
TEXT = {CALENDAR: event, TASKS: task}


@pytest.fixture(name='type_', params=[TASKS, CALENDAR], ids=['tasks', 'calendar'])
def fixture_type(request):
    return request.param


def put(account, type_: str, name: str, subject: str, *lines: str) -> None:
    account.calendars.put(DIRECTORY[type_], f'{name}.ics', TEXT[type_](name, subject, *lines))


def of_class(*names: str) -> list:
    return [E('AirSync:Class', name) for name in names]


def results(answer) -> list:
    store = answer.expect().document.find('Response/Store')
    assert store.get('Status') == '1'
    return [result for result in store.findall('Result') if result.children]


def subjects(answer) -> list[str]:
    return [element.text for result in results(answer) for element in result.find('Properties') if element.tag.endswith(':Subject')]


def test_words_in_subject_place_and_text_are_found(account, type_, version):
    put(account, type_, 'one', 'Grand opening')
    put(account, type_, 'two', 'Something', 'DESCRIPTION:The grand\\nfinale')
    put(account, type_, 'three', 'Other', 'DESCRIPTION:Nothing of interest')
    account.deliver('Grand total')
    phone = account.phone(version)
    phone.of_type(type_)
    search = lambda *criteria: sorted(subjects(phone.client.search(*of_class(CLASS[type_]), *criteria)))
    assert search(free_text('GRAND')) == ['Grand opening', 'Something']
    assert search(free_text('"grand finale"')) == ['Something']
    assert search(free_text('grand NOT finale')) == ['Grand opening']
    assert search(free_text('nowhere')) == []


def test_the_place_of_an_event_is_found(account, version):
    put(account, CALENDAR, 'one', 'Concert', 'LOCATION:Harbour Hall')
    phone = account.phone(version)
    assert subjects(phone.client.search(*of_class('Calendar'), free_text('harbour'))) == ['Concert']


def test_a_result_says_what_sync_says(account, type_, version):
    put(account, type_, 'one', 'Grand opening', 'DESCRIPTION:With music')
    phone = account.phone(version)
    folder = phone.of_type(type_)
    preference = [E('AirSyncBase:BodyPreference', E('AirSyncBase:Type', 1))]
    (item,) = phone.sync_all(folder, options=preference).items.values()
    (result,) = results(phone.client.search(*of_class(CLASS[type_]), free_text('music'), options=preference))
    assert result.get('Class') == CLASS[type_] and result.get('CollectionId') == folder
    told = {element.tag: str(element) for element in result.find('Properties')}
    assert told == {tag: str(element) for tag, element in item.items()}


def test_a_result_is_fetched_by_its_long_id(account, type_):
    put(account, type_, 'one', 'Grand opening')
    phone = account.phone()
    phone.of_type(type_)
    (result,) = results(phone.client.search(*of_class(CLASS[type_]), free_text('grand')))
    fetch = lambda: phone.client.fetch(E('ItemOperations:Fetch', E('ItemOperations:Store', 'Mailbox'), E(
        'Search:LongId', result.get('LongId')))).expect().document.find('ItemOperations:Response/ItemOperations:Fetch')
    fetched = fetch()
    assert fetched.get('Status') == '1' and fetched.get('AirSync:Class') == CLASS[type_]
    assert fetched.find('ItemOperations:Properties').get(SUBJECT[type_]) == 'Grand opening'
    (account.calendars.root / DIRECTORY[type_] / 'one.ics').unlink()
    assert fetch().get('Status') == '6'


def test_a_collection_bounds_the_search(account, type_):
    account.calendars.collection('zoo', displayname='Zoo', kinds={TASKS: 'VTODO', CALENDAR: 'VEVENT'}[type_])
    account.calendars.collection(DIRECTORY[type_], displayname='Mine', kinds={TASKS: 'VTODO', CALENDAR: 'VEVENT'}[type_])
    put(account, type_, 'one', 'Grand here')
    account.calendars.put('zoo', 'two.ics', TEXT[type_]('two', 'Grand there'))
    account.deliver('Grand total')
    phone = account.phone()
    mine, zoo = phone.folder('Mine'), phone.folder('Zoo')
    search = lambda *criteria: sorted(subjects(phone.client.search(*criteria, free_text('grand'))))
    assert search(in_folder(zoo)) == ['Grand there']
    assert search(in_folder(mine), in_folder(zoo)) == ['Grand here', 'Grand there']
    assert search(in_folder(phone.inbox())) == ['Grand total']
    assert search(*of_class('Email'), in_folder(zoo)) == []
    assert store_status(phone.client.search(in_folder(zoo + 'x'), free_text('grand'))) == '11'


def test_without_a_class_all_are_found(account, version):
    """MS-ASCMD 2.2.3.27.5."""
    put(account, CALENDAR, 'one', 'Grand event')
    put(account, TASKS, 'two', 'Grand task')
    subfolder(account, 'Notes')
    account.append(b'Subject: Grand note\r\nX-Uniform-Type-Identifier: com.apple.mail-note\r\n\r\nGrand\r\n', 'Notes')
    account.deliver('Grand mail')
    phone = account.phone(version)
    phone.of_type(CALENDAR)
    answer = phone.client.search(free_text('grand'))
    wanted = ['Grand event', 'Grand mail', 'Grand task'] + (['Grand note'] if version != '12.1' else [])
    assert sorted(subjects(answer)) == sorted(wanted)
    assert answer.get('Response/Store/Total') == str(len(wanted))
    classes = {result.get('Class') for result in results(answer)}
    assert classes == {'Calendar', 'Email', 'Tasks'} | ({'Notes'} if version != '12.1' else set())


def test_pages_go_on_where_the_last_one_ended(account):
    for number in range(7):
        put(account, CALENDAR, f'event-{number}', f'Grand {number}', f'DESCRIPTION:{number}')
    account.deliver('Grand mail')
    client = account.phone().client
    client_pages = [subjects(client.search(free_text('grand'), options=[rows(text)])) for text in ('0-2', '3-5', '6-8')]
    assert client_pages[0][0] == 'Grand mail'
    assert sorted(sum(client_pages, [])) == sorted([f'Grand {number}' for number in range(7)] + ['Grand mail'])


def test_an_event_is_forwarded_by_its_long_id(account, other_account):
    put(account, CALENDAR, 'one', 'Grand opening')
    client = account.phone('16.1').client
    (result,) = results(client.search(*of_class('Calendar'), free_text('grand')))
    assert accepted(client.post('SmartForward', E(
        'ComposeMail:SmartForward', E('ComposeMail:ClientId', 'forward-1'),
        E('ComposeMail:Source', E('ComposeMail:LongId', result.get('LongId'))),
        E('ComposeMail:Forwardees', E('ComposeMail:Forwardee', E('ComposeMail:ForwardeeEmail', other_account.user))))))
    assert 'SUMMARY:Grand opening' in calendar_of(received(other_account, 'FW: Grand opening'))


def test_find_is_for_mail_only(account):
    """MS-ASCMD 2.2.3.27.1."""
    put(account, CALENDAR, 'one', 'Grand opening')
    client = account.phone('16.1').client
    answer = client.find('1', *of_class('Calendar'), E('Find:FreeText', 'grand')).expect()
    assert answer.get('Status') == '2'
