import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.policy.errors import LinkInvalid
from app.policy.link import exam_address


def test_a_link_becomes_an_https_address():
    assert exam_address("invigilo://exams.example.edu/algebra/1.invigilo") == (
        "https://exams.example.edu/algebra/1.invigilo"
    )
    assert exam_address("invigilo://127.0.0.1:8443/x") == "https://127.0.0.1:8443/x"


@pytest.mark.parametrize(
    "link",
    [
        "",
        "invigilo:",
        "invigilo://",
        "invigilo://host",
        "invigilo://host/",
        "https://host/x",
        "invigilo://host/x y",
        "invigilo://host/x --camera=evil",
        "invigilo://host/--screen",
        "invigilo://-host/x",
        "invigilo://host/x?y",
        "invigilo://host/x#y",
        "invigilo://host/../x",
        "invigilo://host/%2e%2e/x",
        "invigilo://host//x",
        "invigilo://user@host/x",
        "invigilo://host:0/x",
        "invigilo://host:99999/x",
        "invigilo://host/x\n",
        'invigilo://host/x"',
        "invigilo://HOST/x",
        "invigilo://h\u043est/x",
        "invigilo://host/" + "x" * 600,
    ],
)
def test_anything_else_is_refused(link):
    with pytest.raises(LinkInvalid, match="invigilo://HOST/PATH"):
        exam_address(link)


@given(st.text(max_size=80).map(lambda rest: "invigilo://" + rest))
def test_any_text_is_an_address_or_a_typed_refusal(link):
    try:
        address = exam_address(link)
    except LinkInvalid:
        return
    assert address == link.replace("invigilo://", "https://")
