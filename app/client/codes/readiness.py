"""The codes of what an exam needs of a computer, as `refusals` has those of files and of the program."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from app.client.codes.refusals import ErrorCode
from resources.language import N_

LOCKING: Mapping[str, ErrorCode] = MappingProxyType(
    {
        "L-00": ErrorCode(
            N_("The device check is still looking at this computer."),
            N_("Wait until it has looked."),
            N_("Nothing, unless it stays: then ask for the program's log."),
        ),
        "L-01": ErrorCode(
            N_("An earlier exam left this computer changed, and it could not be put back by itself."),
            N_("Run “invigilo restore”, or ask your institution's support, then open the exam again."),
            N_("“invigilo restore” says what could not be put back, and what to do about each part."),
        ),
        "L-02": ErrorCode(
            N_("Part of what staff have set on this computer is not followed. The exam can start."),
            N_("Tell your institution's staff."),
            N_("“invigilo policy show” says which part, and why."),
        ),
        "L-03": ErrorCode(
            N_("The computer could not be locked, so the exam cannot begin yet. Nothing stays locked."),
            N_("Do what the page says, then try again."),
            N_("The page names the control. Restart the computer, try another, or sign the exam without it."),
        ),
    }
)

DEVICES: Mapping[str, ErrorCode] = MappingProxyType(
    {
        "A-01": ErrorCode(
            N_("Detection on this computer, where the exam asks for it."),
            N_("Nothing: you can start without it, and your institution sees that it was off."),
            N_("Install Invigilo again if its models are missing; “invigilo check” says why it is off."),
        ),
        "B-01": ErrorCode(
            N_("The battery of the computer."),
            N_("Connect the charger. You can start without it."),
            N_("Have chargers at hand. An exam that ends with the battery goes on where it was."),
        ),
        "C-01": ErrorCode(
            N_("The camera."),
            N_("Plug in a camera, open its shutter, close other programs that use it, then check again."),
            N_("“invigilo check” names the cameras, and says why one gives no picture."),
        ),
        "D-01": ErrorCode(
            N_("Free space on the disk, which keeps the recording until it is sent."),
            N_("Delete files that you do not need, or empty the waste bin, and check again."),
            N_("Earlier exams may still be there to be sent: run “invigilo upload”, then “invigilo purge”."),
        ),
        "E-01": ErrorCode(
            N_("A camera or microphone that a program makes."),
            N_("If you do not need it, close the program that makes it, and check again."),
            N_("It proves nothing: many programs for calls and sound bring one along."),
        ),
        "G-01": ErrorCode(
            N_("A debugger is attached to Invigilo."),
            N_("Start Invigilo by itself, not from a development tool."),
            N_("Restart the computer if nothing of the kind is known to run."),
        ),
        "K-01": ErrorCode(
            N_("More keyboards and mice than one of each."),
            N_("Unplug those that you do not need, and check again. You can start as it is."),
            N_("A receiver for a wireless mouse often counts as a keyboard too."),
        ),
        "M-01": ErrorCode(
            N_("The microphone."),
            N_("Plug in a microphone, switch it on (there may be two switches), then check again."),
            N_("“invigilo check” names the microphones, and says why one gives no sound."),
        ),
        "N-01": ErrorCode(
            N_("The endpoint that receives the recording."),
            N_("Check your network. You can start: everything is kept, sealed, on this computer and sent later."),
            N_("Does “invigilo-endpoint serve” run, and does the network let its address through?"),
        ),
        "N-02": ErrorCode(
            N_("The exam's own server and its first page."),
            N_("Check your network, and check again."),
            N_("Open the first page in a browser on the same network: its name, its certificate, its answer."),
        ),
        "P-01": ErrorCode(
            N_("A program is running that the institution does not allow."),
            N_("Save your work in it, close it, and check again."),
            N_("The page names the program. It may have a symbol beside the clock, or start by itself."),
        ),
        "R-01": ErrorCode(
            N_("The screen may be shown or controlled elsewhere."),
            N_("Work at the computer itself, and close programs that show or control this screen."),
            N_("A session over SSH, VNC or Remote Desktop counts too: log in at the computer."),
        ),
        "S-01": ErrorCode(
            N_("A storage device is connected."),
            N_("Remove it the way your system asks for, and check again."),
            N_("Card readers and telephones count too."),
        ),
        "T-01": ErrorCode(
            N_("A VPN is connected. This is noted."),
            N_("Disconnect it if you do not need it for the exam."),
            N_("Some networks need it to reach the exam: then leave it on."),
        ),
        "V-01": ErrorCode(
            N_("The computer may be a virtual machine."),
            N_("Use a computer directly, or ask your institution: staff can let you in."),
            N_("A single sign proves nothing. Let in those who may use one, or offer another computer."),
        ),
        "W-01": ErrorCode(
            N_("The desktop session uses Wayland, where some controls of the exam cannot be enforced."),
            N_("Log out and choose a session named X11 or Xorg on the login screen."),
            N_("Offer a computer with an X11 session, or a kiosk session as lockdown/README.md describes it."),
        ),
        "W-02": ErrorCode(
            N_("Controls that the exam asks for are not available on this computer."),
            N_("Use another computer, or ask your institution."),
            N_("The page names the controls; lockdown/README.md says which system offers which."),
        ),
        "X-01": ErrorCode(
            N_("The recording of the screen."),
            N_("Allow Invigilo to record the screen in the system's settings, then check again."),
            N_("“invigilo check” says why the screen cannot be recorded."),
        ),
        "X-02": ErrorCode(
            N_("More displays are connected than the exam allows."),
            N_("Disconnect the others, and check again."),
            N_("A projector, a dock and a mirrored display count too."),
        ),
    }
)
