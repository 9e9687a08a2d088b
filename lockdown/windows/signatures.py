"""Who a program file on Windows comes from: the signer that WinVerifyTrust vouches for, and its original name.

Nothing is asked over the network: revocation is not looked up, and missing certificates are taken from the machine's
own cache only.
"""

from __future__ import annotations

import contextlib
import ctypes
import sys
from ctypes import wintypes
from pathlib import Path
from typing import Any

import pywintypes
import win32api

assert sys.platform == "win32"  # noqa: S101  (for the type checker)

_NO_WINDOW = 2  # WTD_UI_NONE
_BY_FILE = 1  # WTD_CHOICE_FILE
_VERIFY, _CLOSE = 1, 2  # WTD_STATEACTION_*
_CACHE_ONLY = 0x1000  # WTD_CACHE_ONLY_URL_RETRIEVAL
_DISPLAY_NAME = 4  # CERT_NAME_SIMPLE_DISPLAY_TYPE
_MAX_NAME_CHARS = 512


class _Guid(ctypes.Structure):
    _fields_ = (("bytes", ctypes.c_ubyte * 16),)


# WINTRUST_ACTION_GENERIC_VERIFY_V2, {00AAC56B-CD44-11d0-8CC2-00C04FC295EE}
_ACTION = _Guid.from_buffer_copy(bytes.fromhex("6bc5aa0044cdd0118cc200c04fc295ee"))


class _File(ctypes.Structure):
    """WINTRUST_FILE_INFO."""

    _fields_ = (
        ("size", wintypes.DWORD),
        ("path", wintypes.LPCWSTR),
        ("handle", wintypes.HANDLE),
        ("subject", ctypes.c_void_p),
    )


class _Question(ctypes.Structure):
    """WINTRUST_DATA."""

    _fields_ = (
        ("size", wintypes.DWORD),
        ("policy", ctypes.c_void_p),
        ("sip", ctypes.c_void_p),
        ("ui", wintypes.DWORD),
        ("revocation", wintypes.DWORD),
        ("choice", wintypes.DWORD),
        ("file", ctypes.POINTER(_File)),
        ("action", wintypes.DWORD),
        ("state", wintypes.HANDLE),
        ("url", wintypes.LPCWSTR),
        ("flags", wintypes.DWORD),
        ("context", wintypes.DWORD),
        ("settings", ctypes.c_void_p),
    )


class _Certificate(ctypes.Structure):
    """The beginning of CRYPT_PROVIDER_CERT."""

    _fields_ = (("size", wintypes.DWORD), ("context", ctypes.c_void_p))


_trust = ctypes.WinDLL("wintrust")
_trust.WinVerifyTrust.argtypes = (wintypes.HWND, ctypes.POINTER(_Guid), ctypes.POINTER(_Question))
_trust.WinVerifyTrust.restype = wintypes.LONG
_trust.WTHelperProvDataFromStateData.argtypes = (wintypes.HANDLE,)
_trust.WTHelperProvDataFromStateData.restype = ctypes.c_void_p
_trust.WTHelperGetProvSignerFromChain.argtypes = (ctypes.c_void_p, wintypes.DWORD, wintypes.BOOL, wintypes.DWORD)
_trust.WTHelperGetProvSignerFromChain.restype = ctypes.c_void_p
_trust.WTHelperGetProvCertFromChain.argtypes = (ctypes.c_void_p, wintypes.DWORD)
_trust.WTHelperGetProvCertFromChain.restype = ctypes.POINTER(_Certificate)
_crypt = ctypes.WinDLL("crypt32")
_crypt.CertGetNameStringW.argtypes = (
    ctypes.c_void_p,
    wintypes.DWORD,
    wintypes.DWORD,
    ctypes.c_void_p,
    wintypes.LPWSTR,
    wintypes.DWORD,
)


def signer(path: Path) -> str | None:
    """Return whom the signature of the program file names, None where it has none, or one that does not hold."""
    file = _File(size=ctypes.sizeof(_File), path=str(path))
    question = _Question(
        size=ctypes.sizeof(_Question),
        ui=_NO_WINDOW,
        choice=_BY_FILE,
        file=ctypes.pointer(file),
        action=_VERIFY,
        flags=_CACHE_ONLY,
    )
    holds = _trust.WinVerifyTrust(None, ctypes.byref(_ACTION), ctypes.byref(question)) == 0
    try:
        return _subject(question.state) if holds else None
    finally:
        question.action = _CLOSE
        _trust.WinVerifyTrust(None, ctypes.byref(_ACTION), ctypes.byref(question))


def original_name(path: Path) -> str | None:
    """Return OriginalFilename of the file's version resource, which a renamed copy keeps; None where it has none."""
    for language, code_page in _version_value(path, r"\VarFileInfo\Translation") or ():
        query = rf"\StringFileInfo\{language:04x}{code_page:04x}\OriginalFilename"
        if name := str(_version_value(path, query) or "").strip("\0 "):
            return name
    return None


def _version_value(path: Path, query: str) -> Any:
    with contextlib.suppress(pywintypes.error):  # there is no version resource, or no such value in it
        return win32api.GetFileVersionInfo(str(path), query)
    return None


def _subject(state: int | None) -> str | None:
    provider = _trust.WTHelperProvDataFromStateData(state)
    chain = _trust.WTHelperGetProvSignerFromChain(provider, 0, False, 0) if provider else None
    certificate = _trust.WTHelperGetProvCertFromChain(chain, 0) if chain else None
    if not certificate:
        return None
    text = ctypes.create_unicode_buffer(_MAX_NAME_CHARS)
    _crypt.CertGetNameStringW(certificate.contents.context, _DISPLAY_NAME, 0, None, text, _MAX_NAME_CHARS)
    return text.value or None
