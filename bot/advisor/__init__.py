"""A language model's second opinion: prompt, model, strict reading, and both judgements together.

Any failure leaves the local verdict as it is. It keeps nothing: what is asked and answered is forgotten with the reply.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot import reading
from bot.advisor.combining import combine, is_foreign
from bot.advisor.locking import lock
from bot.advisor.opinion import Malformed, Opinion, read_opinion
from bot.advisor.personal import question_for
from bot.advisor.prompting import prompt_of, prompt_version, repaired
from bot.advisor.rewrites import Rewritten, checked
from bot.judging import Judging
from bot.llm import Cause, Model, ModelError, Prompt
from bot.llm.leash import Leash, Spend, Tally
from bot.model import Case, Verdict


@dataclass(frozen=True, slots=True)
class Second:
    """A second opinion: the verdict of both, rewrites that may be shown, or the cause why there is none."""

    verdict: Verdict
    rewrites: tuple[Rewritten, ...] = ()
    ask: str = ""
    """The question to think about where Tact does not write: thanks, apologies, condolences."""
    missing: Cause | None = None


async def unlimited(_tokens: int) -> bool:
    """The budget of somebody who pays for the model and asks at their own terminal."""
    return True


class Advisor:
    """Asks a model about cases, within bounds."""

    def __init__(self, model: Model, judging: Judging, now: Callable[[], datetime]) -> None:
        self._leash = Leash(model, now)
        self._model = model
        self._judging = judging

    @property
    def recipient(self) -> str:
        """Who reads what is sent, in words."""
        return self._model.recipient

    @property
    def tally(self) -> Tally:
        """What the model cost and how long it took, since the start."""
        return self._leash.tally

    @property
    def version(self) -> str:
        """Which prompt and which model speak; kept with the verdict."""
        return f"{prompt_version()}:{self._model.name}"

    def wants(self, case: Case, verdict: Verdict) -> bool:
        """Whether a second opinion would help: not while the context is missing, unless the words cannot be read here."""
        if not case.text.strip() or case.network is None:
            return False
        return verdict.question is None or is_foreign(reading.read(case.text, case.form))

    def prompt(self, case: Case, verdict: Verdict) -> Prompt:
        """What would be sent about a case."""
        return prompt_of(case, lock(case.text), verdict, self._judging)

    async def advise(self, case: Case, verdict: Verdict, spend: Spend = unlimited) -> Second:
        """Both judgements together; the local one alone, with a cause, when the model gives no usable answer."""
        case = self._judging.heard(case)
        try:
            async with self._leash.patience():
                prompt, opinion = await self._opinion(case, verdict, spend)
        except ModelError as error:
            return Second(verdict, missing=error.cause)
        read = reading.read(case.text, case.form)
        both = combine(case, read, verdict, self._judging.fired(case), opinion, self._judging.norms(case))
        both = replace(both, version=f"{verdict.version}+{self.version}")
        personal = question_for(read)
        rewrites = checked(
            case, both, opinion, lock(case.text), self._judging, f"{prompt.system}\n{case.charter or ''}"
        )
        return Second(both, () if personal else rewrites, personal if both.findings else "")

    async def close(self) -> None:
        """Lets go of the model's connections."""
        await self._model.close()

    async def _opinion(self, case: Case, verdict: Verdict, spend: Spend) -> tuple[Prompt, Opinion]:
        """The opinion, after one more try where the first answer could not be used; raises ModelError."""
        locked = lock(case.text)
        prompt = prompt_of(case, locked, verdict, self._judging)
        answer = await self._leash.ask(prompt, spend)
        try:
            return prompt, read_opinion(answer.text, case.text, locked, charter=bool(case.charter))
        except Malformed as problem:
            answer = await self._leash.ask_again(repaired(prompt, problem), spend, Cause.UNREADABLE)
        try:
            return prompt, read_opinion(answer.text, case.text, locked, charter=bool(case.charter))
        except Malformed:
            raise ModelError(Cause.UNREADABLE) from None
