"""The bot's own token, with which it signs in to send replies: a secret or a certificate becomes a token."""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from bot.config import TeamsSettings
from bot.respond import DeliveryError
from indexer.sign_in import client_credential

SCOPE = "https://api.botframework.com/.default"
AUTHORITY = "https://login.microsoftonline.com/"
HTTP = 5.0
"""Seconds for each of MSAL's requests."""
WAIT = 10.0
"""Seconds that a reply waits for its token."""


class AppToken:
    """The bot's token, fetched in a thread of its own: `acquire` blocks, and keeps what it has until it expires."""

    def __init__(self, acquire: Callable[[], str]) -> None:
        self._acquire = acquire
        self._thread = ThreadPoolExecutor(1, "token")

    async def __call__(self) -> str:
        """The token. Raises DeliveryError where it is denied, TimeoutError where no answer comes."""
        async with asyncio.timeout(WAIT):
            return await asyncio.get_running_loop().run_in_executor(self._thread, self._acquire)

    def close(self) -> None:
        """Let go of the thread."""
        self._thread.shutdown(wait=False, cancel_futures=True)


def make_acquire(settings: TeamsSettings, scope: str = SCOPE) -> Callable[[], str]:
    """What gives a token for these settings, blocking; it must be called from one thread at a time."""
    applications: list[Any] = []

    def acquire() -> str:
        if not applications:  # made late: this alone talks to the identity server
            applications.append(_application(settings))
        result: Mapping[str, Any] = applications[0].acquire_token_for_client([scope])
        if "access_token" not in result:
            raise DeliveryError(401)
        return str(result["access_token"])

    return acquire


def credential(settings: TeamsSettings) -> str | dict[str, str]:
    """The secret, or the certificate with its key, in the form MSAL takes."""
    return client_credential(settings.password, settings.certificate)


def _application(settings: TeamsSettings) -> Any:  # noqa: ANN401 - MSAL has no types
    from msal import ConfidentialClientApplication

    return ConfidentialClientApplication(
        settings.app_id, authority=AUTHORITY + settings.tenant, client_credential=credential(settings), timeout=HTTP
    )
