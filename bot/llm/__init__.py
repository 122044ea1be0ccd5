"""Language models behind one small port; each provider is one file here, and its library is loaded only when it is used."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.llm.endpoint import BadModel, Endpoint, read_endpoint
from bot.llm.port import Answer, Cause, Model, ModelError, Prompt

__all__ = ["Answer", "BadModel", "Cause", "Endpoint", "Keys", "Model", "ModelError", "Prompt", "open_model"]


@dataclass(frozen=True, slots=True)
class Keys:
    """What providers want to know us by; empty where nothing was said."""

    openai: str = field(default="", repr=False)
    anthropic: str = field(default="", repr=False)


def open_model(url: str, keys: Keys | None = None) -> Model:
    """The model that a TACT_LLM names; raises BadModel. Nothing is sent before it is asked."""
    keys = keys or Keys()
    endpoint = read_endpoint(url)
    try:
        match endpoint.provider:
            case "openai":
                from bot.llm.openai import OpenAI

                return OpenAI(endpoint, _key(endpoint, "OPENAI_API_KEY", keys.openai))
            case "anthropic":
                from bot.llm.anthropic import Anthropic

                return Anthropic(endpoint, _key(endpoint, "ANTHROPIC_API_KEY", keys.anthropic))
            case "ollama":
                from bot.llm.ollama import Ollama

                return Ollama(endpoint)
            case _:
                from bot.llm.recorded import Recorded

                return Recorded(endpoint)
    except ModuleNotFoundError as error:
        raise BadModel(f"TACT_LLM needs the library {error.name}. Install it with: pip install 'tact[llm]'") from error


def _key(endpoint: Endpoint, name: str, key: str) -> str:
    """The key, or a stand-in for servers of one's own that ask for none."""
    if not key and endpoint.is_default:
        raise BadModel(f"TACT_LLM names {endpoint.host}, which needs a key. Set {name} or {name}_FILE.")
    return key or "none"
