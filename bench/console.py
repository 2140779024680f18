"""How every command of the bench ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Final, NoReturn

from local.errors import LocalError

UNREAD: Final = 141
"""Exit code of a program whose reader, such as `head`, had enough: 128 and SIGPIPE."""

STOPPED: Final = 130
"""Exit code after Ctrl-C: 128 and SIGINT."""


def leave(main: Callable[[], int]) -> NoReturn:
    """Run a command and exit as it says; what a person did or can mend ends without a traceback."""
    try:
        try:
            code = main()
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = UNREAD
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        code = STOPPED
    except LocalError as error:
        print(f"error: {error}\n  fix: {error.fix}", file=sys.stderr)
        code = 2
    raise SystemExit(code)
