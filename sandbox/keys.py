"""The sandbox's trust: an authority, the cooperative's seal and people's signing keys, kept in the data."""

import base64
from datetime import UTC, datetime
from typing import cast

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)
from cryptography.x509.oid import NameOID

from .store import Json, Store

CA, SEAL = "ca", "cooperative-seal"
VALID_FROM, VALID_UNTIL = datetime(2020, 1, 1, tzinfo=UTC), datetime(2060, 1, 1, tzinfo=UTC)
"""Wide, so that any simulated day lies within."""


def key_of(store: Store, name: str, shown_as: str) -> Json:
    """The key and certificate with this name; made once, signed by the sandbox's own authority."""
    known = store.get("signature", "key", name)
    if known is None:
        known = _made(store, name, shown_as)
        store.put("signature", "key", name, known)
    return known


def _made(store: Store, name: str, shown_as: str) -> Json:
    private = ec.generate_private_key(ec.SECP256R1())
    if name == CA:
        issuer, signer = _name(shown_as), private
    else:
        authority = key_of(store, CA, "All Inclusive sandbox authority")
        issuer, signer = _certificate(authority).subject, _private(authority)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(_name(shown_as))
        .issuer_name(issuer)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(VALID_FROM)
        .not_valid_after(VALID_UNTIL)
        .add_extension(x509.BasicConstraints(ca=name == CA, path_length=None), critical=True)
        .add_extension(_usage(authority=name == CA), critical=True)
        .sign(signer, hashes.SHA256())
    )
    der = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return {"private": _b64(der), "certificate": _b64(certificate.public_bytes(Encoding.DER))}


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def _name(shown_as: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "BE"),
            x509.NameAttribute(NameOID.COMMON_NAME, shown_as[:64]),
        ]
    )


def _private(known: Json) -> ec.EllipticCurvePrivateKey:
    loaded = load_der_private_key(base64.b64decode(known["private"]), None)
    return cast(ec.EllipticCurvePrivateKey, loaded)


def _certificate(known: Json) -> x509.Certificate:
    return x509.load_der_x509_certificate(base64.b64decode(known["certificate"]))


def sign(known: Json, digest: bytes) -> str:
    """An ECDSA P-256 signature of a SHA-256 digest, base64 of DER."""
    return _b64(_private(known).sign(digest, ec.ECDSA(utils.Prehashed(hashes.SHA256()))))


def subject_of(known: Json) -> str:
    """Whom the certificate names."""
    return _certificate(known).subject.rfc4514_string()


def serial_of(known: Json) -> str:
    """The certificate's serial number."""
    return f"{_certificate(known).serial_number:X}"


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
