"""How a process of ours runs and ends.

Temporal's SDK has threads of its own, which may call into an interpreter that is being torn down and abort
it: work that was done would end with 134 instead of 0. So nothing is torn down: what was opened is closed,
what was said is written, and the process is gone.
"""

import atexit
import io
import os
import signal
import sys
import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING, NoReturn, TextIO

if TYPE_CHECKING:
    from typing_extensions import Buffer

FAILED, INTERRUPTED = 1, 130


def run(program: Callable[[], object]) -> NoReturn:
    """Run a program in this process and end it: with the code of its SystemExit, 130 after Ctrl-C, or 0.

    Who no longer reads what it says (`| head`) keeps it from nothing. Output that cannot be written for
    another reason, such as a full disk, is a failure.
    """
    sys.stdout, sys.stderr = _unbroken(sys.stdout), _unbroken(sys.stderr)
    try:
        program()
        code = 0
    except SystemExit as ended:
        code = _code(ended)
    except KeyboardInterrupt:
        code = INTERRUPTED
    except BaseException:
        traceback.print_exc()
        code = FAILED
    _end(code)


def _end(code: int) -> NoReturn:
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C finds nothing left to stop
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError as error:
        code = code or FAILED
        print(f"the output could not be written: {os.strerror(error.errno or 0)}", file=sys.stderr)
    except BaseException:
        traceback.print_exc()
        code = code or FAILED
    finally:
        os._exit(code)


def _code(ended: SystemExit) -> int:
    if ended.code is None or isinstance(ended.code, int):
        return (ended.code or 0) & 0xFF
    print(ended.code, file=sys.stderr)
    return FAILED


class _Unbroken(io.FileIO):
    """An output that may be closed at its other end; what is written then is lost, as its reader wished."""

    def write(self, data: "Buffer", /) -> int:
        """Like any file's, but never BrokenPipeError."""
        try:
            return super().write(data)
        except BrokenPipeError:
            return memoryview(data).nbytes


def _unbroken(stream: TextIO | None) -> TextIO:
    """The same output; one that was closed before the start leads nowhere."""
    if stream is None:
        return open(os.devnull, "w")
    try:
        raw = _Unbroken(stream.fileno(), "w", closefd=False)
    except OSError:  # it is no file
        return stream
    stream.flush()
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding=stream.encoding,
        errors=stream.errors,
        line_buffering=stream.isatty() or stream is sys.stderr,
    )
