"""What a key allows."""

from dataclasses import dataclass
from enum import StrEnum


class Scope(StrEnum):
    """What a key allows; each scope includes those before it."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"

    def includes(self, other: "Scope") -> bool:
        """Whether who has this scope may do what needs ``other``."""
        order = list(Scope)
        return order.index(self) >= order.index(other)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sent a request with a valid key; ``str`` is what the audit log says."""

    key_id: str
    name: str
    scope: Scope

    def __str__(self) -> str:
        return f"{self.name} ({self.key_id})"
