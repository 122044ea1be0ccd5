"""A loopback Slack: `python -m tests.servers.slack --port 0 --log FILE`.

It answers the Web API under /api/, sends events, commands and interactions over HTTP or Socket Mode, and is steered
under /_control/. Tests use `tests.servers.slack.client`. What Slack's documentation leaves open is marked "Assumed".
"""
