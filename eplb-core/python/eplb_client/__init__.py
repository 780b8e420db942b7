"""Asks EPLB's planning service, `eplb serve`, where the experts of a running engine belong.

from eplb_client import Client
plan = Client("unix:/run/eplb.sock").plan(load, ranks=32, slots=288)
plan.physical_to_logical    # [layers, slots]
"""

from .client import Client, StartProblem, StartReport
from .errors import BadAnswer, EplbError, InvalidArgument, RequestError, TimedOut, Unavailable
from .plan import EMPTY, Plan
from .settings import DEFAULT_ADDRESS, Settings
from .version import VERSION

__version__ = VERSION

__all__ = [
    "DEFAULT_ADDRESS",
    "EMPTY",
    "BadAnswer",
    "Client",
    "EplbError",
    "InvalidArgument",
    "Plan",
    "RequestError",
    "Settings",
    "StartProblem",
    "StartReport",
    "TimedOut",
    "Unavailable",
]
