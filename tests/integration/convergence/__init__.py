"""A model phone, a mailbox that everybody changes, and accidents in between: do both end up with the same?

phone.py is the device on a bad line, mailboxes.py what others do to the mail and what there is in the end,
accidents.py kills processes, scenario.py draws all of it from one seed.
"""
from .accidents import Accidents
from .mailboxes import Mailboxes
from .phone import Phone
from .scenario import Scenario

__all__ = ['Accidents', 'Mailboxes', 'Phone', 'Scenario']
