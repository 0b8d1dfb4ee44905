"""The headers that show who asks."""

from __future__ import annotations

from base64 import b64encode

from pydantic import SecretStr


def bearer(token: SecretStr) -> dict[str, str]:
    return {"Authorization": f"Bearer {token.get_secret_value()}"}


def basic(user: str, token: SecretStr) -> dict[str, str]:
    pair = f"{user}:{token.get_secret_value()}".encode()
    return {"Authorization": f"Basic {b64encode(pair).decode('ascii')}"}


def signed(user: str, token: SecretStr | None) -> dict[str, str]:
    """With a user the token is a password; without a token nobody is named."""
    if token is None:
        return {}
    return basic(user, token) if user else bearer(token)
