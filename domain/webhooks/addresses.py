"""Which addresses webhooks may be sent to: those of the public internet, and nothing inside our own walls."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

LONGEST_URL = 2000
_NAT64 = IPv6Network("64:ff9b::/96")
_REFUSED = (
    IPv4Network("192.0.0.0/24"),  # RFC 6890: of protocols; Python calls some of it global
    IPv6Network("::ffff:0:0:0/96"),  # RFC 7915: IPv4 translated by whoever is on the way
    IPv6Network("64:ff9b:1::/48"),  # RFC 8215: a NAT64 of the network that we are in
)


def is_allowed(address: str, *, loopback: bool) -> bool:
    """Whether an address that a host's name resolved to may be connected to.

    `loopback`: this machine is allowed too, as where everything runs on one for trying it out.
    """
    try:
        found = _meant(ip_address(address.partition("%")[0]))
    except ValueError:
        return False
    if found.is_loopback:
        return loopback
    if found.is_multicast or found.is_reserved or any(found in each for each in _REFUSED):
        return False
    return found.is_global and not (isinstance(found, IPv6Address) and found.is_site_local)


def _meant(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 one leads to, where it does."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo[1] if address.teredo else None
    return address.ipv4_mapped or address.sixtofour or teredo or address


def url_problem(url: str) -> str | None:
    """Why nothing can be sent to this address as it is written; None where it can be."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return "not a web address"
    if parts.scheme not in ("https", "http") or not host:
        return "must be an https address, like https://shop.example/webhooks"
    if parts.username or parts.password or parts.fragment or len(url) > LONGEST_URL:
        return f"must have no user name, password or fragment, and {LONGEST_URL} characters at most"
    if any(not letter.isprintable() or letter.isspace() for letter in url):
        return "must have no blanks and no control characters"
    here = host == "localhost" or _is_loopback(host)
    if parts.scheme == "http" and not here:
        return "must be an https address: plain http is for this machine only"
    if _is_literal(host) and not is_allowed(host, loopback=True):
        return "must be an address of the public internet"
    return None


def _is_literal(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _is_loopback(host: str) -> bool:
    return _is_literal(host) and ip_address(host).is_loopback
