"""What Slack would make of the text in a message: who is notified, what is linked, what was left unescaped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
SEQUENCE = re.compile(r"<([@#!][^<>\s][^<>]*|[a-z][a-z0-9+.-]*:[^<>\s|]+(?:\|[^<>]*)?)>")
BARE_URL = re.compile(r"https?://[^\s<>|]+")
MARKDOWN_LINK = re.compile(r"!?\[([^\]]*)\]\(([^)\s]+)[^)]*\)")
ENTITY = re.compile(r"&(?:amp|lt|gt);")
QUOTE = re.compile(r"^\s*(?:>{1,3})", re.MULTILINE)
LOUD = re.compile(r"@(?:channel|here|everyone)\b")


@dataclass(slots=True)
class Markup:
    """`pings` notify somebody, `links` are (address, label), `unescaped` are stray &, < and >."""

    pings: list[str] = field(default_factory=list)
    links: list[list[str]] = field(default_factory=list)
    unescaped: list[str] = field(default_factory=list)

    def add_text(self, text: str, *, markdown: bool = False) -> None:
        """Reads mrkdwn, or standard Markdown, whose links are also written [label](address)."""
        for found in SEQUENCE.finditer(text):
            body, _, label = found[1].partition("|")
            if body[0] in "@!" and not body.startswith("!date^"):
                self.pings.append(found[0])
            elif body[0] not in "@#!":
                self.links.append([body, label])
        rest = SEQUENCE.sub(" ", text)
        if markdown:
            self.links += [[address, label] for label, address in MARKDOWN_LINK.findall(rest)]
            rest = MARKDOWN_LINK.sub(" ", rest)
        self.links += [[address, ""] for address in BARE_URL.findall(rest)]
        if not markdown:
            self.unescaped += re.findall("[&<>]", QUOTE.sub("", ENTITY.sub("", rest)))

    def add_blocks(self, value: Any) -> None:
        """Reads every text in Block Kit that Slack parses; plain_text is not parsed."""
        for node in _nodes(value):
            match node.get("type"):
                case "mrkdwn":
                    self.add_text(str(node.get("text", "")))
                case "markdown":
                    self.add_text(str(node.get("text", "")), markdown=True)
                case "user" | "usergroup" | "broadcast":
                    self.pings.append(str(node.get("user_id") or node.get("usergroup_id") or node.get("range")))
                case "link":
                    self.links.append([str(node.get("url")), str(node.get("text", ""))])
                case None:  # a classic attachment
                    for text in (node.get("pretext"), node.get("text")):
                        self.add_text(text if isinstance(text, str) else "")
            if node.get("type") in ("button", "image") and (address := node.get("url") or node.get("image_url")):
                self.links.append([str(address), ""])


def read_markup(args: Json) -> Markup:
    """The markup of a message's text, markdown_text, blocks and attachments."""
    markup = Markup()
    text = str(args.get("text") or "")
    markup.add_text(text)
    markup.add_text(str(args.get("markdown_text") or ""), markdown=True)
    markup.add_blocks(args.get("blocks"))
    markup.add_blocks(args.get("attachments"))
    if args.get("parse") == "full" or args.get("link_names") in (True, "1", "true"):
        markup.pings += LOUD.findall(text)
    return markup


def _nodes(value: Any) -> Iterator[Json]:
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _nodes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _nodes(inner)
