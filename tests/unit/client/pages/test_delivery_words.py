"""Each way in which delivery can be kept from going on has one sentence, and so have the commands without an exam."""

from __future__ import annotations

import pytest

from app.client.codes.delivery import DELIVERY
from app.client.delivery.errors import EndpointInvalid, SpoolFull, SpoolUnusable
from app.client.delivery.problems import DeliveryProblem, ProblemCode, problem_of
from app.client.pages.delivery_words import PROBLEMS, delivery_sentence, no_room
from app.client.pages.upload_refusals import REFUSED
from app.client.upkeep.purge import PurgeObstacle, PurgeReport
from app.client.upkeep.upload import UploadOutcome
from app.client.upkeep.words import purge_sentence, upload_sentence
from app.wire.refusals import RefusalKind

BUSY = DeliveryProblem(ProblemCode.ENDPOINT_BUSY)


def test_every_code_has_a_sentence_and_every_sentence_a_code() -> None:
    assert set(PROBLEMS) | {ProblemCode.OBJECT_REFUSED} == set(ProblemCode)


@pytest.mark.parametrize("code", list(ProblemCode))
def test_a_problem_is_said_in_a_whole_sentence(code: ProblemCode) -> None:
    sentence = delivery_sentence(DeliveryProblem(code, status=418, kind="unheard_of"))
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert "{" not in sentence
    assert ("418" in sentence) is (code is ProblemCode.UNEXPECTED_STATUS)
    assert ("unheard_of" in sentence) is (code is ProblemCode.OBJECT_REFUSED)


def test_what_an_endpoint_refuses_has_a_code_for_support_and_is_said_to_be_kept() -> None:
    said = {kind: delivery_sentence(DeliveryProblem(ProblemCode.OBJECT_REFUSED, kind=kind)) for kind in REFUSED}
    assert all(REFUSED[kind][0] in sentence and "kept on this computer" in sentence for kind, sentence in said.items())
    assert set(REFUSED) <= set(RefusalKind)
    assert {code for code, _ in REFUSED.values()} | {"Q-00"} == set(DELIVERY)


def test_errors_of_the_outbox_are_problems_of_delivery() -> None:
    said = {error: problem_of(error).code for error in (SpoolFull("…"), SpoolUnusable("…"), EndpointInvalid("…"))}
    assert list(said.values()) == [ProblemCode.DISK_FULL, ProblemCode.SPOOL_UNUSABLE, ProblemCode.ENDPOINT_INVALID]


def test_no_room_says_how_much_is_needed_where_that_is_known() -> None:
    assert "1500 MB" in no_room(SpoolFull("…", needed_bytes=1_500_000_000))
    assert "The disk is full" in no_room(SpoolFull("…"))
    assert "check the disk" in no_room(SpoolUnusable("…"))


def test_an_upload_says_how_many_wait_and_why() -> None:
    assert upload_sentence(UploadOutcome(3, 0, None)) == "Everything is delivered."
    assert upload_sentence(UploadOutcome(3, 1, None)) == "1 sealed part still waits."
    assert upload_sentence(UploadOutcome(3, 2, BUSY)) == "2 sealed parts still wait. The endpoint is busy."


@pytest.mark.parametrize("obstacle", [None, *PurgeObstacle])
def test_a_purge_says_what_has_to_be_done_first(obstacle: PurgeObstacle | None) -> None:
    sentence = purge_sentence(PurgeReport(obstacle, 2))
    assert sentence.endswith(".")
    assert ("nothing was removed" in sentence) is (obstacle is not None)
    assert ("2 sealed parts" in sentence) is (obstacle is PurgeObstacle.NOT_DELIVERED)
