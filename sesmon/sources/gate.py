"""How many calls are under way at once, where a place is given up while a person is waited for."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

_thread = threading.local()


class Gate:
    """A context manager that so many threads are in at once; the others wait."""

    def __init__(self, places: int) -> None:
        self._places = threading.BoundedSemaphore(places)

    def __enter__(self) -> None:
        self._places.acquire()
        _thread.places = self._places

    def __exit__(self, *_exception: object) -> None:
        _thread.places = None
        self._places.release()


@contextmanager
def outside() -> Iterator[None]:
    """Out of the gate that this thread is in, if in one, and in again: for what takes as long as a person does."""
    places: threading.BoundedSemaphore | None = getattr(_thread, "places", None)
    if places is None:
        yield
        return
    places.release()
    try:
        yield
    finally:
        places.acquire()
