"""The `invigilo` command where the source is installed: the test taker's program, and its demonstration.

A built client holds `app.client` alone and starts there; only this file knows both.
"""

from __future__ import annotations

import sys


def main() -> int:
    """Run the demonstration for `invigilo demo ...`, the client for everything else."""
    if sys.argv[1:2] == ["demo"]:
        from app.demo.__main__ import main as demo  # noqa: PLC0415 - the demonstration loads all three programs

        return demo(sys.argv[2:])
    from app.client.__main__ import main as client  # noqa: PLC0415 - environment is scrubbed before Qt is loaded

    return client(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
