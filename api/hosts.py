"""Under which names the server may be asked for, so that a foreign page cannot become its own.

A page of evil.example can have its name resolve to 127.0.0.1 after it was loaded (DNS rebinding);
the browser then takes this server for the page's own and lets it read everything. The Host header
still says evil.example. A name is needed for that: an address in digits cannot be turned round.
"""

import ipaddress
from urllib.parse import urlsplit

from qa.settings import Settings

_LOCAL = "localhost"


def trusted_hosts(settings: Settings) -> frozenset[str] | None:
    """Return the names that are answered to besides addresses in digits; None: every name.

    A server that is open to the network and knows no public address cannot tell its names.
    """
    if not settings.public_url and not _is_loopback(settings.host):
        return None
    addresses = (settings.public_url, *settings.origins)
    return frozenset({_LOCAL, settings.host.lower(), *map(_name, addresses)}) - {""}


def is_trusted(host: str, hosts: frozenset[str] | None) -> bool:
    """Tell whether a Host header (with or without a port) names this server.

    Browsers always send one, so a request without comes from a program and passes.
    """
    if hosts is None or not host:
        return True
    name = _name(f"//{host}")
    return name in hosts or name.endswith(f".{_LOCAL}") or _is_address(name)


def _name(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").rstrip(".")
    except ValueError:
        return ""


def _is_loopback(host: str) -> bool:
    return host.lower() == _LOCAL or (_is_address(host) and ipaddress.ip_address(host).is_loopback)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
