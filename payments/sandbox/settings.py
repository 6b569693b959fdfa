"""How one sandbox process was told to run."""

from dataclasses import dataclass, field

API_VERSION = "2026-10-28.endive"
ACCOUNT = "acct_sandbox"


@dataclass
class Settings:
    """Where it listens, where it keeps things, whom it tells."""

    port: int
    store: str
    host: str = "127.0.0.1"
    public_url: str = ""
    webhook_urls: list[str] = field(default_factory=list)
    webhook_secret: str = ""
    webhook_events: list[str] = field(default_factory=lambda: ["*"])
    webhook_concurrency: int = 4
    webhook_first_pause: float = 0.5
    webhook_longest_pause: float = 60.0
    api_version: str = API_VERSION

    @property
    def origin(self) -> str:
        """The address at which browsers reach the sandbox's pages."""
        return self.public_url.rstrip("/") or f"http://{self.host}:{self.port}"

    def wants(self, event_type: str) -> bool:
        """Whether the webhook endpoints have asked for events of this type."""
        return "*" in self.webhook_events or event_type in self.webhook_events
