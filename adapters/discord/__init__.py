"""Discord: slash commands, direct messages, the message menu and letters, over the gateway or over HTTP."""
