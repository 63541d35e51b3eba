"""Who may do what."""

from chatbot.security.keys import KeyRing, Made, configured_keys, make_key
from chatbot.security.scopes import Caller, Scope

__all__ = ["Caller", "KeyRing", "Made", "Scope", "configured_keys", "make_key"]
