"""`allin`: the command line. Every command ends in one readable line and an exit code of 0, 1 or 2."""

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

if __name__ == "__main__" or Path(sys.argv[0]).name == "allin":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C while the program is read ends it without a traceback

import typer
from typer.exceptions import TyperException

from allin.client.terminal import DONE, WRONG, Stop, one_line
from allin.commands import (
    accounts,
    bank,
    bulk,
    chaos,
    decisions,
    doctor,
    fault,
    jobs,
    keys,
    login,
    quote,
    rehearse,
    seconds,
    serve,
    setting_up,
    stories,
    up,
    watch,
)
from allin.stopping import INTERRUPTED
from domain.errors import AllInclusiveError
from engine import telemetry
from engine.settings import WrongSetting

app = typer.Typer(
    name="allin",
    help="Declare a job once; one durable workflow does the rest.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("quote")(quote.show)
for command in (
    jobs.declare,
    jobs.jobs,
    jobs.job,
    stories.history,
    stories.dossier,
    decisions.replay,
    decisions.complete,
    decisions.skip,
    decisions.fail,
    decisions.postpone,
    decisions.answer,
    decisions.claim,
    decisions.note,
    seconds.proposals,
    seconds.confirm,
    seconds.refuse,
    seconds.reviews,
    seconds.review,
    seconds.deadlines,
    decisions.approve,
    bulk.replay_all,
    bulk.incidents,
    jobs.withdraw,
    jobs.move,
    jobs.take_back,
    login.login,
    login.logout,
    login.whoami,
):
    app.command()(command)
for command in (
    up.up,
    watch.watch,
    watch.morning,
    watch.reconcile,
    watch.backup,
    watch.erase,
    serve.worker,
    serve.api,
    serve.sandbox,
    serve.replay_open,
    doctor.doctor,
    fault.fault,
    chaos.chaos,
    rehearse.rehearse,
):
    app.command()(command)
app.add_typer(bank.app, name="bank")
app.add_typer(bulk.partners, name="partners")
app.add_typer(watch.audit, name="audit")
app.add_typer(serve.db, name="db")
app.add_typer(keys.keys, name="keys")
app.add_typer(setting_up.setup, name="setup")
app.add_typer(accounts.account, name="account")


def run(arguments: Sequence[str]) -> int:
    """Run one command; its exit code. What stops it is said in one line on standard error."""
    try:
        code = app(list(arguments), prog_name="allin", standalone_mode=False)
    except Stop as stop:
        return _print_error(str(stop), stop.code)
    except TyperException as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            print(error.format_message())
            return WRONG
        context = getattr(error, "ctx", None)
        where = context.command_path if context else "allin"
        return _print_error(f"{one_line(error.format_message())} (see `{where} --help`)", WRONG)
    except (WrongSetting, AllInclusiveError) as error:
        return _print_error(one_line(str(error)), WRONG)
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    except BrokenPipeError:
        return DONE  # whoever read our output has seen enough
    except Exception as error:  # the last line of defence: a person gets a sentence, never a traceback
        if os.environ.get("ALLIN_LOG_LEVEL") == "debug":
            raise
        return _print_error(
            f"{type(error).__name__}: {one_line(str(error))} (ALLIN_LOG_LEVEL=debug shows where)", WRONG
        )
    return code if isinstance(code, int) else DONE


def _print_error(why: str, code: int) -> int:
    print(f"allin: {why}", file=sys.stderr)
    return code


def main() -> None:
    """Run, flush and leave at once: a client of Temporal may hang the interpreter's exit (sdk-python #300)."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    code = run(sys.argv[1:])
    telemetry.stop()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            code = code or DONE
    os._exit(code)


if __name__ == "__main__":
    main()
