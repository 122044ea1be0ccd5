"""The command `tact`: every way in from a terminal. Parts are imported when used, so that each starts fast."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from bot.model import Delivery, Network, Purpose, Relation

_NETWORKS = ["linkedin", "facebook", "x", "mvp", "blog", "email", "association", "slack", "discord", "group"]
_DELIVERIES = ["post", "channel", "reply", "dm", "mass_dm", "invite", "wall"]
_RELATIONS = ["public", "stranger", "acquaintance", "trusted", "family"]
_PURPOSES = ["friends_family", "opportunities", "operational", "strategic", "brand"]


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="tact", message="tact %(version)s")
def main() -> None:
    """Tact coaches networking etiquette: is this message appropriate for this network?

    Start with `tact demo` (a local page), `tact chat` (a conversation) or `tact check "my draft" --on linkedin`.
    """


@main.command()
@click.argument("drafts", nargs=-1, metavar="[DRAFT]")
@click.option("-f", "--file", "file", type=click.Path(path_type=Path), help="Read the draft from a file.")
@click.option("--on", "network", metavar="NETWORK", help=f"One of {', '.join(Network)}.")
@click.option("--as", "delivery", metavar="WAY", help=f"One of {', '.join(Delivery)}.")
@click.option("--to", "relation", metavar="WHO", help=f"One of {', '.join(Relation)}.")
@click.option("--purpose", metavar="PURPOSE", help=f"One of {', '.join(Purpose)}.")
@click.option("--question/--draft", "question", default=None, help="A question about an act, or the message itself.")
@click.option("--history", help='Recent gives and asks, such as "asked 4, gave 0 in the last 30 days".')
@click.option("--charter", help="The community's own rules, in plain sentences.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, as `tact judge` does.")
@click.option(
    "--llm", "ask_model", is_flag=True, help="Then ask the language model of TACT_LLM; the draft is sent to it."
)
@click.option("--exit-code", "files", is_flag=True, help="For hooks: the arguments are files; a line for each finding.")
def check(
    drafts: tuple[str, ...],
    file: Path | None,
    as_json: bool,
    files: bool,
    question: bool | None,
    ask_model: bool,
    **context: str | None,
) -> None:
    """Judge a DRAFT (an argument, a file, or standard input).

    Exits with 0 when it fits, 1 when there is something to change, 2 when the command cannot be read. Nothing is stored.

    \b
    Examples:
      tact check "Hi Ana, could you refer me?" --on linkedin --as dm --to stranger
      tact check -f newsletter.txt --on email --as mass_dm
      tact check --exit-code --on email --as mass_dm --to acquaintance newsletters/*.md
    """
    if files and ask_model:
        raise click.UsageError("--exit-code asks no language model; leave --llm out.")
    if files:
        from adapters import files as checking

        named = [Path(name) for name in drafts] + ([file] if file else [])
        sys.exit(checking.check(named, question, context))
    if len(drafts) > 1:
        raise click.UsageError("One draft at a time: put it in quotes, or check files with --exit-code.")
    from adapters import cli

    draft = drafts[0] if drafts else None
    sys.exit(cli.check(draft, file, as_json, question, context, ask_model=ask_model))


@main.command()
def judge() -> None:
    """Judge JSON lines from standard input, one answer a line.

    \b
    in:  {"id", "text", "network", "delivery", "relation", "form", "purpose", "history", "charter"}
    out: {"id", "verdict", "reasons", "intents", "confidence", "findings", "advice", "judge_version"}
    A line that cannot be read gives {"line", "error"}; the rest goes on, and the exit code is 1.
    """
    import gc

    from adapters import lines
    from bot.judging import build_judging
    from bot.settings import from_environment

    gc.set_threshold(
        50_000
    )  # a judged case leaves no cycles behind; looking for them after each costs more than they could
    sys.exit(lines.judge_lines(sys.stdin.buffer, sys.stdout.buffer, build_judging(from_environment().charters)))


@main.command("eval")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--rules-only", is_flag=True, help="Judge by rules and lexicon alone, without the trained weights.")
@click.option(
    "--llm", "model", metavar="URL", help="Ask a language model too, as TACT_LLM names one, or recorded:FILE."
)
@click.option("--record", type=click.Path(path_type=Path), help="Keep the model's answers in a file for recorded:FILE.")
def evaluate(file: Path, rules_only: bool, model: str | None, record: Path | None) -> None:
    """Score the judge on labelled cases in FILE (JSON lines with verdict, reasons and intents).

    With --llm every case is sent to that model, and a table says what changes.
    """
    from adapters import evaluation

    sys.exit(evaluation.evaluate(file, sys.stdout, rules_only=rules_only, model=model or "", record=record))


@main.command()
@click.option("-o", "--output", "file", type=click.Path(path_type=Path), help="Write it there: .svg, .png or .txt.")
@click.option("--dark/--light", "dark", default=None, help="Colours; by default an SVG follows its viewer.")
@click.option(
    "--charter", type=click.Path(path_type=Path), help="A file with a community's own rules, in plain sentences."
)
@click.option("--on", "network", default="slack", metavar="NETWORK", help="The network that community is on (slack).")
def chart(file: Path | None, dark: bool | None, charter: Path | None, network: str) -> None:
    """Show what fits where: kinds of message by networks, in words or as a picture.

    \b
    Examples:
      tact chart
      tact chart -o chart.svg
      tact chart -o chart.png --dark --charter rules.txt --on discord
    """
    from adapters import chart as charting

    sys.exit(charting.chart(file, charter, network, dark))


@main.command()
def mcp() -> None:
    """Serve the judge as tools for agents and editors over standard input and output (MCP). Nothing is stored.

    \b
    Needs one more package: pip install 'tact[mcp]'
    Tools: check_draft, where_to_post, chart, charter_lint
    """
    from adapters import tools

    sys.exit(tools.serve())


@main.command()
def chat() -> None:
    """Talk with the coach in the terminal; `help` says how, Ctrl-D leaves."""
    from adapters import console

    sys.exit(console.chat())


@main.command()
@click.option("--port", type=int, help="Port of the local page; by default the one of TACT_HTTP.")
@click.option("--no-browser", is_flag=True, help="Do not open a browser.")
def demo(port: int | None, no_browser: bool) -> None:
    """Open a local page where you paste a draft and see how it is judged. Nothing is stored."""
    from adapters import web

    sys.exit(web.demo(port, open_browser=not no_browser))


@main.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option(
    "--at", "place", metavar="PLACE", help="slack:TEAM/CHANNEL, discord/SERVER/CHANNEL; without the channel: all."
)
@click.option("--write", is_flag=True, help="Keep FILE as the charter of PLACE.")
@click.option("--export", is_flag=True, help="Print the charter of PLACE; FILE is not read.")
def charter(file: Path | None, place: str | None, write: bool, export: bool) -> None:
    """Show how a community's charter in FILE (or standard input) is read, sentence by sentence.

    Lists, numbers, headings and markup are taken off. Exits with 1 when a sentence is vague, cannot be held to, or
    disagrees with another. Nothing is kept without --write.

    \b
    Examples:
      tact charter rules.md
      tact charter rules.md --at slack:T0123/C0456 --write
      tact charter --at discord/1234/5678 --export > rules.txt
    """
    from adapters import charter_file

    sys.exit(charter_file.charter(file, place, write=write, export=export))


@main.command()
@click.argument("platforms", nargs=-1, metavar="[slack] [discord] [web]")
def serve(platforms: tuple[str, ...]) -> None:
    """Serve Slack, Discord and the page until told to stop; by default those that the settings name."""
    from adapters import serve as serving

    sys.exit(serving.serve(platforms))


@main.command()
def doctor() -> None:
    """Look at settings, charters, database, clock and time zones, and say what to mend."""
    from adapters import doctor as looking

    sys.exit(looking.doctor(sys.stdout))


@main.command()
@click.option("--from", "source", metavar="URL", help="The database to move from, such as sqlite:///tact.db.")
@click.option("--to", "target", metavar="URL", help="The empty database to move to, such as postgresql://…")
def migrate(source: str | None, target: str | None) -> None:
    """Bring the database to this version's schema, or move everything to another one.

    \b
    Stop Tact first. The database moved from is left as it is.
      tact migrate
      tact migrate --from sqlite:///tact.db --to postgresql://tact@localhost/tact
    """
    from adapters import moving

    sys.exit(moving.migrate(source, target, sys.stdout))


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Write a copy of the SQLite database to FILE, also while Tact runs, and look whether it is whole."""
    from adapters import backups

    sys.exit(backups.backup(file, sys.stdout))


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
def restore(file: Path) -> None:
    """Put the backup FILE in the place of the SQLite database. Stop Tact first.

    Who was erased since then is erased again; the database that was there is kept beside it.
    """
    from adapters import backups

    sys.exit(backups.restore(file, sys.stdout))


@main.command("rotate-key")
def rotate_key() -> None:
    """Seal addresses, letters and tokens with a new key.

    With TACT_KEY: put the new key in front of the old one, restart, then run this. Without, stop Tact first: the file
    beside the SQLite database gets a new key.
    """
    from adapters import backups

    sys.exit(backups.rotate(sys.stdout))


@main.group()
def privacy() -> None:
    """What is held, for the operator: numbers, and nobody in particular."""


@privacy.command()
def report() -> None:
    """List every table with its classes of data, how long they stay, how many rows there are and since when."""
    from adapters import held

    sys.exit(held.report(sys.stdout))


@main.command()
@click.option("--resend", is_flag=True, help="Let them be tried again.")
def undelivered(resend: bool) -> None:
    """List letters that were given up, with the reason, and how much is on its way. Their words are not shown."""
    from adapters import undelivered as looking

    sys.exit(looking.undelivered(sys.stdout, resend=resend))


def run() -> None:
    """The console script: no stack trace reaches a user, and a closed pipe is no error."""
    try:
        main(prog_name="tact")
    except BrokenPipeError:
        sys.stderr.close()
    except Exception as error:  # the one boundary of the terminal
        sys.exit(
            f"Something went wrong inside Tact ({type(error).__name__}: {error}). Nothing was changed; please report it."
        )


if __name__ == "__main__":
    run()
