"""Another program on Windows: for each line it is sent it does once what its argument names, and says so.

``copy`` puts text into the clipboard; ``intrude`` brings its window to the front; ``insist`` does so for two seconds;
``debug`` attaches itself as a debugger to the process of the second argument, until it is ended.
"""

import ctypes
import sys
import threading
import time
from ctypes import wintypes

user, kernel = ctypes.windll.user32, ctypes.windll.kernel32
user.CreateWindowExW.restype = user.GetForegroundWindow.restype = wintypes.HWND
kernel.GlobalAlloc.restype = kernel.GlobalLock.restype = ctypes.c_void_p
kernel.GlobalLock.argtypes = kernel.GlobalUnlock.argtypes = (ctypes.c_void_p,)
user.SetClipboardData.argtypes = (wintypes.UINT, ctypes.c_void_p)
LINE = 0x8001  # WM_APP + 1


def copy(window):
    text = "from outside\0".encode("utf-16-le")
    memory = kernel.GlobalAlloc(2, len(text))
    place = kernel.GlobalLock(memory)
    ctypes.memmove(place, text, len(text))
    kernel.GlobalUnlock(memory)
    while not user.OpenClipboard(wintypes.HWND(window)):
        time.sleep(0.005)
    user.EmptyClipboard()
    assert user.SetClipboardData(13, memory)
    user.CloseClipboard()


def intrude(window):
    user.SetForegroundWindow(wintypes.HWND(window))


def insist(window):
    end = time.monotonic() + 2
    while time.monotonic() < end:
        user.SetForegroundWindow(wintypes.HWND(window))
        serve_waiting()
        time.sleep(0.005)


def debug(window):
    assert kernel.DebugActiveProcess(int(sys.argv[2]))
    kernel.DebugSetProcessKillOnExit(False)
    event = ctypes.create_string_buffer(256)  # DEBUG_EVENT: code, process, thread, ...
    print("done", flush=True)
    while True:  # until this program is ended
        if kernel.WaitForDebugEvent(event, 50):
            _, process, thread = (int.from_bytes(event.raw[at : at + 4], "little") for at in (0, 4, 8))
            kernel.ContinueDebugEvent(process, thread, 0x00010002)  # DBG_CONTINUE


def serve_waiting():
    message = wintypes.MSG()
    while user.PeekMessageW(ctypes.byref(message), None, 0, LINE - 1, 1):
        user.DispatchMessageW(ctypes.byref(message))


def hear(thread):
    for _ in sys.stdin:
        user.PostThreadMessageW(thread, LINE, 0, 0)


action = {"copy": copy, "intrude": intrude, "insist": insist, "debug": debug}[sys.argv[1]]
window = user.CreateWindowExW(0, "Static", "other", 0x00CF0000, 100, 100, 400, 300, None, None, None, None)
if sys.argv[1] != "copy":
    user.ShowWindow(wintypes.HWND(window), 4)  # shown, and not brought to the front
threading.Thread(target=hear, args=(threading.get_native_id(),), daemon=True).start()
message = wintypes.MSG()
user.PeekMessageW(ctypes.byref(message), None, 0, 0, 0)
print("ready", flush=True)
while user.GetMessageW(ctypes.byref(message), None, 0, 0) > 0:
    if message.message == LINE:
        action(window)
        print("done", flush=True)
    else:
        user.DispatchMessageW(ctypes.byref(message))
