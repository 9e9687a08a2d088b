"""The schedule keeps its rhythm, its share of the processor, and backs off on a busy machine."""

from capture.analysis.schedule import Schedule
from capture.analysis.settings import AnalysisSettings


def looks(schedule, seconds, *, frames_per_s=10, cpu_ms=5, wall_ms=6, from_s=0):
    """Offer frames for `seconds`; return how many were looked at, and how many of them counted in."""
    looked = counted = 0
    for number in range(round(seconds * frames_per_s)):
        at_ns = round((from_s + number / frames_per_s) * 1e9)
        if schedule.due(at_ns):
            counting = schedule.counting(at_ns)
            schedule.looked(at_ns, cpu_ns=cpu_ms * 10**6, wall_ns=wall_ms * 10**6, counted=counting)
            looked, counted = looked + 1, counted + counting
    return looked, counted


def test_it_looks_and_counts_as_often_as_asked():
    looked, counted = looks(Schedule(AnalysisSettings()), 60)
    assert 290 <= looked <= 310
    assert 80 <= counted <= 105


def test_a_camera_of_another_rate_changes_little():
    for frames_per_s in (15, 25, 30):
        looked, _ = looks(Schedule(AnalysisSettings()), 60, frames_per_s=frames_per_s)
        assert 270 <= looked <= 310


def test_it_stays_within_its_share_of_the_processor():
    settings = AnalysisSettings(cpu_share=0.1)
    looked, _ = looks(Schedule(settings), 120, cpu_ms=60, wall_ms=65)
    assert looked >= 100
    assert looked * 0.060 / 120 < 0.13


def test_what_the_voice_costs_is_taken_from_the_pictures():
    schedule = Schedule(AnalysisSettings(cpu_share=0.1))
    looked = 0
    for second in range(60):
        schedule.spent(90_000_000)
        looked += looks(schedule, 1, cpu_ms=20, wall_ms=25, from_s=second)[0]
    assert looked < 120


def test_it_backs_off_on_a_busy_machine_and_comes_back():
    schedule = Schedule(AnalysisSettings())
    looked, _ = looks(schedule, 60, cpu_ms=10, wall_ms=300)
    assert looked < 90
    assert schedule.pictures_per_s < 1.5
    looks(schedule, 60, from_s=60)
    assert schedule.pictures_per_s > 4.5


def test_it_never_looks_less_than_once_a_second():
    looked, counted = looks(Schedule(AnalysisSettings(cpu_share=0.02)), 60, cpu_ms=500, wall_ms=3000)
    assert looked >= 55
    assert counted >= 50
