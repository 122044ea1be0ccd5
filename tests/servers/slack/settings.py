"""The one Slack app's settings and how this server treats it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Settings:
    """One Slack app and how this server treats it; times in seconds."""

    app_id: str = "A1"
    client_id: str = "1.1"
    client_secret: str = "client-secret"
    signing_secret: str = "loopback-signing-secret"
    verification_token: str = "verification"
    request_url: str | None = None  # None: Socket Mode
    ack_seconds: float = 3.0
    retry_delays: list[float] = field(default_factory=lambda: [0.0, 60.0, 300.0])
    retry_scale: float = 1.0
    trigger_seconds: float = 3.0
    response_url_seconds: float = 1800.0
    response_url_uses: int = 5
    token_rotation: bool = False
    home_tab: bool = True
    messages_tab: bool = True
    should_escape: bool = False
    echo: bool = False  # the app's own messages come back as message events
    clock_skew: float = 0.0  # added to the time in signatures and in the Date of answers
    rate_limits: dict[str, list[float]] = field(default_factory=dict)  # method: [calls, seconds]
