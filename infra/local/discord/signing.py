"""The Ed25519 key with which the stand-in signs what it sends, as Discord does.

The signature is over the timestamp header's bytes followed by the raw body. The key is made
once and kept, so that a function deployed with its public half goes on accepting it.
"""

from pathlib import Path

from nacl.signing import SigningKey


class Signer:
    """Signs bodies. ``public_key`` is the hex form that the portal would show."""

    def __init__(self, seed: bytes | None = None) -> None:
        self._key = SigningKey(seed) if seed else SigningKey.generate()
        self.public_key = self._key.verify_key.encode().hex()

    @classmethod
    def kept_in(cls, directory: Path) -> "Signer":
        """The key of a state directory, made at the first use; writes ``public_key`` beside it."""
        directory.mkdir(parents=True, exist_ok=True)
        secret = directory / "signing_key"
        if not secret.exists():
            secret.touch(mode=0o600)
            secret.write_text(SigningKey.generate().encode().hex())
        signer = cls(bytes.fromhex(secret.read_text()))
        (directory / "public_key").write_text(signer.public_key + "\n")
        return signer

    def headers(self, body: bytes, timestamp: str) -> dict[str, str]:
        """The two headers for a body, with a unix timestamp in seconds."""
        signature = self._key.sign(timestamp.encode() + body).signature.hex()
        return {"X-Signature-Ed25519": signature, "X-Signature-Timestamp": timestamp}
