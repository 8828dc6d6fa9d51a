"""Encryption of the numbers of documents, and the blind index that finds them again.

A stored value is ``v1:<key id>:<base64 of nonce + ciphertext + tag>``. The cipher is AES-256-GCM, or SM4-GCM where
``FIELD_CIPHER`` says so; the name of the field is bound in as associated data, so that a ciphertext copied into
another column does not open. Keys come newest first from ``FIELD_KEYS``; older ones still open what they closed.
The blind index is an HMAC-SHA-256 of the normalised value: equal numbers meet, nothing else can be read from it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE = 12
TAG = 16


class VaultError(ValueError):
    """The stored value cannot be opened: an unknown key, or bytes that were changed."""


@lru_cache(maxsize=8)
def _keys(spec: str) -> dict[str, bytes]:
    """Key id → 32 bytes, in the order given. Each secret is stretched to the size every cipher here needs."""
    keys = {}
    for part in spec.split(","):
        name, _, secret = part.strip().partition(":")
        keys[name] = hashlib.sha256(secret.encode()).digest()
    return keys


def _sm4(key: bytes, nonce: bytes, tag: bytes | None = None) -> Cipher[modes.GCM]:
    return Cipher(algorithms.SM4(key[:16]), modes.GCM(nonce, tag))


def seal(text: str, field: str) -> str:
    """Encrypt *text* for the column named *field*. Empty stays empty."""
    if not text:
        return ""
    name, key = next(iter(_keys(settings.FIELD_KEYS).items()))
    nonce = secrets.token_bytes(NONCE)
    if settings.FIELD_CIPHER == "SM4-GCM":
        encryptor = _sm4(key, nonce).encryptor()
        encryptor.authenticate_additional_data(field.encode())
        body = b"S" + nonce + encryptor.update(text.encode()) + encryptor.finalize() + encryptor.tag
    else:
        body = b"A" + nonce + AESGCM(key).encrypt(nonce, text.encode(), field.encode())
    return f"v1:{name}:{base64.b64encode(body).decode()}"


def open_sealed(stored: str, field: str) -> str:
    """Decrypt what `seal` returned for the same *field*; `VaultError` where that cannot be done."""
    if not stored:
        return ""
    try:
        version, name, encoded = stored.split(":", 2)
        body = base64.b64decode(encoded)
        key = _keys(settings.FIELD_KEYS)[name]
    except (ValueError, KeyError) as error:
        raise VaultError("The stored value has no known key.") from error
    cipher, nonce, rest = body[:1], body[1 : 1 + NONCE], body[1 + NONCE :]
    try:
        if version == "v1" and cipher == b"A":
            return AESGCM(key).decrypt(nonce, rest, field.encode()).decode()
        if version == "v1" and cipher == b"S":
            decryptor = _sm4(key, nonce, rest[-TAG:]).decryptor()
            decryptor.authenticate_additional_data(field.encode())
            return (decryptor.update(rest[:-TAG]) + decryptor.finalize()).decode()
    except InvalidTag as error:
        raise VaultError("The stored value was changed, or belongs to another field.") from error
    raise VaultError("The stored value is of an unknown version.")


def blind_index(text: str) -> str:
    """Return the index under which an encrypted value is looked up: 64 hexadecimal digits, or empty for empty."""
    if not text:
        return ""
    return hmac.new(settings.INDEX_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()
