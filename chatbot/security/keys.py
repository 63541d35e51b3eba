"""API keys: made, shown once, kept as a digest, checked.

A key is ``rqa_ID_SECRET``: the id is public, by it the digest is found; the secret is 256 random bits. What is kept is
the sha256 of the whole key. Slow hashes (scrypt, argon2) make guessing passwords dear, and would cost every request as
much; there is no guessing 256 random bits, however fast the hash (OWASP, Password Storage: high-entropy secrets).
"""

import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from chatbot.errors import SettingsError
from chatbot.security.scopes import Caller, Scope
from chatbot.storage.keys import Keys, StoredKey

_PREFIX = "rqa"
#: Characters of a key from the environment; 32 random ones of base64 have 192 bits.
_SHORTEST = 32
_FORM = "name:scope:key, more separated by commas"


@dataclass(frozen=True, slots=True)
class Made:
    """A new key: ``secret`` is for its owner and shown once, ``stored`` is what is kept."""

    secret: str
    stored: StoredKey


def make_key(name: str, scope: Scope) -> Made:
    """A new random key."""
    key_id = secrets.token_hex(4)
    secret = f"{_PREFIX}_{key_id}_{secrets.token_urlsafe(32)}"
    return Made(secret, StoredKey(key_id, name, scope, _digest(secret), datetime.now(UTC)))


def configured_keys(setting: str) -> tuple[StoredKey, ...]:
    """The keys of REFORMQA_API_KEYS: ``name:scope:key``, more separated by commas.

    Raises SettingsError, which never repeats a key.
    """
    parts = [part.strip() for part in setting.split(",") if part.strip()]
    return tuple(_configured(part, n) for n, part in enumerate(parts, 1))


def _configured(part: str, n: int) -> StoredKey:
    name, scope, key = (*part.split(":", 2), "", "")[:3]
    if not name or scope not in list(Scope) or not key:
        raise SettingsError(f"REFORMQA_API_KEYS: entry {n} is not of the form {_FORM}; scopes: {', '.join(Scope)}")
    if len(key) < _SHORTEST:
        raise SettingsError(f"REFORMQA_API_KEYS: the key of {name!r} has {len(key)} characters, at least {_SHORTEST} "
                            "are needed; make one with: openssl rand -base64 32")  # fmt: skip
    return StoredKey(f"env:{name}", name, scope, _digest(key), datetime.fromtimestamp(0, UTC))


class KeyRing:
    """Tells whose a key is: those of the environment, and those of the database, which are read at every use, so that
    a key that was revoked opens nothing from then on, in no process."""

    def __init__(self, stored: Keys, configured: Iterable[StoredKey] = ()) -> None:
        self._stored = stored
        self._configured = tuple(configured)

    def caller(self, key: str) -> Caller | None:
        """Whose key this is; None if nobody's. Raises StorageUnavailableError if that cannot be known.

        Digests are compared in constant time, and all of the environment's are.
        """
        digest = _digest(key)
        matching = [known for known in self._configured if hmac.compare_digest(known.digest, digest)]
        if matching:
            return _caller(matching[0])
        prefix, _, rest = key.partition("_")
        key_id, _, secret = rest.partition("_")
        if prefix != _PREFIX or not key_id.isalnum() or not secret:
            return None
        known = self._stored.get(key_id)
        return _caller(known) if known and hmac.compare_digest(known.digest, digest) else None


def _caller(key: StoredKey) -> Caller:
    return Caller(key.id, key.name, Scope(key.scope))


def _digest(key: str) -> str:
    return sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
