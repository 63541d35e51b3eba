"""How often somebody may ask: moving windows, counted in this process or in Redis.

What one person may ask, REFORMQA_RATE_LIMIT, is counted by session, or by address where a request has none. An address
may ask ten times that, so that a school behind one address is not taken for one person, and inventing sessions gains a
factor of ten at most. A key has the allowance of an address, wherever it is used.
"""

import ipaddress
import logging
import threading
import time
from bisect import bisect_right
from collections import OrderedDict
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

from limits import RateLimitItem, parse
from limits.errors import ConfigurationError, StorageError
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter

from chatbot.errors import SettingsError
from chatbot.security.scopes import Caller

_log = logging.getLogger(__name__)

#: What an address or a key may ask, in multiples of what one person may.
SHARED = 10
#: Requests remembered by one process at most, up to 0.4 kB each; who was not seen for longest is forgotten first.
CAPACITY = 100_000
#: Seconds that a Redis may take to answer, and that it is left alone after it did not.
_REDIS_SECONDS, _REST = 0.5, 10.0


class Counter(Protocol):
    """Counts requests by name; threads may share it."""

    def hit(self, limit: RateLimitItem, name: str, cost: int = 1) -> float:
        """Count ``cost`` requests, unless they are too many: 0, or the seconds after which they will not be."""
        ...


class InProcess:
    """Counts in memory, bounded, by a clock that never jumps."""

    # limits.MemoryStorage counts by wall clock, so that a clock set back an hour locks everybody out for an hour; walks
    # over all its names every 10 ms; and never forgets a name (limits 5.8, figures in docs/threat-model.md).
    def __init__(self, capacity: int = CAPACITY) -> None:
        self._times: OrderedDict[str, list[float]] = OrderedDict()
        self._left = capacity
        self._lock = threading.Lock()

    def hit(self, limit: RateLimitItem, name: str, cost: int = 1) -> float:
        """As the protocol says."""
        now, window = time.monotonic(), float(limit.get_expiry())
        with self._lock:
            times = self._times.setdefault(name, [])
            self._times.move_to_end(name)
            past = bisect_right(times, now - window)
            del times[:past]
            self._left += past
            excess = len(times) + cost - limit.amount
            if excess > 0:
                return times[min(excess, len(times)) - 1] + window - now if times else window
            times.extend([now] * cost)
            self._left -= cost
            while self._left < 0 and len(self._times) > 1:
                self._left += len(self._times.popitem(last=False)[1])
            return 0.0

    def __len__(self) -> int:
        return len(self._times)


class InRedis:
    """Counts for all processes and machines; in this process for a while where Redis does not answer."""

    def __init__(self, url: str) -> None:
        try:
            storage = storage_from_string(
                url, wrap_exceptions=True, socket_timeout=_REDIS_SECONDS, socket_connect_timeout=_REDIS_SECONDS
            )
        except (ConfigurationError, ImportError) as error:
            raise SettingsError(
                "REFORMQA_RATE_LIMIT_STORAGE is no redis://host:6379 URL, or pip install 'reformqa[redis]' is missing"
            ) from error
        self._limiter = MovingWindowRateLimiter(storage)
        self._meanwhile = InProcess()
        self._rests_until = 0.0

    def hit(self, limit: RateLimitItem, name: str, cost: int = 1) -> float:
        """As the protocol says."""
        if time.monotonic() < self._rests_until:
            return self._meanwhile.hit(limit, name, cost)
        try:
            if self._limiter.hit(limit, name, cost=cost):
                return 0.0
            return max(1.0, self._limiter.get_window_stats(limit, name).reset_time - time.time())
        except StorageError as error:
            self._rests_until = time.monotonic() + _REST
            _log.warning("Redis does not count requests, each process does so for %.0f s: %s", _REST, error)
            return self._meanwhile.hit(limit, name, cost)


@dataclass(frozen=True, slots=True)
class Refused:
    """Too many requests: of whom, and the seconds after which the next is let in."""

    whose: str
    wait: float


class Rates:
    """The limits of a service; ``person`` None lets everybody ask as much as they want."""

    def __init__(self, person: RateLimitItem | None, counter: Counter) -> None:
        self._person = person
        self._shared = type(person)(person.amount * SHARED, person.multiples) if person else None
        self._counter = counter

    @property
    def waits(self) -> bool:
        """Whether counting waits for a network."""
        return isinstance(self._counter, InRedis)

    def request(self, address: str | None, caller: Caller | None) -> Refused | None:
        """Count a request of any kind, before its body is read."""
        if self._shared is None:
            return None
        if caller:
            return self._refused(self._shared, f"key:{caller.key_id}", "with this key")
        return self._refused(self._shared, f"address:{network(address)}", "from this address")

    def question(
        self, address: str | None, session: str | None, caller: Caller | None, cost: int = 1
    ) -> Refused | None:
        """Count ``cost`` questions of a person; ``request`` has counted one for the address or key."""
        if self._person is None or self._shared is None:
            return None
        if caller:
            return self._refused(self._shared, f"key:{caller.key_id}", "with this key", cost - 1) if cost > 1 else None
        if session:
            person = f"session:{network(address)}:{sha256(session.encode()).hexdigest()}"
            return self._refused(self._person, person, "in this session", cost)
        return self._refused(self._person, f"person:{network(address)}", "from this address without a session", cost)

    def _refused(self, limit: RateLimitItem, name: str, whose: str, cost: int = 1) -> Refused | None:
        # A batch of more questions than the limit lets in takes all of it, or it could never be asked.
        wait = self._counter.hit(limit, name, min(cost, limit.amount))
        return Refused(f"more than {limit} {whose}", wait) if wait else None


def network(address: str | None) -> str:
    """What counts as one address: an IPv6 customer has 2^64 of them, at least (RFC 6177)."""
    try:
        parsed = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        mapped = parsed.ipv4_mapped
        return str(mapped) if mapped else str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def rates(setting: str | None, storage: str | None, loopback: bool) -> Rates:
    """The limits that settings mean: none on loopback and 60 a minute elsewhere if unset; raises SettingsError."""
    if setting == "off" or (setting is None and loopback):
        return Rates(None, InProcess())
    return Rates(parse(setting or "60/minute"), InRedis(storage) if storage else InProcess())
