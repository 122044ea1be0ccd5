"""A loopback Discord: gateway v10, REST v10 and HTTP interactions on 127.0.0.1, in a process of its own.

It stands in for discord.com in tests of a real client library, so it is faithful where a client can tell the difference
and strict where Discord is: limits, error codes, rate limits, sessions. `client.py` is what tests use (its docstring has
an example), `fixtures.py` has the fixtures `loopback` (one process, a fresh world for each test) and `discord_api`.
`python -m tests.servers.discord_platform --port 0 --log FILE` runs it by hand and prints where it listens.

With TACT_DISCORD_OPENAPI naming Discord's OpenAPI file (.json or .json.gz; needs the package jsonschema) every body the
bot sends is held against it; departures are journal entries of the kind "violation".

Not here: voice, threads, forums, reactions, attachment options, entitlements. Assumed, because Discord does not publish
them: sizes of rate-limit buckets, how many DMs may be opened (`settings.py` names both).
"""
