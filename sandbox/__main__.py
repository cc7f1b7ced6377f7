"""`python -m sandbox`: all partners on one port."""

import argparse
from pathlib import Path

import uvicorn

from .app import create_app
from .settings import SandboxSettings


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser("sandbox", description="Every partner, simulated over real HTTP.")
    parser.add_argument("--port", type=int, default=8090)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--data", type=Path, default=Path("var/sandbox.sqlite"))
    parser.add_argument("--public-url", default="http://127.0.0.1:8080", help="where people open their links")
    parser.add_argument("--webhook-url", default=None, help="where partners report what happened")
    parser.add_argument("--webhook-secret", default=SandboxSettings().webhook_secret)
    told = parser.parse_args()
    settings = SandboxSettings(
        public_url=told.public_url, webhook_url=told.webhook_url, webhook_secret=told.webhook_secret
    )
    uvicorn.run(create_app(told.data, settings), host=told.host, port=told.port, log_level="warning")


if __name__ == "__main__":
    main()
