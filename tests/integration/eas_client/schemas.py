"""Checks answers against the published response schemas (../shared/spec/response-xsd), where they exist.

The published files name other namespaces without importing them, and one namespace is spread over several
files. So copies are made in a temporary directory: one umbrella file a namespace that includes its files,
and in each file the imports of all other umbrellas.
"""
from __future__ import annotations

import collections
import copy
import functools
import os
import tempfile
from pathlib import Path
from typing import Optional

from lxml import etree

from .node import Node
from .wbxml import NOT_IN_XML

XS = 'http://www.w3.org/2001/XMLSchema'
DIRECTORY = Path(os.environ.get('EAS_RESPONSE_XSD') or
                 Path(__file__).resolve().parents[4] / 'shared/spec/response-xsd')


class SchemaViolation(Exception):
    """An answer does not fit the published schema."""


def available() -> bool:
    return DIRECTORY.is_dir()


@functools.lru_cache(maxsize=1)
def _schema() -> Optional[etree.XMLSchema]:
    if not available():
        return None
    by_namespace = collections.defaultdict(list)
    for path in sorted(DIRECTORY.glob('*.xsd')):
        tree = etree.parse(str(path))
        namespace = tree.getroot().get('targetNamespace')
        if not namespace.startswith('http'):  # Autodiscover's are plain XML and complete in themselves
            if path.name == 'SyncResponse.xsd':
                _let_changes_answer(tree)
            if path.name == 'Calendar.xsd':
                _let_people_work_elsewhere(tree)
            by_namespace[namespace].append((path.name, tree))
    with tempfile.TemporaryDirectory(prefix='eas-xsd-') as directory:
        for namespace, files in by_namespace.items():
            for name, tree in files:
                for other in by_namespace:
                    if other != namespace:
                        tree.getroot().insert(0, _reference('import', _umbrella(other), other))
                tree.write(f'{directory}/{name}')
            _write_schema(f'{directory}/{_umbrella(namespace)}',
                          [_reference('include', name) for name, _ in files], namespace)
        _write_schema(f'{directory}/all.xsd',
                      [_reference('import', _umbrella(namespace), namespace) for namespace in by_namespace])
        return etree.XMLSchema(etree.parse(f'{directory}/all.xsd'))


def _let_changes_answer(tree: etree._ElementTree) -> None:
    """Change in Responses may have ApplicationData as Add has, says MS-ASCMD 2.2.3.24; the schema forgets it."""
    responses, = tree.xpath('//xs:element[@name="Responses"]', namespaces={'xs': XS})
    add, = responses.xpath('.//xs:element[@name="Add"]//xs:element[@name="ApplicationData"]', namespaces={'xs': XS})
    change, = responses.xpath('.//xs:element[@name="Change"]/xs:complexType/xs:sequence', namespaces={'xs': XS})
    change.append(copy.deepcopy(add))


def _let_people_work_elsewhere(tree: etree._ElementTree) -> None:
    """BusyStatus has a value 4 from 16.0 on, says MS-ASCAL 2.2.2.9; the schema ends at 3."""
    highest, = tree.xpath('//xs:element[@name="BusyStatus"]//xs:maxInclusive', namespaces={'xs': XS})
    highest.set('value', '4')


def _umbrella(namespace: str) -> str:
    return f'namespace-{namespace}.xsd'


def _reference(kind: str, location: str, namespace: Optional[str] = None) -> etree._Element:
    element = etree.Element(f'{{{XS}}}{kind}', schemaLocation=location)
    if namespace:
        element.set('namespace', namespace)
    return element


def _write_schema(path: str, references: list, namespace: Optional[str] = None) -> None:
    root = etree.Element(f'{{{XS}}}schema', nsmap={'xs': XS}, elementFormDefault='qualified')
    if namespace:
        root.set('targetNamespace', namespace)
    root.extend(references)
    etree.ElementTree(root).write(path)


def to_xml(node: Node) -> etree._Element:
    element = etree.Element(f'{{{node.namespace}}}{node.name}')
    if node.text is not None or node.opaque is not None:
        element.text = NOT_IN_XML.sub('\ufffd', node.value())
    element.extend(to_xml(child) for child in node.children)
    return element


def validate(document: Node) -> None:
    """Raises SchemaViolation with every complaint; checks nothing where the schemas are missing."""
    schema = _schema()
    if schema is not None and not schema.validate(to_xml(document)):
        complaints = '\n'.join(sorted({error.message for error in schema.error_log}))
        raise SchemaViolation(f'{complaints}\nin\n{document.pretty()}')
