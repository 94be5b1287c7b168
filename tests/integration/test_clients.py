"""Sessions of real clients, as their sources or their logs show them: each element where the client puts it, also where the
specification has it elsewhere or not at all."""
from __future__ import annotations

import base64
import struct
import xml.etree.ElementTree as ET

import pytest

from accounts import make_message
from conftest import new_account
from directory_book import Book
from eas_client import E, Node
from eas_client.device import CALENDAR, CONTACTS, TASKS, Device

BERLIN = ('xP///1cALgAgAEUAdQByAG8AcABlACAAUwB0AGEAbgBkAGEAcgBkACAAVABpAG0AZQAAAAAAAAAAAAAAAAAAAAAAAAAAAAoAAAAFAAMAAAAAAAAAAAAAAFcA'
          'LgAgAEUAdQByAG8AcABlACAAUwB0AGEAbgBkAGEAcgBkACAAVABpAG0AZQAAAAAAAAAAAAAAAAAAAAAAAAAAAAMAAAAFAAIAAAAAAAAAxP///w==')
NAMESPACES = ' '.join(f'xmlns:{prefix}="{name}"' for prefix, name in {
    'a': 'AirSync', 'b': 'AirSyncBase', 'c': 'Calendar', 'con': 'Contacts', 'con2': 'Contacts2', 'e': 'Email', 'est': 'GetItemEstimate',
    'io': 'ItemOperations', 'p': 'Provision', 'ping': 'Ping', 's': 'Search', 'set': 'Settings', 't': 'Tasks'}.items())
POLICY = '<p:PolicyType>MS-EAS-Provisioning-WBXML</p:PolicyType>'


def document(xml: str) -> Node:
    """An element from XML with the prefixes above."""
    def node(element: ET.Element) -> Node:
        namespace, name = element.tag[1:].split('}')
        return E(f'{namespace}:{name}', (element.text or '').strip() or None, [node(child) for child in element])
    return node(next(iter(ET.fromstring(f'<x {NAMESPACES}>{xml}</x>'))))


def post(device: Device, command: str, xml: str, **arguments):
    return device.client.post(command, document(xml), **arguments).expect()


def sync(device: Device, folder: str, content: str = '', key: str = '0') -> Node:
    """One collection's Sync, `content` behind the CollectionId; what the answer says of it."""
    answer = post(device, 'Sync', f'<a:Sync><a:Collections><a:Collection><a:SyncKey>{key}</a:SyncKey><a:CollectionId>{folder}'
                                  f'</a:CollectionId>{content}</a:Collection></a:Collections></a:Sync>')
    return answer.document.find('Collections/Collection')


def change(server_id: str, properties: str) -> str:
    return f'<a:Change><a:ServerId>{server_id}</a:ServerId><a:ApplicationData>{properties}</a:ApplicationData></a:Change>'


def add(client_id: str, properties: str) -> str:
    return f'<a:Add><a:ClientId>{client_id}</a:ClientId><a:ApplicationData>{properties}</a:ApplicationData></a:Add>'


def ids_of(collection: Node) -> dict[str, str]:
    """Subject of each message that is added -> its ServerId."""
    return {item.get('ApplicationData/Email:Subject'): item.get('ServerId') for item in collection.findall('Commands/Add')}


def flags(account) -> dict[str, set[str]]:
    return {title: set_ - {r'\Recent'} for title, set_ in account.flags().items()}


@pytest.fixture(name='filled')
def fixture_filled(account):
    for title in ('One', 'Two', 'Three'):
        account.append(make_message(title, to=account.user))
    return account


@pytest.fixture(name='user')
def fixture_user(staffed):
    yield from new_account(staffed)


@pytest.mark.parametrize('version', ['12.1', '14.0', '14.1'])
def test_the_mail_app_of_firefox_os_and_kaios(filled, version):
    """gaia-email-libs-and-more: Options with SyncKey 0, no BodyPreference, a Flag of nothing but Status, a Schema of one element."""
    device = filled.phone(version, device_type='SmartPhone')
    inbox = device.inbox()
    options = '<a:Options><a:FilterType>0</a:FilterType></a:Options>'
    key = sync(device, inbox, options).get('SyncKey')
    folder = f'<est:CollectionId>{inbox}</est:CollectionId>'
    content = f'{folder}<a:FilterType>0</a:FilterType><a:SyncKey>{key}</a:SyncKey>' if version == '12.1' else \
        f'<a:SyncKey>{key}</a:SyncKey>{folder}{options}'
    estimate = post(device, 'GetItemEstimate', '<est:GetItemEstimate><est:Collections><est:Collection>'
                    f'{content}</est:Collection></est:Collections></est:GetItemEstimate>')
    assert (estimate.get('Response/Status'), estimate.get('Response/Collection/Estimate')) == ('1', '3')
    items = sync(device, inbox, f'<a:GetChanges/>{options}', key)
    assert all(item.number('ApplicationData/AirSyncBase:Body/EstimatedDataSize') for item in items.findall('Commands/Add'))
    ids = ids_of(items)
    starred = '<e:Flag><e:Status>{}</e:Status></e:Flag>'
    changed = sync(device, inbox, '<a:DeletesAsMoves>1</a:DeletesAsMoves><a:GetChanges>0</a:GetChanges><a:Commands>'
                   + change(ids['One'], '<e:Read>1</e:Read>') + change(ids['Two'], starred.format(2)) + change(ids['One'], starred.format(0))
                   + f'<a:Delete><a:ServerId>{ids["Three"]}</a:ServerId></a:Delete></a:Commands>', items.get('SyncKey'))
    assert changed.get('Status') == '1' and changed.find('Responses') is None
    assert flags(filled) == {'One': {r'\Seen'}, 'Two': {r'\Flagged'}}
    fetched = post(device, 'ItemOperations', f'''
        <io:ItemOperations><io:Fetch><io:Store>Mailbox</io:Store><a:CollectionId>{inbox}</a:CollectionId>
          <a:ServerId>{ids["One"]}</a:ServerId><io:Options><io:Schema><b:Body/></io:Schema>
          <b:BodyPreference><b:Type>1</b:Type><b:TruncationSize>7</b:TruncationSize></b:BodyPreference></io:Options>
        </io:Fetch></io:ItemOperations>''')
    assert [element.name for element in fetched.document.find('Response/Fetch/Properties')] == ['Body']
    assert fetched.get('Response/Fetch/Properties/Body/Data') == 'A short'


@pytest.mark.parametrize('version', ['12.1', '14.0', '14.1'])
def test_androids_exchange_app_and_mail(filled, version):
    """AOSP 4.4: acknowledges with the policy key 0, pings without one, names a reply's message before its folder."""
    device = filled.phone(version, device_type='Android')
    device.client.user_agent = 'Android/4.4.4-EAS-1.3'
    information = ('<set:DeviceInformation><set:Set><set:Model>Nexus 5</set:Model><set:IMEI>androidc1</set:IMEI>'
                   '<set:FriendlyName>hammerhead</set:FriendlyName><set:OS>Android 4.4.4</set:OS><set:OSLanguage>Deutsch</set:OSLanguage>'
                   '<set:UserAgent>Android/4.4.4-EAS-1.3</set:UserAgent></set:Set></set:DeviceInformation>')
    no_key = {'X-MS-PolicyKey': '0'}
    policy = post(device, 'Provision', f'<p:Provision>{information if version == "14.1" else ""}<p:Policies><p:Policy>{POLICY}'
                  '</p:Policy></p:Policies></p:Provision>', headers=no_key).get('Policies/Policy/PolicyKey')
    agreed = post(device, 'Provision', f'<p:Provision><p:Policies><p:Policy>{POLICY}<p:PolicyKey>{policy}</p:PolicyKey>'
                  '<p:Status>1</p:Status></p:Policy></p:Policies></p:Provision>', headers=no_key)
    device.client.policy_key = int(agreed.get('Policies/Policy/PolicyKey'))
    if version != '14.1':
        assert post(device, 'Settings', f'<set:Settings>{information}</set:Settings>').get('DeviceInformation/Status') == '1'
    inbox = device.inbox()
    ids = ids_of(items := sync(device, inbox, '''
        <a:DeletesAsMoves>1</a:DeletesAsMoves><a:GetChanges/><a:WindowSize>10</a:WindowSize><a:Options><a:FilterType>3</a:FilterType>
        <b:BodyPreference><b:Type>2</b:Type><b:TruncationSize>200000</b:TruncationSize></b:BodyPreference></a:Options>''',
                               sync(device, inbox).get('SyncKey')))
    now, week = '2026-12-01T09:00:00.000Z', '2026-12-08T09:00:00.000Z'
    changed = sync(device, inbox, '<a:GetChanges>0</a:GetChanges><a:Commands>' + change(ids['One'], f'''
        <e:Read>1</e:Read><e:Flag><e:Status>2</e:Status><e:FlagType>FollowUp</e:FlagType><t:StartDate>{now}</t:StartDate>
        <t:UtcStartDate>{now}</t:UtcStartDate><t:DueDate>{week}</t:DueDate><t:UtcDueDate>{week}</t:UtcDueDate></e:Flag>''')
                   + change(ids['Two'], '<e:Flag/>') + '</a:Commands>', items.get('SyncKey'))
    assert changed.get('Status') == '1' and changed.find('Responses') is None
    assert flags(filled)['One'] == {r'\Seen', r'\Flagged'}
    reply = make_message('Re: Two', to=filled.user)
    if version == '12.1':
        answered = device.client.post('SmartReply', body=reply, content_type='message/rfc822', parameters={
            'ItemId': ids['Two'], 'CollectionId': inbox, 'SaveInSent': 'T'})
    else:
        answered = device.client.post('SmartReply', E(
            'ComposeMail:SmartReply', E('ComposeMail:ClientId', 'SendMail-1'), E('ComposeMail:SaveInSentItems'), E(
                'ComposeMail:Source', E('ComposeMail:ItemId', ids['Two']), E('ComposeMail:FolderId', inbox)), E('ComposeMail:Mime', reply)))
    assert answered.expect().body == b'' and r'\Answered' in flags(filled)['Two']
    found = post(device, 'Search', f'''
        <s:Search><s:Store><s:Name>Mailbox</s:Name><s:Query><s:And><a:Class>Email</a:Class><a:CollectionId>{inbox}</a:CollectionId>
          <s:FreeText>Three</s:FreeText><s:GreaterThan><e:DateReceived/><s:Value>2020-01-01T00:00:00.000Z</s:Value></s:GreaterThan></s:And>
        </s:Query><s:Options><s:RebuildResults/><s:DeepTraversal/><s:Range>0-9</s:Range><b:BodyPreference><b:Type>2</b:Type>
          <b:TruncationSize>20000</b:TruncationSize></b:BodyPreference></s:Options></s:Store></s:Search>''')
    assert found.get('Response/Store/Total') == '1'
    device.client.policy_key = None
    assert post(device, 'Ping', f'''
        <ping:Ping><ping:HeartbeatInterval>2</ping:HeartbeatInterval><ping:Folders><ping:Folder><ping:Id>{inbox}</ping:Id>
          <ping:Class>Email</ping:Class></ping:Folder><ping:Folder><ping:Id>{device.of_type(CALENDAR)}</ping:Id><ping:Class>Calendar</ping:Class>
        </ping:Folder></ping:Folders></ping:Ping>''').get('Status') in ('1', '2')


PIM_OPTIONS = '''<a:DeletesAsMoves/><a:GetChanges/><a:WindowSize>10</a:WindowSize><a:Options>{}<b:BodyPreference><b:Type>1</b:Type>
    <b:TruncationSize>200000</b:TruncationSize></b:BodyPreference></a:Options>'''


@pytest.mark.parametrize('version', ['12.1', '14.1'])
def test_androids_calendar_and_contacts(user, version):
    """AOSP 4.4: its own order of properties, Deleted 0 and a MeetingStatus in exceptions, a weekly rule without days, the city of an
    Other address as a second HomeAddressCity."""
    device = user.phone(version, device_type='Android')
    calendar = device.of_type(CALENDAR)
    common = '''<c:AllDayEvent>0</c:AllDayEvent><c:StartTime>{0}</c:StartTime><c:EndTime>{1}</c:EndTime><c:DtStamp>20261129T200000Z</c:DtStamp>
        <c:Location>Raum 1</c:Location><c:Subject>{2}</c:Subject><b:Body><b:Type>1</b:Type></b:Body>'''
    end = '<c:BusyStatus>2</c:BusyStatus><c:MeetingStatus>0</c:MeetingStatus><c:Sensitivity>1</c:Sensitivity>'
    series = (f'<c:Timezone>{BERLIN}</c:Timezone>' + common.format('20261210T090000Z', '20261210T100000Z', 'Series')
              + f'<c:OrganizerEmail>{user.user}</c:OrganizerEmail><c:Recurrence><c:Type>1</c:Type><c:Interval>1</c:Interval>'
              '<c:Until>20270114T090000Z</c:Until></c:Recurrence><c:Reminder>10</c:Reminder><c:UID>0d5f-77</c:UID>' + end)
    options = PIM_OPTIONS.format('<a:FilterType>4</a:FilterType>')
    added = sync(device, calendar, options + f'<a:Commands>{add("0d5f-77", series)}</a:Commands>', sync(device, calendar).get('SyncKey'))
    assert added.get('Responses/Add/Status') == '1'
    moved = common.format('20261224T110000Z', '20261224T120000Z', 'Moved') + end
    exceptions = ('<c:Exceptions><c:Exception><c:Deleted>1</c:Deleted><c:ExceptionStartTime>20261217T090000Z</c:ExceptionStartTime>'
                  + common.format('20261217T090000Z', '20261217T100000Z', 'Series') + end + '</c:Exception><c:Exception><c:Deleted>0'
                  f'</c:Deleted><c:ExceptionStartTime>20261224T090000Z</c:ExceptionStartTime>{moved}</c:Exception></c:Exceptions>')
    changed = sync(device, calendar, options + '<a:Commands>' + change(added.get('Responses/Add/ServerId'), series + exceptions)
                   + '</a:Commands>', added.get('SyncKey'))
    assert changed.get('Status') == '1' and changed.find('Responses') is None
    lines = next(value for value in user.calendars.files('calendar').values() if 'UID:0d5f-77' in value).splitlines()
    assert 'RRULE:FREQ=WEEKLY;UNTIL=20270114T090000Z;BYDAY=TH' in lines and 'EXDATE;TZID=Europe/Berlin:20261217T100000' in lines
    assert 'RECURRENCE-ID;TZID=Europe/Berlin:20261224T100000' in lines and 'DTSTART;TZID=Europe/Berlin:20261224T120000' in lines
    contacts = device.of_type(CONTACTS)
    key = sync(device, contacts, '<a:Supported><con:FirstName/><con:LastName/><con:Email1Address/><con2:MMS/><con:HomeAddressCity/>'
               '<con2:NickName/><con:Birthday/><con:Picture/><con:FileAs/></a:Supported>').get('SyncKey')
    properties = '''<con:LastName>Droid</con:LastName><con:FirstName>Ann</con:FirstName><con:Email1Address>"Ann" &lt;ann@x.example&gt;
        </con:Email1Address><con:HomeAddressCity>Bonn</con:HomeAddressCity><con:HomeAddressCity>Kiel</con:HomeAddressCity>
        <con:OtherAddressStreet>Gasse 2</con:OtherAddressStreet><con:Birthday>1970-02-03T00:00:00.000Z</con:Birthday>
        <b:Body><b:Type>1</b:Type><b:Data/></b:Body><con:Picture/><con:FileAs>Droid, Ann</con:FileAs>'''
    added = sync(device, contacts, PIM_OPTIONS.format('') + f'<a:Commands>{add("new_1", properties)}</a:Commands>', key)
    assert added.get('Responses/Add/Status') == '1'
    assert 'ann@x.example' in Book(user).search('(sn=Droid)')


def tbsync_options(class_: str) -> str:
    filter_type = '<a:FilterType>0</a:FilterType>' if class_ == 'Calendar' else ''
    return (f'<a:Options>{filter_type}<a:Class>{class_}</a:Class><a:Conflict>1</a:Conflict><b:BodyPreference><b:Type>1</b:Type>'
            '</b:BodyPreference></a:Options>')


def tbsync_pull(device: Device, folder: str, class_: str, key: str) -> Node | None:
    """None if there is nothing new: then the answer is empty."""
    answer = post(device, 'Sync', f'<a:Sync><a:Collections><a:Collection><a:SyncKey>{key}</a:SyncKey><a:CollectionId>{folder}</a:CollectionId>'
                  f'<a:DeletesAsMoves/><a:GetChanges/><a:WindowSize>25</a:WindowSize>{tbsync_options(class_)}</a:Collection></a:Collections>'
                  '</a:Sync>')
    return None if answer.document is None else answer.document.find('Collections/Collection')


def tbsync_push(device: Device, folder: str, class_: str, key: str, commands: str) -> Node:
    return sync(device, folder, f'<a:GetChanges>0</a:GetChanges>{tbsync_options(class_)}<a:Commands>{commands}</a:Commands>', key)


TBSYNC = pytest.mark.parametrize('version', ['14.0', '14.1', '16.1'])


@TBSYNC
def test_a_series_of_thunderbird_with_tbsync(user, version):
    """TbSync and EAS-4-TbSync 5.3 in Thunderbird 153, from the log of its session with this server: Options repeated beside Commands,
    empty elements for what an item has not; at 16.1 instances of a series one a request and without Options."""
    device = user.phone(version, device_type='TbSync')
    calendar = device.of_type(CALENDAR)
    key = sync(device, calendar).get('SyncKey')
    estimate = post(device, 'GetItemEstimate', f'''
        <est:GetItemEstimate><est:Collections><est:Collection><a:SyncKey>{key}</a:SyncKey><est:CollectionId>{calendar}</est:CollectionId>
          <a:Options><a:FilterType>7</a:FilterType><a:Class>Calendar</a:Class></a:Options></est:Collection></est:Collections>
        </est:GetItemEstimate>''')
    assert estimate.get('Response/Status') == '1'
    common = '''<c:AllDayEvent>0</c:AllDayEvent><c:BusyStatus>2</c:BusyStatus>{}<c:EndTime>{}</c:EndTime>{}<c:Sensitivity>0</c:Sensitivity>
        <c:Subject>{}</c:Subject><c:StartTime>{}</c:StartTime>'''
    stamp, empty = ('', '<c:Reminder/>') if version == '16.1' else ('<c:DtStamp>20261129T200000Z</c:DtStamp>', '<c:Location/>')
    named = '' if version == '16.1' else '<c:UID>e5-series</c:UID><c:Attendees/><c:Categories/>'
    series = (f'<c:Timezone>{BERLIN}</c:Timezone>' + common.format(stamp, '20261201T150000Z', empty, 'Weekly', '20261201T140000Z')
              + f'{named}<c:MeetingStatus>0</c:MeetingStatus><c:Recurrence><c:Type>1</c:Type><c:DayOfWeek>4</c:DayOfWeek>'
              '<c:Interval>1</c:Interval><c:Occurrences>8</c:Occurrences></c:Recurrence>')
    moved = common.format(stamp, '20261215T170000Z', empty, 'Moved', '20261215T160000Z')
    added = tbsync_push(device, calendar, 'Calendar', key, add('c-mx2abyne-4', series))
    assert added.get('Responses/Add/Status') == '1'
    server_id, key = added.get('Responses/Add/ServerId'), added.get('SyncKey')
    if version == '16.1':
        instance = f'<a:ServerId>{server_id}</a:ServerId><b:InstanceId>{{}}</b:InstanceId>'
        commands = [f'<a:Delete>{instance.format("20261208T140000Z")}</a:Delete>',
                    f'<a:Change>{instance.format("20261215T140000Z")}<a:ApplicationData>{moved}</a:ApplicationData></a:Change>']
    else:
        commands = [change(server_id, f'''{series}<c:Exceptions><c:Exception><c:ExceptionStartTime>20261208T140000Z</c:ExceptionStartTime>
            <c:Deleted>1</c:Deleted></c:Exception><c:Exception><c:ExceptionStartTime>20261215T140000Z</c:ExceptionStartTime>{moved}
            </c:Exception></c:Exceptions>''')]
    for command in commands:
        pushed = sync(device, calendar, f'<a:GetChanges>0</a:GetChanges><a:Commands>{command}</a:Commands>', key)
        assert pushed.get('Status') == '1' and all(answer.get('Status') == '1' for answer in pushed.find('Responses') or ())
        key = pushed.get('SyncKey')
    assert tbsync_pull(device, calendar, 'Calendar', key) is None
    lines = next(value for value in user.calendars.files('calendar').values() if 'SUMMARY:Weekly' in value).splitlines()
    assert 'EXDATE;TZID=Europe/Berlin:20261208T150000' in lines and 'DTSTART;TZID=Europe/Berlin:20261215T170000' in lines


def test_the_time_zone_of_thunderbird_140_with_tbsync(account):
    """EAS-4-TbSync 4.17 in Thunderbird 140: a zone with daylight time loses its dates, so that only the name tells which it is."""
    name = 'W. Europe Standard Time'.encode('utf-16-le')
    dateless = base64.b64encode(struct.pack('<i64s16xi64s16xi', -60, name, 0, name, -60)).decode()
    device = account.phone('14.0', device_type='TbSync')
    calendar = device.of_type(CALENDAR)
    added = tbsync_push(device, calendar, 'Calendar', sync(device, calendar).get('SyncKey'), add('1795986228403-0', f'''
        <c:Timezone>{dateless}</c:Timezone><c:AllDayEvent>0</c:AllDayEvent><b:Body><b:Type>1</b:Type><b:EstimatedDataSize>0
        </b:EstimatedDataSize><b:Data/></b:Body><c:BusyStatus>2</c:BusyStatus><c:DtStamp>20261129T200000Z</c:DtStamp>
        <c:EndTime>20261201T150000Z</c:EndTime><c:Location/><c:Sensitivity>0</c:Sensitivity><c:Subject>Weekly</c:Subject>
        <c:StartTime>20261201T140000Z</c:StartTime><c:UID>e5-series</c:UID><c:MeetingStatus>0</c:MeetingStatus><c:Recurrence><c:Type>1</c:Type>
        <c:DayOfWeek>4</c:DayOfWeek><c:Interval>1</c:Interval></c:Recurrence>'''))
    assert added.get('Responses/Add/Status') == '1'
    assert 'DTSTART;TZID=Europe/Berlin:20261201T150000' in next(iter(account.calendars.files('calendar').values())).splitlines()


@TBSYNC
def test_tasks_and_contacts_of_thunderbird_with_tbsync(user, version):
    device = user.phone(version, device_type='TbSync')
    tasks, contacts = device.of_type(TASKS), device.of_type(CONTACTS)
    due = '2026-12-12T11:00:00.000Z'
    added = tbsync_push(device, tasks, 'Tasks', sync(device, tasks).get('SyncKey'), add('c-mx2ac2om-0', f'''
        <t:Subject>Buy paint</t:Subject><b:Body><b:Type>1</b:Type><b:Data>blue</b:Data></b:Body><t:Importance>2</t:Importance>
        <t:UtcDueDate>{due}</t:UtcDueDate><t:DueDate>{due}</t:DueDate><t:Categories><t:Category>Home</t:Category></t:Categories>
        <t:Complete>0</t:Complete><t:Sensitivity>0</t:Sensitivity><t:ReminderTime>{due}</t:ReminderTime><t:ReminderSet>1</t:ReminderSet>'''))
    assert added.get('Responses/Add/Status') == '1'
    assert tbsync_pull(device, tasks, 'Tasks', added.get('SyncKey')) is None
    held = tbsync_pull(device, contacts, 'Contacts', sync(device, contacts).get('SyncKey'))
    entry = next(held.findall('Commands/Add')).get('ServerId')
    changed = tbsync_push(device, contacts, 'Contacts', held.get('SyncKey'), change(entry, '''
        <con:FileAs>Carla Contini</con:FileAs><con:Birthday/><con:Anniversary/><con:LastName>Contini</con:LastName>
        <con:Email1Address>Carla &lt;carla@x.example&gt;</con:Email1Address><con:OfficeLocation/><con:Picture/><con:Categories/><b:Body>
        <b:Type>1</b:Type><b:EstimatedDataSize>5</b:EstimatedDataSize><b:Data>Notiz</b:Data></b:Body><con2:NickName/><con2:CustomerId/>
        <con2:GovernmentId/><con2:AccountName/>''') + add('c-1', '<con:Email1Address>only@x.example</con:Email1Address>'))
    assert [answer.get('Status') for answer in changed.find('Responses')] == ['1']
    assert 'description: Notiz' in Book(user).search('(sn=Contini)')
    assert 'only@x.example' in Book(user).search('(mail=only@x.example)')


def test_pyactivesync(filled):
    """pyactivesync 0.17: acknowledges the policy with the key in the query, asks for a window without Options."""
    device = Device(filled.client('16.1', device_type='pyactivesync'))
    policy = post(device, 'Provision', f'''
        <p:Provision><set:DeviceInformation><set:Set><set:Model>pyactivesync</set:Model><set:UserAgent>pyactivesync/0.1</set:UserAgent>
        </set:Set></set:DeviceInformation><p:Policies><p:Policy>{POLICY}</p:Policy></p:Policies></p:Provision>''').get('Policies/Policy/PolicyKey')
    agreed = post(device, 'Provision', f'<p:Provision><p:Policies><p:Policy>{POLICY}<p:PolicyKey>{policy}</p:PolicyKey><p:Status>1</p:Status>'
                  '</p:Policy></p:Policies></p:Provision>', parameters={'PolicyKey': policy})
    device.client.policy_key = int(agreed.get('Policies/Policy/PolicyKey'))
    device.folder_sync()
    inbox, window = device.inbox(), '<a:WindowSize>2</a:WindowSize>'
    key = sync(device, inbox, window).get('SyncKey')
    estimate = post(device, 'GetItemEstimate', f'''
        <est:GetItemEstimate><est:Collections><est:Collection><a:SyncKey>{key}</a:SyncKey><est:CollectionId>{inbox}</est:CollectionId>
        </est:Collection></est:Collections></est:GetItemEstimate>''')
    assert estimate.get('Response/Collection/Estimate') == '3'
    first = sync(device, inbox, window, key)
    assert len(ids_of(first)) == 2 and first.find('MoreAvailable') is not None
    assert len(ids_of(sync(device, inbox, window, first.get('SyncKey')))) == 1
