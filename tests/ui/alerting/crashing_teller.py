"""Tells one alert and is killed meanwhile; run by a test as a process of its own."""

from __future__ import annotations

import sys

import pandas as pd

from signals import StateDatabase
from ui.alerting.deliver import Messenger
from ui.alerting.outbox import Outbox
from ui.alerting.rules import AlertRules
from ui.alerting.states import AlertStates
from ui.alerting.targets import AppriseTarget

if __name__ == "__main__":
    url, address, alerts = sys.argv[1:]
    database = StateDatabase(url)
    messenger = Messenger([AppriseTarget(address)], Outbox(database), AlertRules())
    messenger.tell(pd.read_pickle(alerts), AlertStates(database))
