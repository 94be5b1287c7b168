"""The page for people at /eas/: by plain HTTP, and in headless Chromium where it is installed."""
from __future__ import annotations

import base64
import contextlib
import datetime
import http.client
import json
import plistlib
import re
import shutil
import ssl
import tempfile
import urllib.parse
import zoneinfo
from typing import Optional

import pytest
from lxml import html

try:
    from selenium import webdriver
    import selenium.webdriver.support.wait as support
except ImportError:
    webdriver = None

from accounts import Account
from conftest import new_account, start_instance, stop_instance

FORM = 'application/x-www-form-urlencoded'


@pytest.fixture(scope='module', name='instance')
def fixture_instance():
    instance = start_instance(users=40)
    yield instance
    stop_instance(instance)


@pytest.fixture(name='user')
def fixture_user(instance):
    yield from new_account(instance)


@pytest.fixture(name='other')
def fixture_other(instance):
    yield from new_account(instance)


class Browser:
    """Plain HTTP with a user's name and password; a connection a request."""

    def __init__(self, account, language: str = 'en', *, host: str = '', tls: Optional[ssl.SSLContext] = None):
        self.account, self.language, self.tls = account, language, tls
        self.host = host or f'127.0.0.1:{account.instance.ports["EAS_HTTP_PORT"]}'
        self.page = None

    def ask(self, method: str, path: str, body: str = '', password=None, **headers) -> http.client.HTTPResponse:
        credentials = base64.b64encode(f'{self.account.user}:{password or self.account.password}'.encode()).decode()
        connection = (http.client.HTTPSConnection(self.host, timeout=60, context=self.tls) if self.tls
                      else http.client.HTTPConnection(self.host, timeout=60))
        connection.request(method, path, body, {'Authorization': 'Basic ' + credentials,
                                                'Accept-Language': self.language, **headers})
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        is_page = text and answer.headers.get('Content-Type', '').startswith('text/html')
        self.page = html.document_fromstring(text.decode()) if is_page else None
        answer.text = text
        return answer

    def get(self, path: str = '/eas/', status: int = 200) -> http.client.HTTPResponse:
        answer = self.ask('GET', path)
        assert answer.status == status, answer.text
        return answer

    def post(self, fields: dict[str, str], status: int, origin='own', content_type: str = FORM) -> http.client.HTTPResponse:
        headers = {'Content-Type': content_type}
        if origin is not None:
            headers['Origin'] = f'http://{self.host}' if origin == 'own' else origin
        answer = self.ask('POST', '/eas/device', urllib.parse.urlencode(fields), **headers)
        assert answer.status == status, answer.text
        return answer

    def form(self, device: str, action: str) -> dict[str, str]:
        """The fields of the form that asks, without the typed name."""
        self.get(f'/eas/device?id={device}&action={action}')
        return {field.name: field.value for field in self.page.xpath('//form[@method="post"]//input[@type="hidden"]')}

    def devices(self) -> dict[str, dict[str, str]]:
        """Device id -> {term: description} of the list; its heading is the term "name"."""
        self.get()
        found = [{'name': section.find('h2').text_content(),
                  **{term.text: term.getnext().text_content() for term in section.iter('dt')}}
                 for section in self.page.xpath('//section[form]')]
        return {facts['Device ID']: facts for facts in found}

    def actions(self) -> list[str]:
        return [button.get('value') for button in self.page.iter('button')]


def admin(account, *words: str):
    done = account.instance.dovecot.doveadm_eas(*words)
    assert done.returncode == 0, done.stderr
    return done.stdout


def shown(account, device_id: str) -> dict[str, str]:
    rows = json.loads(admin(account, '-f', 'json', 'device', 'show', '-u', account.user, device_id))
    return {row['field']: row['value'] for row in rows}


def name_of(browser: Browser, device_id: str) -> str:
    return browser.devices()[device_id]['name']


def test_the_page_needs_a_log_in(user):
    browser = Browser(user)
    answer = browser.ask('GET', '/eas/', password='wrong')
    assert answer.status == 401 and answer.headers['WWW-Authenticate'].startswith('Basic')


def test_the_page_shows_the_users_devices_and_no_others(user, other):
    phone = user.phone('16.1', device_id='PHONE1')
    phone.client.provision()
    phone.sync_all(phone.inbox())
    other.phone(device_id='OTHER1')
    browser = Browser(user)
    devices = browser.devices()
    assert list(devices) == ['PHONE1']
    facts = devices['PHONE1']
    assert facts['State'] == 'Synchronises' and re.fullmatch(r'\d{4}-\d\d-\d\d \d\d:\d\d [\w/+-]+', facts['Last synchronised'])
    assert browser.actions() == ['remove', 'wipe-account', 'wipe']
    assert user.user in browser.page.text_content()


def test_times_are_those_of_the_users_zone(instance):
    account = Account(instance, instance.add_user('kathmandu@demo.example', fields='eas_time_zone=Asia/Kathmandu'))
    account.phone('16.1', device_id='PHONE1')
    browser = Browser(account)
    assert browser.devices()['PHONE1']['First seen'].endswith(' Asia/Kathmandu')
    for time in browser.page.iter('time'):
        utc = datetime.datetime.fromisoformat(time.get('datetime').replace('Z', '+00:00'))
        local = utc.astimezone(zoneinfo.ZoneInfo('Asia/Kathmandu'))
        assert time.text_content() == f'{local:%Y-%m-%d %H:%M} Asia/Kathmandu'
    account.close()


@pytest.mark.parametrize('language, title', [
    ('de-DE,de;q=0.9,en;q=0.8', 'Ihre Telefone und Tablets'), ('fr', 'Vos téléphones et tablettes'),
    ('nl', 'Your phones and tablets')])
def test_it_speaks_three_languages(user, language, title):
    browser = Browser(user, language)
    answer = browser.get()
    assert browser.page.findtext('.//h1') == title
    assert answer.headers['Content-Language'] == browser.page.get('lang')


def test_a_user_wipes_and_removes_a_device(user):
    user.phone('16.1', device_id='PHONE1')
    user.phone('14.1', device_id='PHONE2')
    browser = Browser(user)
    start = len(user.instance.log())
    name = name_of(browser, 'PHONE1')
    answer = browser.post({**browser.form('PHONE1', 'wipe-account'), 'name': name}, 303)
    assert answer.headers['Location'] == './?done=wipe-account'
    assert shown(user, 'PHONE1')['wipe'] == 'account (ordered)'
    user.instance.wait_for_log(rf'{user.user}.*wipe-account of device PHONE1 ordered by its user', start)
    browser.post({**browser.form('PHONE2', 'remove'), 'name': name_of(browser, 'PHONE2')}, 303)
    browser.get('/eas/?done=remove')
    assert browser.page.xpath('string(//*[@role="status"])').strip() == 'The device was removed.'
    assert len(browser.devices()) == 1


def test_a_wrong_name_does_nothing(user):
    user.phone('16.1', device_id='PHONE1')
    browser = Browser(user)
    browser.post({**browser.form('PHONE1', 'wipe'), 'name': 'another'}, 200)
    assert 'not the name of the device' in browser.page.text_content()
    assert shown(user, 'PHONE1')['wipe'] == '-'


def test_forms_of_other_sites_and_users_are_refused_and_logged(user, other):
    for account in (user, other):
        account.phone('16.1', device_id='PHONE1')
    mine, theirs = Browser(user), Browser(other)
    name = name_of(mine, 'PHONE1')
    right = {**mine.form('PHONE1', 'wipe'), 'name': name}
    start = len(user.instance.log())
    mine.post({key: value for key, value in right.items() if key != 'token'}, 403)
    mine.post({**right, 'token': 'x' * len(right['token'])}, 403)
    mine.post({**right, 'token': theirs.form('PHONE1', 'wipe')['token']}, 403)
    mine.post({**right, 'action': 'remove'}, 403)
    mine.post({**right, 'id': 'OTHER1'}, 403)
    mine.post(right, 403, origin='https://evil.example')
    mine.post(right, 403, origin='null')
    mine.post(right, 403, origin=None)
    mine.post(right, 403, content_type='text/plain')
    mine.post({**right, 'name': 'x' * 20000}, 413)
    assert shown(user, 'PHONE1')['wipe'] == shown(other, 'PHONE1')['wipe'] == '-'
    for reason in ('its token is missing or wrong', 'it comes from another site: https://evil.example', 'it is too large',
                   'its Content-Type is another'):
        user.instance.wait_for_log(rf'{user.user}.*form refused: {reason}', start)
    mine.post(right, 303)
    assert shown(user, 'PHONE1')['wipe'] == 'device (ordered)' and shown(other, 'PHONE1')['wipe'] == '-'


def test_devices_of_others_and_tricks_with_paths_are_not_found(user, other):
    other.phone(device_id='OTHER1')
    browser = Browser(user)
    for device in ('OTHER1', '../OTHER1', '..%2F..%2Fother', '%00', 'x' * 200, ''):
        browser.get(f'/eas/device?action=wipe&id={device}', 404)
    for path in ('/eas/../../etc/passwd', '/eas/%2e%2e/%2e%2e/etc/passwd', '/eas/device/', '/eas//', '/eas/web/secret'):
        browser.get(path, 404)
        assert b'root:' not in browser.ask('GET', path).text


def test_what_the_admin_decided_is_shown_and_stays(user):
    user.phone('16.1', device_id='PHONE1')
    admin(user, 'device', 'block', '-u', user.user, 'PHONE1')
    browser = Browser(user)
    assert next(iter(browser.devices().values()))['State'].startswith('Blocked')
    assert 'remove' not in browser.actions()
    browser.get('/eas/device?id=PHONE1&action=remove', 403)


def test_a_user_without_eas_is_told_so(user):
    name = user.instance.add_user('noeas@demo.example', fields='eas_enabled=no')
    browser = Browser(Account(user.instance, name))
    for path in ('/eas/', '/eas/eas.mobileconfig', '/eas/device?id=A&action=wipe'):
        browser.get(path, 403)
        assert 'not enabled for this account' in browser.page.text_content()


def test_the_profile_for_apple_has_the_account_and_no_password(user):
    answer = Browser(user).get('/eas/eas.mobileconfig')
    assert answer.headers['Content-Type'].startswith('application/x-apple-aspen-config')
    profile = plistlib.loads(answer.text)
    account, = profile['PayloadContent']
    assert account['PayloadType'] == 'com.apple.eas.account' and account['SSL'] is True
    assert account['UserName'] == account['EmailAddress'] == user.user
    assert account['Host'] == f'127.0.0.1:{user.instance.ports["EAS_HTTP_PORT"]}'
    assert user.password not in answer.text.decode()


def test_the_page_loads_nothing_and_cannot_be_framed(user):
    answer = Browser(user).get()
    assert answer.headers['Content-Security-Policy'].startswith("default-src 'none';")
    assert answer.headers['X-Frame-Options'] == 'DENY' and answer.headers['Cache-Control'] == 'no-store'
    assert not re.search(rb'<script|https?://|@import|url\(', answer.text)


# ---------------------------------------------------------------------- Chromium

WIDTH = 360

# Luminance and contrast as WCAG 2.1 defines them; colours of the text and of what is painted behind it.
CONTRAST = r'''
const channel = v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
const parse = text => text.match(/[\d.]+/g).map(Number);
const luminance = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
const background = element => {
  for (; element; element = element.parentElement) {
    const colour = parse(getComputedStyle(element).backgroundColor);
    if (colour.length < 4 || colour[3] > 0) return colour;
  }
  return [255, 255, 255];
};
return [...document.querySelectorAll('body *')].filter(e => e.innerText && e.offsetParent).map(e => {
  const [a, b] = [luminance(parse(getComputedStyle(e).color)), luminance(background(e))].sort((x, y) => y - x);
  return [e.tagName, e.innerText.slice(0, 30), (a + 0.05) / (b + 0.05)];
});
'''


@contextlib.contextmanager
def running_chromium(*arguments: str):
    if webdriver is None:
        pytest.skip('python3-selenium is not installed')
    programs = [shutil.which(name) for name in ('chromium', 'chromedriver')]
    if None in programs:
        pytest.skip('chromium and chromium-driver are not installed')
    directory = tempfile.mkdtemp(prefix='eas-chromium-', dir='/tmp')
    options = webdriver.ChromeOptions()
    options.binary_location = programs[0]
    for argument in ('--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--lang=en',
                     f'--user-data-dir={directory}', f'--window-size={WIDTH},800', *arguments):
        options.add_argument(argument)
    options.set_capability('goog:loggingPrefs', {'browser': 'ALL'})
    driver = webdriver.Chrome(service=webdriver.chrome.service.Service(programs[1]), options=options)
    driver.set_page_load_timeout(120)
    try:
        yield driver
    finally:
        driver.quit()
        shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(scope='module', name='chromium')
def fixture_chromium():
    with running_chromium() as driver:
        yield driver


def visit(chromium, account, path: str = '/eas/', scheme: str = 'light') -> None:
    """As a phone shows it, WIDTH pixels wide; logs in by the URL."""
    chromium.execute_cdp_cmd('Emulation.setDeviceMetricsOverride',
                             {'width': WIDTH, 'height': 800, 'deviceScaleFactor': 2, 'mobile': True})
    chromium.execute_cdp_cmd('Emulation.setEmulatedMedia',
                             {'features': [{'name': 'prefers-color-scheme', 'value': scheme}]})
    credentials = ':'.join(urllib.parse.quote(text, safe='') for text in (account.user, account.password))
    chromium.get(f'http://{credentials}@127.0.0.1:{account.instance.ports["EAS_HTTP_PORT"]}{path}')


def find(chromium, selector: str):
    """The element, as soon as the page that was asked for by a click has it."""
    wait = support.WebDriverWait(chromium, 60)
    return wait.until(lambda _: next(iter(chromium.find_elements('css selector', selector)), None))


def check_page(chromium) -> None:
    """What holds of every page: no errors, nothing to scroll sideways, names for fields, readable colours."""
    assert [entry for entry in chromium.get_log('browser') if entry['level'] in ('SEVERE', 'WARNING')] == []
    assert chromium.execute_script('return document.documentElement.scrollWidth') <= WIDTH
    assert chromium.execute_script('return document.documentElement.lang') in ('en', 'de', 'fr')
    assert chromium.execute_script('return document.title') != ''
    assert chromium.execute_script('return document.querySelectorAll("h1").length') == 1
    assert chromium.execute_script('return document.querySelectorAll("main").length') == 1
    unnamed = chromium.execute_script('''return [...document.querySelectorAll(
        'input:not([type=hidden]), button')].filter(e => !(e.labels && e.labels.length) && !e.innerText.trim()).length''')
    assert unnamed == 0
    ids = chromium.execute_script('return [...document.querySelectorAll("[id]")].map(e => e.id)')
    assert len(ids) == len(set(ids))
    weak = [found for found in chromium.execute_script(CONTRAST) if found[2] < 4.5]
    assert weak == []
    small = chromium.execute_script(
        'return [...document.querySelectorAll("button")].filter(e => e.getBoundingClientRect().height < 44).length')
    assert small == 0


@pytest.mark.parametrize('scheme', ['light', 'dark'])
def test_chromium_shows_the_page_well_on_a_phone(chromium, user, scheme):
    user.phone('16.1', device_id='A' * 32)
    user.phone('14.1', device_id='PHONE2')
    visit(chromium, user, scheme=scheme)
    assert chromium.find_element('tag name', 'h1').text == 'Your phones and tablets'
    # The style sheet is in force, though the policy allows nothing but this one.
    assert chromium.execute_script('return getComputedStyle(document.querySelector("button")).minHeight') == '44px'
    check_page(chromium)
    visit(chromium, user, '/eas/device?id=PHONE2&action=wipe', scheme)
    check_page(chromium)


def test_chromium_wipes_a_device_by_clicking(chromium, user):
    user.phone('16.1', device_id='PHONE1')
    visit(chromium, user)
    find(chromium, 'button[value=wipe]').click()
    label = find(chromium, 'label[for=name]').text
    assert 'ALL data' in find(chromium, 'main').text
    check_page(chromium)
    find(chromium, '#name').send_keys('something else')
    find(chromium, 'form.typed button').click()
    assert 'not the name' in find(chromium, '[role=status]').text
    assert shown(user, 'PHONE1')['wipe'] == '-'
    find(chromium, '#name').send_keys(re.fullmatch('Type (.*) to confirm', label).group(1))
    find(chromium, 'form.typed button').click()
    find(chromium, '#set-up')  # the list again
    assert find(chromium, '[role=status]').text == 'The device will be wiped.'
    assert chromium.current_url.endswith('/eas/?done=wipe')
    assert 'will be wiped' in find(chromium, 'main').text
    assert chromium.find_elements('css selector', 'button') == []
    check_page(chromium)
    assert shown(user, 'PHONE1')['wipe'] == 'device (ordered)'
