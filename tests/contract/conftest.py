"""Programs are asked often here: what each does once is done once."""

from tests.fixtures.asked_often import asked_often, building, stretching

__all__ = ["asked_often", "building", "stretching"]
