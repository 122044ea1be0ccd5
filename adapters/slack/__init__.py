"""Slack: converts what Slack sends into commands for the coach, and replies into what Slack shows. It holds no rule."""
