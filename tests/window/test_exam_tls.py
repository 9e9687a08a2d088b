"""An exam platform with a certificate of the institution's own authority, and one nobody vouches for."""


def open_over_tls(open_exam, platform, **chosen):
    url = f"https://127.0.0.1:{platform.port}"

    def allowed(asked: str) -> bool:
        return asked.startswith(url)

    return open_exam(start_url=url + "/", address_allowed=allowed, resource_allowed=allowed, **chosen)


def test_institutions_authority_is_trusted_and_nothing_stays(open_exam, platform, authority, tmp_path, qtbot):
    window = open_over_tls(open_exam, platform, extra_ca_pem=authority)
    assert ("GET", "/", b"") in platform.requests
    answers: list[object] = []
    window.page.runJavaScript(
        "localStorage.setItem('draft','marker-of-the-answer');document.cookie='a=b';1", 0, answers.append
    )
    qtbot.waitUntil(lambda: bool(answers), timeout=10_000)
    assert (tmp_path / "engine" / "web").exists()
    window.close_for_good()
    qtbot.wait(1200)
    qtbot.waitUntil(lambda: not (tmp_path / "engine" / "web").exists(), timeout=10_000)


def test_unknown_authority_is_refused(open_exam, platform, authority, qtbot):
    seen: list[str] = []
    window = open_over_tls(open_exam, platform, wait=False)
    window.page_event.connect(lambda kind, _host: seen.append(kind))
    qtbot.waitUntil(lambda: window._stack.currentWidget() is window._stack.message, timeout=10_000)
    assert "certificate_refused" in seen
    assert platform.requests == []
