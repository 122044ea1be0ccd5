"""Pictures of replies as PNG, drawn in a thread so that nobody else waits for them."""

from __future__ import annotations

import asyncio
import logging

from bot.model import Image
from bot.pictures import PictureError, png

log = logging.getLogger("tact.pictures")


async def drawn(image: Image | None) -> bytes:
    """The picture as PNG; empty where there is none, or where none can be drawn here: the words say the same."""
    if image is None:
        return b""
    try:
        return await asyncio.to_thread(png, image.svg)
    except PictureError as problem:
        log.info("a picture was left out: %s", problem)
        return b""
