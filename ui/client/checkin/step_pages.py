"""The page of each step of the check-in, by its model."""

from ui.client.checkin.calibration import CalibrationPage
from ui.client.checkin.face import FacePage
from ui.client.checkin.model import CalibrationModel, CheckInModel, FaceModel, ScanModel, StillModel
from ui.client.checkin.scan import ScanPage
from ui.client.checkin.step_page import StepPage
from ui.client.checkin.still import StillPage


def step_page(model: CheckInModel) -> tuple[StepPage, str]:
    """Return a new page for `model`, and its name."""
    match model:
        case FaceModel():
            return FacePage(model), "face"
        case CalibrationModel():
            return CalibrationPage(model), "calibration"
        case ScanModel():
            return ScanPage(model), "scan"
        case StillModel():
            return StillPage(model), "still"
