"""Addresses we send private data to: web addresses of others, never a way into our own network.

Source: OWASP Server-Side Request Forgery Prevention: allow-list of names and schemes, no redirects (our lines to
partners follow none), no link-local or loopback targets.
"""

import ipaddress
from urllib.parse import urlsplit

METADATA = frozenset({"metadata", "metadata.google.internal", "instance-data"})
"""Names under which clouds give out the secrets of a machine."""


def check_address(what: str, address: str, *, real: bool) -> None:
    """ValueError when this is no address to send to; with `real`, of a partner outside and encrypted on the way."""
    where = urlsplit(address)
    host = (where.hostname or "").rstrip(".")
    if where.scheme not in ("http", "https") or not host:
        raise ValueError(f"{what}: {_shown(address)} is no http address")
    if where.username or where.password or where.query or where.fragment:
        raise ValueError(f"{what}: an address has no password, query or fragment; tokens go into partner_tokens")
    if host in METADATA or _is(host, "link_local"):
        raise ValueError(f"{what}: {host} is an address inside the machine room, not a partner")
    if real and where.scheme != "https":
        raise ValueError(f"{what}: in production private data travels by https only")
    if real and (host == "localhost" or _is(host, "loopback") or _is(host, "unspecified")):
        raise ValueError(f"{what}: {host} is this machine, not a partner")


def _is(host: str, kind: str) -> bool:
    try:
        number = ipaddress.ip_address(host)
    except ValueError:
        return False
    mapped = getattr(number, "ipv4_mapped", None) or number
    return bool(getattr(mapped, f"is_{kind}"))


def _shown(address: str) -> str:
    """Never the whole: a password may have been written into it."""
    return repr(address.partition("@")[0][:12] + "...")
