"""Programs are asked often here: what each does once is done once."""

import sys

if sys.platform != "win32":  # the Windows tests run lockdown alone, without what the programs need
    from tests.fixtures.asked_often import asked_often, building, stretching

    __all__ = ["asked_often", "building", "stretching"]
