"""What can go wrong in the institution's program.

    InstitutionError
    ├── UsageError                asked for something that is not there, or in a way that cannot work (exit status 2)
    │   ├── NotAnInstitution      the folder holds no institution, or already holds one
    │   ├── PassphraseNeeded      a key file has to be unlocked and no passphrase was given
    │   ├── WeakPassphrase        a new key may not be locked by this passphrase
    │   ├── SharesRefused         the recovery shares at hand do not give the recovery key back
    │   ├── UnknownName           no such representative, exam or session
    │   ├── TokenFailure          the hardware token cannot be reached, or is another one
    │   ├── CannotOpen            no key at hand opens this
    │   └── CannotDisclose        what was asked for cannot be handed out as one clip
    ├── SettingsRefused       an exam's settings cannot be followed, or contradict themselves
    ├── KeyringRefused        the keyring is altered, unsigned or older than one seen before
    ├── FolderDamaged         a file of the institution's folder is not as this program wrote it
    ├── DisclosureRefused     a file handed out for an appeal is damaged, altered, or no such file
    ├── ReceiptsRefused       a file given as a test taker's receipts holds none, or others
    ├── WitnessRefused        what lies beside a copy as the endpoint's countersignature is not by that endpoint
    └── EndpointFailure       the endpoint cannot be reached, is not the right one, or refuses

Messages say what failed, on what, and what to do. Verdicts on sessions are values, not errors.
"""

from __future__ import annotations

from typing import ClassVar


class InstitutionError(Exception):
    """Base; `exit_status` is what the command ends with."""

    exit_status: ClassVar[int] = 1


class UsageError(InstitutionError):
    """The command cannot work as it was given."""

    exit_status = 2


class NotAnInstitution(UsageError):
    """The folder holds no institution, or one where a new one was to be made."""


class PassphraseNeeded(UsageError):
    """A passphrase is needed and was not given, or was wrong."""


class WeakPassphrase(UsageError):
    """A new key may not be locked by this passphrase."""


class SharesRefused(UsageError):
    """The recovery shares at hand do not give the recovery key back."""


class TokenFailure(UsageError):
    """The hardware token cannot be reached, is another one, or does not do what is needed."""


class UnknownName(UsageError):
    """No representative, exam or session of that name, or more than one."""


class CannotOpen(UsageError):
    """No key at hand opens the session."""


class CannotDisclose(UsageError):
    """What was asked for cannot be handed out as one clip."""


class SettingsRefused(InstitutionError):
    """An exam's settings cannot be followed, or contradict themselves; a line for each reason."""


class KeyringRefused(InstitutionError):
    """The exam keyring cannot be trusted."""


class FolderDamaged(InstitutionError):
    """A file of the institution's folder cannot be read."""


class DisclosureRefused(InstitutionError):
    """A file handed out for an appeal is damaged, altered, or no such file."""


class ReceiptsRefused(InstitutionError):
    """A file given as a test taker's receipts holds none, is not signed, or is of another attempt."""


class WitnessRefused(InstitutionError):
    """What lies beside a copy as the endpoint's countersignature is none, or is of something else."""


class EndpointFailure(InstitutionError):
    """The endpoint did not give what was asked for."""
