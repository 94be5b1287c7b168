"""Read, Flag, Categories and LastVerbExecuted: MS-ASEMAIL 2.2.2.16, 2.2.2.34, 2.2.2.44 and 3.2.5.4; two phones
and an IMAP client at once."""
from __future__ import annotations

import pytest

from accounts import make_message
from eas_client import E
from eas_client.device import text

START, DUE, REMINDER, DONE = (f'2026-12-{day}T09:00:00.000Z' for day in ('01', '04', '03', '05'))
DATES = {'Tasks:StartDate': START, 'Tasks:UtcStartDate': START, 'Tasks:DueDate': DUE, 'Tasks:UtcDueDate': DUE}
TASK = {'Tasks:Subject': 'Call Ann', 'Email:Status': '2', 'Email:FlagType': 'for Follow Up', **DATES,
        'Tasks:ReminderSet': '1', 'Tasks:ReminderTime': REMINDER, 'Tasks:OrdinalDate': START,
        'Tasks:SubOrdinalDate': '5555555'}
COMPLETE = {'Email:Status': '1', 'Email:CompleteTime': DONE, 'Tasks:DateCompleted': DONE}


def flag(members: dict[str, str]):
    return E('Email:Flag', [E(tag, value) for tag, value in members.items()])


def categories(*names: str):
    return E('Email:Categories', [E('Email:Category', name) for name in names])


def flag_of(item) -> dict[str, str]:
    return {member.tag: member.value() for member in item['Email:Flag']}


def categories_of(item) -> list[str]:
    return [category.value() for category in item['Email:Categories']]


def told(answer) -> list[set[str]]:
    """The properties in each Change of an answer."""
    if answer.document is None:
        return []
    return [{element.tag for element in change.find('ApplicationData')}
            for change in answer.document.findall('Collections/Collection/Commands/Change')]


def outcomes(answer) -> list[str]:
    responses = answer.document.find('Collections/Collection/Responses') if answer.document is not None else None
    return [] if responses is None else [change.get('Status') for change in responses]


class Phones:
    """Two phones that hold the same one message."""

    def __init__(self, account, version: str = '14.1', subject: str = 'One'):
        self.account, self.subject = account, subject
        account.deliver(subject)
        self.one, self.two = account.phone(version), account.phone(version)
        self.inbox = self.one.inbox()
        self.id, = self.one.sync_all(self.inbox).items
        self.two.sync_all(self.inbox)

    def change(self, *properties, **arguments):
        return self.one.change(self.inbox, self.id, *properties, **arguments)

    def item(self, phone):
        return phone.sync_all(self.inbox).items[self.id]

    def keywords(self) -> set[str]:
        return {flag for flag in self.account.flags()[self.subject] if flag != r'\Recent'}


@pytest.fixture(name='phones')
def fixture_phones(account):
    return Phones(account)


@pytest.fixture(name='phones_stored')
def fixture_phones_stored(stored):
    return Phones(stored)


# ---------------------------------------------------------------------- flags


def test_a_flag_with_all_its_fields_reaches_the_other_phone(phones_stored):
    phones = phones_stored
    assert outcomes(phones.change(flag(TASK))) == []
    assert phones.keywords() == {r'\Flagged'}
    assert told(phones.two.sync(phones.inbox)) == [{'Email:Flag'}]
    assert flag_of(phones.item(phones.two)) == TASK
    assert told(phones.one.sync(phones.inbox)) == []
    later = {**TASK, 'Tasks:DueDate': DONE, 'Tasks:UtcDueDate': DONE}
    phones.change(flag(later))
    assert flag_of(phones.item(phones.two)) == later


def test_a_flag_is_shown_by_a_first_sync_and_by_item_operations(phones, version):
    phones.change(flag(TASK))
    device = phones.account.phone(version)
    item, = device.sync_all(phones.inbox).items.values()
    assert flag_of(item) == TASK
    fetched = device.client.fetch(E('ItemOperations:Fetch', E('ItemOperations:Store', 'Mailbox'),
                                    E('AirSync:CollectionId', phones.inbox), E('AirSync:ServerId', phones.id)))
    shown = fetched.document.find('Response/Fetch/Properties/Email:Flag')
    assert {member.tag: member.value() for member in shown} == TASK


def test_a_flag_is_completed_and_cleared(phones_stored):
    phones = phones_stored
    phones.change(flag(TASK))
    phones.item(phones.two)
    phones.change(flag(COMPLETE))
    assert phones.keywords() == {'$EasComplete'}
    shown = flag_of(phones.item(phones.two))
    assert shown == {**TASK, **COMPLETE}
    phones.change(E('Email:Flag'))
    assert phones.keywords() == set()
    assert flag_of(phones.item(phones.two)) == {}


def test_what_imap_sets_and_clears_reaches_the_phones(phones):
    phones.change(flag(TASK))
    phones.account.store('One', '-FLAGS', r'\Flagged')
    assert flag_of(phones.item(phones.one)) == {}
    phones.account.store('One', '+FLAGS', r'\Flagged')
    expected = {'Tasks:Subject': 'One', 'Email:Status': '2', 'Email:FlagType': 'Flag for follow up'}
    for phone in phones.one, phones.two:
        assert flag_of(phones.item(phone)) == expected


def test_a_flag_moves_with_its_message(phones_stored):
    phones = phones_stored
    phones.change(flag(TASK))
    with phones.account.imap('INBOX') as connection:
        connection.create('Elsewhere')
        connection.uid('MOVE', '1:*', 'Elsewhere')
    phones.two.folder_sync()
    item, = phones.two.sync_all(phones.two.folder('Elsewhere')).items.values()
    assert flag_of(item) == TASK


@pytest.mark.parametrize('wrong', [
    {'Email:Status': '3'},
    {'Email:FlagType': 'x'},  # no Status
    {'Email:Status': '1'},
    {'Email:Status': '1', 'Email:CompleteTime': DONE},
    {'Email:Status': '1', 'Tasks:DateCompleted': DONE},
    {'Email:Status': '2', 'Email:FlagType': 'x', 'Tasks:DueDate': DUE},
    {'Email:Status': '2', 'Email:FlagType': 'x', **DATES, 'Tasks:StartDate': DONE},
    {'Email:Status': '2', 'Email:FlagType': 'x', **DATES, 'Tasks:UtcStartDate': DONE},
    {'Email:Status': '2', 'Email:FlagType': 'x', 'Tasks:ReminderSet': '1'},
])
def test_a_wrong_flag_is_refused_and_put_back(phones, wrong):
    phones.account.store('One', '+FLAGS', '$label2')
    phones.item(phones.one)
    answer = phones.change(flag(wrong), categories('Else'), get_changes=False)
    assert outcomes(answer) == ['6']
    assert phones.keywords() == {'$label2'}
    assert told(phones.one.sync(phones.inbox)) == [{'Email:Flag', 'Email:Categories'}] or wrong == {'Email:Status': '3'}
    if wrong != {'Email:Status': '3'}:  # what does not read as a flag is not known to be shown
        assert flag_of(phones.item(phones.one)) == {}
        assert categories_of(phones.item(phones.one)) == ['Work']


def test_the_dates_of_a_flag_can_be_changed_alone(phones):
    phones.change(flag(TASK))
    phones.change(flag({'Tasks:DueDate': DONE, 'Tasks:UtcDueDate': DONE}))
    assert flag_of(phones.item(phones.two)) == {**TASK, 'Tasks:DueDate': DONE, 'Tasks:UtcDueDate': DONE}


# ---------------------------------------------------------------------- categories


def test_categories_go_both_ways(phones_stored):
    phones = phones_stored
    assert categories_of(phones.item(phones.one)) == []
    phones.change(categories('Work trip', 'Büro (neu)', 'Important'))
    assert phones.keywords() == {'Work_trip', 'xn--Bro_=28neu=29-wob', '$label1'}
    assert told(phones.two.sync(phones.inbox)) == [{'Email:Categories'}]
    assert categories_of(phones.item(phones.two)) == ['Büro (neu)', 'Important', 'Work trip']
    phones.account.store('One', '-FLAGS', 'Work_trip')
    phones.account.store('One', '+FLAGS', 'Holidays')
    for phone in phones.one, phones.two:
        assert told(phone.sync(phones.inbox)) == [{'Email:Categories'}]
        assert categories_of(phones.item(phone)) == ['Büro (neu)', 'Holidays', 'Important']


def test_a_change_of_read_alone_leaves_categories_and_flag(phones):
    phones.change(categories('A'), flag(TASK))
    phones.change(E('Email:Read', 1))
    assert told(phones.two.sync(phones.inbox)) == [{'Email:Read', 'Email:Flag', 'Email:Categories'}]
    assert phones.keywords() == {r'\Seen', r'\Flagged', 'A'}
    assert flag_of(phones.item(phones.two)) == TASK


def test_empty_categories_clear_them_and_no_other_keyword(phones):
    phones.account.store('One', '+FLAGS', '$Junk $MDNSent NonJunk Private')
    assert categories_of(phones.item(phones.one)) == ['Private']
    phones.change(E('Email:Categories'))
    assert phones.keywords() == {'$Junk', '$MDNSent', 'NonJunk'}
    assert categories_of(phones.item(phones.two)) == []


def test_keywords_that_are_no_categories_wake_no_phone(phones):
    phones.account.store('One', '+FLAGS', '$MDNSent $Phishing')
    assert phones.one.sync(phones.inbox).document is None


def test_more_categories_than_a_maildir_has_letters(phones_stored):
    phones = phones_stored
    names = [f'Category {number}' for number in range(10, 60)]
    assert outcomes(phones.change(categories(*names))) == []
    assert categories_of(phones.item(phones.two)) == names


def test_a_long_category_is_kept(phones_stored):
    phones = phones_stored
    names = ['x' * 255, 'Ж' * 100]
    assert outcomes(phones.change(categories(*names))) == []
    assert categories_of(phones.item(phones.two)) == sorted(names)


def test_categories_that_cannot_be_kept_are_refused_and_put_back(phones):
    phones.change(categories('A'))
    for wrong in [['x' * 256], [f'{number}' for number in range(301)]]:
        assert outcomes(phones.change(categories(*wrong), get_changes=False)) == ['6']
        assert categories_of(phones.item(phones.one)) == ['A']


def test_names_that_differ_in_case_only_end_equal(phones):
    phones.change(categories('Work trip'))
    phones.change(categories('work TRIP'), get_changes=False)
    for phone in phones.one, phones.two:
        assert categories_of(phones.item(phone)) == ['Work trip']


def test_categories_are_not_for_12_1(account):
    phones = Phones(account, '12.1')
    assert 'Email:Categories' not in phones.item(phones.one)
    phones.account.store('One', '+FLAGS', r'Holidays \Answered')
    assert phones.one.sync(phones.inbox).document is None


# ---------------------------------------------------------------------- what else changes


@pytest.mark.parametrize('wrong', [E('Email:Read', 'perhaps'), E('Email:Flag', E('Email:Status', 'nonsense')),
                                   E('Email2:ReceivedAsBcc', 1)], ids=['read', 'flag', 'bcc'])
def test_a_change_that_cannot_be_read_is_refused_and_put_back(phones, wrong):
    assert outcomes(phones.change(E('Email:Read', 1), wrong, get_changes=False)) == ['6']
    change, = told(phones.one.sync(phones.inbox))
    assert {'Email:Read', 'Email:Flag', 'Email:Subject', 'AirSyncBase:Body'} <= change
    assert text(phones.item(phones.one), 'Email:Read') == '0' and told(phones.one.sync(phones.inbox)) == []


def test_when_it_was_answered_and_forwarded_is_told(phones_stored):
    phones = phones_stored
    phones.change(flag(TASK))
    phones.item(phones.two)
    mime = make_message('Re: One', to=phones.account.user, sender=phones.account.user).decode()
    times = []
    for command, verb in ('SmartReply', '1'), ('SmartForward', '3'):
        phones.one.client.post(command, E(f'ComposeMail:{command}', E('ComposeMail:ClientId', command), E(
            'ComposeMail:Source', E('ComposeMail:FolderId', phones.inbox), E('ComposeMail:ItemId', phones.id)),
            E('ComposeMail:Mime', mime))).expect()
        answer = phones.two.sync(phones.inbox)
        assert {'Email2:LastVerbExecuted', 'Email2:LastVerbExecutionTime'} in told(answer)
        item = phones.item(phones.two)
        assert text(item, 'Email2:LastVerbExecuted') == verb and flag_of(item) == TASK
        times.append(text(item, 'Email2:LastVerbExecutionTime'))
    assert times == sorted(times) and times[0].startswith('20')
    phones.change(E('Email:Flag'))
    assert text(phones.item(phones.two), 'Email2:LastVerbExecutionTime') == times[-1]


def test_a_change_tells_only_what_changed(phones):
    for flags, expected in [(r'\Seen', {'Email:Read'}), (r'\Flagged', {'Email:Flag'}), ('A', {'Email:Categories'}),
                            (r'\Answered', {'Email2:LastVerbExecuted'})]:
        for change in '+FLAGS', '-FLAGS':
            phones.account.store('One', change, flags)
            assert told(phones.one.sync(phones.inbox)) == [expected]
    assert text(phones.item(phones.one), 'Email2:LastVerbExecuted') == '0'
