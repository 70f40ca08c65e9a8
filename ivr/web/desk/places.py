"""Places for slow work: so many at once in a process, and of those only so many for one address."""

from __future__ import annotations

from collections import Counter
from threading import Lock


class Places:
    """Whoever floods a page from one address takes what is that address's, and leaves the others a place."""

    def __init__(self, most: int, most_of_one: int) -> None:
        """How many there are, and how many of them one address may have."""
        self._most, self._most_of_one = most, most_of_one
        self._taken: Counter[str] = Counter()
        self._lock = Lock()

    def take(self, address: str) -> bool:
        """Take a place, if there is one for this address; it must be given back."""
        with self._lock:
            is_free = self._taken.total() < self._most and self._taken[address] < self._most_of_one
            if is_free:
                self._taken[address] += 1
            return is_free

    def give_back(self, address: str) -> None:
        """Give a place back; what has none is forgotten."""
        with self._lock:
            self._taken[address] -= 1
            self._taken = +self._taken
