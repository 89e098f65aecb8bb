"""Loopback ports: the usual one if it is free, so that bookmarks keep working, else any free one."""

import random
import socket

LOOPBACK = "127.0.0.1"


_BELOW_OUTGOING = range(20_000, 32_000)
_TRIES = 100


def free_port(preferred: int) -> int:
    """The preferred port if it is free and not 0, else a free one from where no outgoing connection takes it.

    Another listener may still take it before the caller does; then starting fails and says so.
    """
    for port in (preferred, *random.sample(_BELOW_OUTGOING, _TRIES)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                continue
            if port:
                return port
    raise OSError("no free port on the loopback interface")


def accepts(port: int) -> bool:
    """Whether something listens on this loopback port."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=0.2):
            return True
    except OSError:
        return False
