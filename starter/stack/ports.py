"""Loopback ports: the usual one if it is free, so that bookmarks keep working, else any free one."""

import socket

LOOPBACK = "127.0.0.1"


def free_port(preferred: int) -> int:
    """Another process may still take it before the caller does; then starting fails and says so."""
    for port in (preferred, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("no free port on the loopback interface")


def accepts(port: int) -> bool:
    """Whether something listens on this loopback port."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=0.2):
            return True
    except OSError:
        return False
