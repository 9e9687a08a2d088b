"""The demonstration's exam settings: everything recorded and looked for, every control of the exam window on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.demo.exam_page import ExamSite
    from app.demo.programs import RunningEndpoint

INSTITUTION_ID, INSTITUTION_NAME = "demo-college", "Demonstration College"
EXAM_ID, EXAM_TITLE = "measuring-101", "Measuring the world"
REGION = "local"


def demo_settings(site: ExamSite, endpoint: RunningEndpoint, authority_pem: str) -> dict[str, object]:
    """Give the settings that `invigilo-institution exam new` completes with institution, exam and key."""
    return {
        "start_url": site.start_url,
        "hand_in": site.hand_in_url,
        "recording": {"camera": {}, "microphone": {}, "screen": {}},
        "checks": {"face": True, "id_photo": True, "desk_scan": True},
        "detection": {"face_presence": True, "people_count": True, "gaze": True, "voice": True},
        "lockdown": {
            "full_screen": "warn",
            "focus_return": "warn",
            "system_shortcuts": "warn",
            "clipboard": "warn",
            "downloads": "warn",
            "printing": "warn",
            "new_windows": "warn",
            "developer_tools": "warn",
        },
        "delivery": {
            "endpoints": [
                {
                    "region": endpoint.region,
                    "url": endpoint.url,
                    "ca_pem": authority_pem,
                    "receipt_key": endpoint.receipt_key,
                    "endpoint_id": endpoint.endpoint_id,
                }
            ]
        },
        "retention": {"days": 30},
        "proctoring": "automated",
        "sources": {"allow_files": True},
    }
