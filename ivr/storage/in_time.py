"""What the desk asks of the store has a deadline, so that a store that hangs holds no thread that answers calls."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from ivr.storage.database import Database

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")


class HasDatabase(Protocol):
    """Something that asks a database."""

    @property
    def database(self) -> Database:
        """The database."""


Self = TypeVar("Self", bound=HasDatabase)


def in_time(
    method: Callable[Concatenate[Self, Asked], Answer],
) -> Callable[Concatenate[Self, Asked], Answer]:
    """Make a method raise StoreUnavailable when it takes longer than the deadline of its database."""

    @wraps(method)
    def within(asker: Self, /, *args: Asked.args, **kwargs: Asked.kwargs) -> Answer:
        return asker.database.within(lambda: method(asker, *args, **kwargs))

    return within
