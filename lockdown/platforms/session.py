"""Where this session runs and whether in a virtual machine, as this platform tells."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from lockdown.contract.evidence import SessionFacts, VirtualMachineEvidence


def session_facts(environ: Mapping[str, str] | None = None) -> SessionFacts:
    """Return where this session runs."""
    if sys.platform == "linux":
        from lockdown.linux import session  # noqa: PLC0415  (exists on this platform only)

        return session.session_facts(os.environ if environ is None else environ)
    elif sys.platform == "win32":
        from lockdown.windows import session  # noqa: PLC0415

        return session.session_facts()
    elif sys.platform == "darwin":
        from lockdown.macos import session  # noqa: PLC0415
        from lockdown.macos.system import ThisMac  # noqa: PLC0415

        return session.session_facts(ThisMac(), os.environ if environ is None else environ)
    else:
        return SessionFacts(wayland=False)


def virtual_machine_evidence() -> VirtualMachineEvidence | None:
    """Return the signs of a virtual machine, None where this system says none."""
    if sys.platform == "linux":
        from lockdown.linux import session  # noqa: PLC0415

        return session.virtual_machine_evidence()
    elif sys.platform == "win32":
        from lockdown.windows import session  # noqa: PLC0415

        return session.virtual_machine_evidence()
    elif sys.platform == "darwin":
        from lockdown.macos import session  # noqa: PLC0415
        from lockdown.macos.system import ThisMac  # noqa: PLC0415

        return session.virtual_machine_evidence(ThisMac())
    else:
        return None
