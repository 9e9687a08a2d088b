"""Reads one picture after another: who is there, how many, and where the nearest face looks."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from capture.analysis.faces.crop import Region
from capture.analysis.faces.detector import FaceBox
from capture.analysis.faces.eyes import EyePair
from capture.analysis.faces.gaze import gaze
from capture.analysis.faces.head_pose import head_pose
from capture.analysis.faces.landmarks import LandmarkModel, Landmarks, region_of
from capture.analysis.faces.picture import as_pixels
from capture.analysis.faces.presence import PresenceDetector
from capture.analysis.faces.quality import (
    FollowedFace,
    box_of_face,
    box_of_landmarks,
    face_light,
    face_quality,
    picture_quality,
)
from capture.analysis.observations import FaceReading, PictureObservation, PictureQuality
from capture.frames import Pixels


class PictureReader:
    """All picture networks, and where the face was in the picture before. Not for use by several threads at once.

    Raises:
        ModelMissing, ModelRefused: on construction.
    """

    def __init__(self) -> None:
        self._presence = PresenceDetector()
        self._landmarks = LandmarkModel()
        self._eyes = EyePair()
        self._quality = FollowedFace()
        self._region: Region | None = None

    def forget(self) -> None:
        """Forget where the face was: what comes next is another scene."""
        self._region = None
        self._forget_face()

    def read(self, picture: NDArray[Any], at_ns: int, *, counting: bool = True) -> PictureObservation | None:
        """Read the next picture of a scene.

        Without `counting`, which is cheaper, `people` is None, and so is the answer where nobody was found at the
        first look: that nobody is there is said after the whole search only. Light and sharpness of a face that is
        followed are read once a second by `at_ns`, and hold in between.
        """
        pixels = as_pixels(picture)
        if pixels is None:
            self._region = None
            return PictureObservation(at_ns, present=False, people=0, face=None, quality=(PictureQuality.UNREADABLE,))
        landmarks = None if self._region is None else self._landmarks.place(pixels, self._region)
        if landmarks is None:
            self._forget_face()
        people: int | None = None
        face: FaceBox | None = None
        if landmarks is not None:
            people = max(1, self._presence.count(pixels)) if counting else None
        elif counting:
            found = self._presence.look(pixels)
            face, people = found.face, found.people
        else:
            face = self._presence.nearest(pixels)
            if face is None:
                self._region = None
                return None
        if landmarks is None and face is not None:
            landmarks = self._landmarks.place(pixels, region_of(face))
        self._region = None if landmarks is None else landmarks.region
        return self._observed(pixels, at_ns, people, face, landmarks)

    def read_still(self, picture: NDArray[Any]) -> PictureObservation:
        """Read a picture that belongs to no scene: searched in full, the landmarks placed twice to settle."""
        self.forget()
        pixels = as_pixels(picture)
        if pixels is None:
            return PictureObservation(0, present=False, people=0, face=None, quality=(PictureQuality.UNREADABLE,))
        found = self._presence.look(pixels)
        landmarks = None if found.face is None else self._landmarks.place(pixels, region_of(found.face))
        if landmarks is not None:
            landmarks = self._landmarks.place(pixels, landmarks.region) or landmarks
        return self._observed(pixels, 0, found.people, found.face, landmarks)

    def _forget_face(self) -> None:
        self._eyes.forget()
        self._quality.forget()

    def _observed(
        self, pixels: Pixels, at_ns: int, people: int | None, face: FaceBox | None, landmarks: Landmarks | None
    ) -> PictureObservation:
        if landmarks is not None:
            box = box_of_landmarks(landmarks)
            reading = self._reading(pixels, landmarks, box[2] - box[0])
            return PictureObservation(at_ns, True, people, reading, self._quality.judge(pixels, box, at_ns))
        if face is None:
            return PictureObservation(at_ns, False, people, None, picture_quality(pixels))
        box = box_of_face(face)
        quality = face_quality(pixels, box, face_light(pixels, box))
        return PictureObservation(at_ns, True, people, None, (*quality, PictureQuality.FACE_NOT_READ))

    def _reading(self, pixels: Pixels, landmarks: Landmarks, width_px: float) -> FaceReading:
        height, width = pixels.shape[:2]
        pose = head_pose(landmarks.points, width, height)
        eyes = None if pose is None else self._eyes.measure(pixels, landmarks, pose)
        look = gaze(pose, eyes) if pose is not None and eyes is not None else None
        return FaceReading(
            score=landmarks.score,
            width_px=width_px,
            yaw_deg=pose.yaw_deg if pose else None,
            pitch_deg=pose.pitch_deg if pose else None,
            roll_deg=pose.roll_deg if pose else None,
            gaze_h_deg=look.h_deg if look else None,
            gaze_v_deg=look.v_deg if look else None,
            eye_opening=eyes.opening if eyes else None,
        )
