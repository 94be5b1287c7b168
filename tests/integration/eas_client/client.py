"""One user's EAS connection: authenticated requests over a kept-alive HTTP connection.

Each method sends one command and returns the decoded, validated Answer; what a device makes of it is
device.py's business.
"""
from __future__ import annotations

import base64
import gzip
import http.client
import socket
import ssl
import struct
from typing import Optional, Sequence

from . import query, schemas, wbxml
from .node import Content, E, Node

WBXML = 'application/vnd.ms-sync.wbxml'
MULTIPART = 'application/vnd.ms-sync.multipart'
PATH = '/Microsoft-Server-ActiveSync'


class HttpError(Exception):
    """The answer's status is not the 200 that the caller took for granted."""

    def __init__(self, answer: 'Answer'):
        super().__init__(f'HTTP {answer.status}: {answer.body[:300]!r}')
        self.answer = answer


class Answer:
    """An HTTP answer: its document (None if it is empty or no WBXML), the parts of a multipart one."""

    def __init__(self, status: int, headers: http.client.HTTPMessage, body: bytes):
        self.status = status
        self.headers = headers
        self.body = body = gzip.decompress(body) if headers.get('Content-Encoding') == 'gzip' else body
        self.document: Optional[Node] = None
        self.parts: list[bytes] = []
        content_type = (headers.get('Content-Type') or '').split(';')[0].strip().lower()
        if status != 200 or not body:
            return
        if content_type == MULTIPART:
            self.parts = _split(body)
            self.document = wbxml.decode(self.parts[0])
        elif content_type == WBXML:
            self.document = wbxml.decode(body)
        if self.document is not None:
            schemas.validate(self.document)

    def expect(self, status: int = 200) -> 'Answer':
        if self.status != status:
            raise HttpError(self)
        return self

    def get(self, path: str, default: Optional[str] = None) -> Optional[str]:
        return default if self.document is None else self.document.get(path, default)


def _split(body: bytes) -> list[bytes]:
    """MS-ASCMD 2.2.1.10.1.1: a count, an (offset, length) pair each, the parts."""
    count, = struct.unpack_from('<I', body)
    places = [struct.unpack_from('<II', body, 4 + 8 * index) for index in range(count)]
    return [body[offset:offset + length] for offset, length in places]


class Client:
    """Speaks for one device of one user. `query_form` is 'plain' or 'base64'."""

    def __init__(self, port: int, user: str, password: str, *, host: str = '127.0.0.1', tls: bool = False,
                 version: str = '14.1', device_id: str = 'DemoDevice1', device_type: str = 'DemoPhone',
                 query_form: str = 'plain', timeout_seconds: float = 90):
        self.host, self.port, self.tls, self.timeout_seconds = host, port, tls, timeout_seconds
        self.user, self.password = user, password
        self.version, self.query_form = version, query_form
        self.device_id, self.device_type = device_id, device_type
        self.policy_key: Optional[int] = None
        self.user_agent = 'dovecot-eas-test/1.0'
        self.accept_encoding = 'identity'
        self.connection: Optional[http.client.HTTPConnection] = None

    # ------------------------------------------------------------------ transport

    def connect(self) -> http.client.HTTPConnection:
        if self.connection is None:
            if self.tls:
                context = ssl.create_default_context()
                context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
                self.connection = http.client.HTTPSConnection(self.host, self.port, context=context,
                                                              timeout=self.timeout_seconds)
            else:
                self.connection = http.client.HTTPConnection(self.host, self.port, timeout=self.timeout_seconds)
            self.connection.connect()
            self.connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self.connection

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def __enter__(self) -> 'Client':
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def authorization(self) -> str:
        return 'Basic ' + base64.b64encode(f'{self.user}:{self.password}'.encode()).decode()

    def send(self, method: str, target: str, body: bytes = b'', headers: Optional[dict[str, str]] = None) -> None:
        """Sends a request with the client's credentials; a header of value None is left out."""
        fields = {'Authorization': self.authorization(), 'User-Agent': self.user_agent,
                  'Accept-Encoding': self.accept_encoding, **(headers or {})}
        fields = {name: value for name, value in fields.items() if value is not None}
        self.connect().request(method, target, body or None, fields)

    def receive(self) -> Answer:
        response = self.connection.getresponse()
        body = response.read()
        if response.will_close:
            self.close()
        return Answer(response.status, response.headers, body)

    def raw(self, method: str, target: str, body: bytes = b'', headers: Optional[dict[str, str]] = None) -> Answer:
        """As send() and receive(), on a new connection if the server closed the idle one."""
        reused = self.connection is not None
        try:
            self.send(method, target, body, headers)
            return self.receive()
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            self.close()
            if not reused:
                raise
            self.send(method, target, body, headers)
            return self.receive()

    def target(self, command: str, parameters: Optional[dict[str, str]] = None) -> str:
        if self.query_form == 'plain':
            text = query.plain(command, self.user, self.device_id, self.device_type, parameters or {})
        else:
            text = query.encoded(command, self.version, self.device_id, self.device_type, self.policy_key,
                                 _encoded_parameters(parameters or {}))
        return f'{PATH}?{text}'

    def headers(self) -> dict[str, str]:
        """What the plain form says in headers and the base64 form in the query."""
        if self.query_form != 'plain':
            return {}
        fields = {'MS-ASProtocolVersion': self.version}
        if self.policy_key is not None:
            fields['X-MS-PolicyKey'] = str(self.policy_key)
        return fields

    def post(self, command: str, document: Optional[Node] = None, *, parameters: Optional[dict[str, str]] = None,
             body: Optional[bytes] = None, content_type: str = WBXML,
             headers: Optional[dict[str, str]] = None) -> Answer:
        """Sends a command: a document, bytes of another type, or nothing."""
        target, data, fields = self._request(command, document, parameters, body, content_type, headers)
        return self.raw('POST', target, data, fields)

    def post_only(self, command: str, document: Optional[Node] = None, *,
                  parameters: Optional[dict[str, str]] = None, body: Optional[bytes] = None,
                  content_type: str = WBXML, headers: Optional[dict[str, str]] = None) -> None:
        """As post() without waiting; receive() takes the answer."""
        target, data, fields = self._request(command, document, parameters, body, content_type, headers)
        self.send('POST', target, data, fields)

    def _request(self, command, document, parameters, body, content_type, headers):
        data = wbxml.encode(document) if document is not None else body or b''
        fields = {**self.headers(), 'Content-Type': content_type if data else None, **(headers or {})}
        return self.target(command, parameters), data, fields

    # ------------------------------------------------------------------ commands

    def options(self) -> Answer:
        return self.raw('OPTIONS', PATH)

    def folder_sync(self, sync_key: str = '0') -> Answer:
        return self.post('FolderSync', E('FolderHierarchy:FolderSync', E('FolderHierarchy:SyncKey', sync_key)))

    def sync(self, *collections: Node, extra: Sequence[Node] = ()) -> Answer:
        """`collections` as collection() makes them; `extra` stands behind them (Wait, WindowSize, Partial)."""
        return self.post('Sync', E('AirSync:Sync', E('AirSync:Collections', *collections), list(extra)))

    def ping(self, heartbeat_seconds: Optional[int] = None, folders: Optional[Sequence[str]] = None) -> Answer:
        return self.post('Ping', ping_document(heartbeat_seconds, folders))

    def get_item_estimate(self, collection_id: str, sync_key: str, *options: Node,
                          conversation_mode: Optional[bool] = None) -> Answer:
        """The order of elements differs before 14.0: MS-ASCMD 2.2.1.9."""
        key, folder = E('AirSync:SyncKey', sync_key), E('GetItemEstimate:CollectionId', collection_id)
        if float(self.version) < 14:
            content = [folder, [option for option in options if option.tag == 'AirSync:FilterType'], key]
        else:
            content = [key, folder, None if conversation_mode is None else
                       E('AirSync:ConversationMode', int(conversation_mode)),
                       E('AirSync:Options', *options) if options else None]
        return self.post('GetItemEstimate', E(
            'GetItemEstimate:GetItemEstimate',
            E('GetItemEstimate:Collections', E('GetItemEstimate:Collection', content))))

    def fetch(self, *fetches: Node, multi_part: bool = False) -> Answer:
        return self.post('ItemOperations', E('ItemOperations:ItemOperations', list(fetches)),
                         headers={'MS-ASAcceptMultiPart': 'T'} if multi_part else None)

    def empty_folder(self, collection_id: str, *, delete_subfolders: bool = False) -> Answer:
        """EmptyFolderContents: MS-ASCMD 2.2.3.58."""
        return self.post('ItemOperations', E('ItemOperations:ItemOperations', E(
            'ItemOperations:EmptyFolderContents', E('AirSync:CollectionId', collection_id),
            E('ItemOperations:Options', E('ItemOperations:DeleteSubFolders')) if delete_subfolders else None)))

    def search(self, *criteria: Content, options: Sequence[Node] = (), store: str = 'Mailbox') -> Answer:
        """`criteria` are the And of the Query."""
        return self.post('Search', E('Search:Search', E(
            'Search:Store', E('Search:Name', store), E('Search:Query', E('Search:And', list(criteria))),
            E('Search:Options', list(options)) if options else None)))

    def find(self, search_id: str, *criteria: Content, options: Sequence[Node] = ()) -> Answer:
        """`criteria` are the Query of a MailBoxSearchCriterion."""
        return self.post('Find', E('Find:Find', E('Find:SearchId', search_id), E('Find:ExecuteSearch', E(
            'Find:MailBoxSearchCriterion', E('Find:Query', list(criteria)),
            E('Find:Options', list(options)) if options else None))))

    def move_conversation(self, conversation_id: bytes, folder: str, *, always: bool = True) -> Answer:
        """Move of ItemOperations: MS-ASCON 2.2.2.7."""
        return self.post('ItemOperations', E('ItemOperations:ItemOperations', E(
            'ItemOperations:Move', E('ItemOperations:ConversationId', conversation_id),
            E('ItemOperations:DstFldId', folder),
            E('ItemOperations:Options', E('ItemOperations:MoveAlways')) if always else None)))

    def send_mail(self, mime: bytes, *, client_id: str, save_in_sent: bool = True) -> Answer:
        if float(self.version) < 14:
            return self.post('SendMail', body=mime, content_type='message/rfc822',
                             parameters={'SaveInSent': 'T'} if save_in_sent else None)
        return self.post('SendMail', E(
            'ComposeMail:SendMail', E('ComposeMail:ClientId', client_id),
            E('ComposeMail:SaveInSentItems') if save_in_sent else None, E('ComposeMail:Mime', mime)))

    def settings(self, *parts: Node) -> Answer:
        return self.post('Settings', E('Settings:Settings', *parts))

    def provision(self, *, device_information: bool = True) -> int:
        """Both phases (MS-ASPROV 3.1.5.1): takes the policy, acknowledges it; the final policy key."""
        information = device_information and float(self.version) >= 14.1
        first = self.post('Provision', E(
            'Provision:Provision', device_information_node() if information else None,
            E('Provision:Policies', E('Provision:Policy', E('Provision:PolicyType', 'MS-EAS-Provisioning-WBXML')))
        )).expect()
        self.policy_key = int(first.get('Policies/Policy/PolicyKey'))
        second = self.post('Provision', E('Provision:Provision', E('Provision:Policies', E(
            'Provision:Policy', E('Provision:PolicyType', 'MS-EAS-Provisioning-WBXML'),
            E('Provision:PolicyKey', self.policy_key), E('Provision:Status', 1))))).expect()
        self.policy_key = int(second.get('Policies/Policy/PolicyKey'))
        return self.policy_key


def _encoded_parameters(parameters: dict[str, str]) -> dict[str, bytes]:
    encoded = {name: value.encode() for name, value in parameters.items() if name != 'SaveInSent'}
    if parameters.get('SaveInSent') == 'T':
        encoded['Options'] = bytes([query.SAVE_IN_SENT])
    return encoded


def collection(collection_id: str, sync_key: str, *content: Content, class_: Optional[str] = None) -> Node:
    """A Collection of Sync. `class_` is what 12.1 wants in front of the key (MS-ASCMD 2.2.3.27.5)."""
    return E('AirSync:Collection', E('AirSync:Class', class_) if class_ else None,
             E('AirSync:SyncKey', sync_key), E('AirSync:CollectionId', collection_id), list(content))


def body_preference(type_: int, truncation_bytes: Optional[int] = None, *, all_or_none: Optional[int] = None,
                    preview: Optional[int] = None) -> Node:
    return E('AirSyncBase:BodyPreference', E('AirSyncBase:Type', type_),
             E('AirSyncBase:TruncationSize', truncation_bytes) if truncation_bytes is not None else None,
             E('AirSyncBase:AllOrNone', all_or_none) if all_or_none is not None else None,
             E('AirSyncBase:Preview', preview) if preview is not None else None)


def ping_document(heartbeat_seconds: Optional[int], folders: Optional[Sequence[str]]) -> Optional[Node]:
    """None for the empty request that repeats the last Ping."""
    if heartbeat_seconds is None and folders is None:
        return None
    return E('Ping:Ping',
             E('Ping:HeartbeatInterval', heartbeat_seconds) if heartbeat_seconds is not None else None,
             E('Ping:Folders', [E('Ping:Folder', E('Ping:Id', folder), E('Ping:Class', 'Email'))
                                for folder in folders]) if folders is not None else None)


def device_information_node() -> Node:
    return E('Settings:DeviceInformation', E(
        'Settings:Set', E('Settings:Model', 'Model phone'), E('Settings:FriendlyName', 'The phone of the tests'),
        E('Settings:OS', 'Test OS 1.0'), E('Settings:UserAgent', 'dovecot-eas-test/1.0')))
