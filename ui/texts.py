"""Every sentence the windows say by themselves, in one place: plain words, short, no blame.

What is particular to an exam arrives in the view models. A name in braces is filled in by the window. The constants
are marked for translation here and said by `_` where they are shown.
"""

from typing import Final

from resources.language import N_

PROGRAM: Final = "Invigilo"
STEPS: Final = (N_("Before you start"), N_("Device check"), N_("Exam"), N_("Handing in"), N_("Done"))

# Before you start
CONSENT_TITLE: Final = N_("Before you start")
RECORDED: Final = N_("What is recorded")
RECORDED_NOTHING: Final = N_("Nothing is recorded in this exam.")
OBSERVED: Final = N_("What the program looks for")
OBSERVED_END: Final = N_(
    "Worked out on this computer, as numbers and times, and sealed with the recording. It marks moments for people to "
    "look at; it decides nothing, and it cannot tell who you are."
)
CONTROLS: Final = N_("What changes during the exam")
CONTROLS_END: Final = N_("All of this ends with the exam. Nothing stays changed.")
CHECKS: Final = N_("What is checked before the exam")
TIME: Final = N_("Your time")
AFTERWARDS: Final = N_("What happens to the recording")
NEVER: Final = N_("What this program never does")
ACCEPT: Final = N_("I have read this, continue")
DECLINE: Final = N_("I do not want to take part")
ACCEPT_HINT: Final = N_("Nothing is recorded yet.")
LAST_TIME: Final = N_("Your exam was interrupted")
TRUST_PAGE_TITLE: Final = N_("A new institution")
TRUST_PAGE_SENTENCE: Final = N_("Nothing of the exam has been read yet. Please check first who sent it.")
TRUST_TITLE: Final = N_("Is this really {institution}?")
TRUST_SENTENCE: Final = N_(
    "This computer has not met {institution} before. Compare these words with the ones it gave you, for example in "
    "the invitation or on its website. If they differ, do not go on, and ask the institution."
)
TRUST_BUTTON: Final = N_("The words are the same")
TRUST_DONE: Final = N_("Thank you. From now on this computer trusts {institution}.")
TRUST_HINT: Final = N_("First compare the words at the top.")
DECLINE_TITLE: Final = N_("Not take part?")
DECLINE_SENTENCE: Final = N_(
    "Nothing has been recorded. This program will close, and the exam does not start. "
    "Please tell your institution if you need another way to take the exam."
)
DECLINE_CONFIRM: Final = N_("Close without taking part")
GO_BACK: Final = N_("Go back")

# Device check
CHECKS_TITLE: Final = N_("Device check")
CHECKS_LEAD: Final = N_("Take your time. Nothing is recorded yet.")
CAMERA: Final = N_("Your camera")
CAMERA_WAITING: Final = N_("Waiting for the first picture …")
CAMERA_HINT: Final = N_("You should see your whole face, with light from the front.")
MICROPHONE: Final = N_("Your microphone")
MICROPHONE_QUIET: Final = N_("Say a few words: the bars should move.")
MICROPHONE_HEARD: Final = N_("Good, we can hear you.")
RECHECK: Final = N_("Check again")
CLOSE_PROGRAMS: Final = N_("Close them …")
CLOSE_PROGRAMS_TITLE: Final = N_("Close these programs?")
CLOSE_PROGRAMS_SENTENCE: Final = N_(
    "Save your work in them first: what is not saved may be lost. They are asked to close, as when you log out; none "
    "is forced, and one that asks you something waits for your answer."
)
CLOSE_PROGRAMS_CONFIRM: Final = N_("Close these for me")
CLOSE_PROGRAMS_LEAVE: Final = N_("Leave exam")
CLOSE_PROGRAMS_BACK: Final = N_("I will close them")
START: Final = N_("Start the exam")
CHECK_WORDS: Final = {
    "checking": N_("Checking"),
    "ready": N_("Ready"),
    "attention": N_("Please look"),
    "blocking": N_("Not ready"),
    "not_asked": N_("Not asked for"),
}
FIX: Final = N_("What to do: {fix}")
OVERRIDE: Final = N_("Who can let this pass: {override}")

# Check-in
FACE_TITLE: Final = N_("Your face in the picture")
FACE_LEAD: Final = N_(
    "The program looks for a face, so that you can be seen during the exam. It cannot tell whose it is."
)
FACE_CHANGED: Final = {
    "looking": N_("Looking"),
    "found": N_("Found"),
    "not_found": N_("Not found yet"),
    "given_up": N_("Not found"),
}
CALIBRATION_TITLE: Final = N_("Where your screen is")
CALIBRATION_BEGIN: Final = N_("Begin, ten seconds")
CALIBRATION_DOT: Final = N_("Look at the dot")
SCAN_BEGIN: Final = N_("Begin")
SCAN_NEXT: Final = N_("Next place")
SCAN_SHOW: Final = N_("Show now")
SCAN_DONE: Final = N_("Shown")
SCAN_TO_COME: Final = N_("Still to come")
SCAN_STEP: Final = N_("{place} of {places}")
STILL_TAKE: Final = N_("Take the picture")
STILL_USE: Final = N_("Use this picture")
STILL_AGAIN: Final = N_("Take it once more")
STILL_PICTURE: Final = N_("The picture that was taken")
CONTINUE: Final = N_("Continue")
GO_ON_WITHOUT: Final = N_("Go on without")
LEFT_OUT_NOTED: Final = N_("You may leave this out. Your institution sees that you did.")
CALIBRATION_OPTIONAL: Final = N_("You may leave this out; nothing is held against you.")
NOT_YET_RECORDED: Final = N_("Nothing is recorded yet.")
DO_AGAIN: Final = N_("Do it again")
TRY_AGAIN: Final = N_("Try again")

# Leaving
LEAVE: Final = N_("Leave")
LEAVE_TITLE: Final = N_("Leave the exam?")
LEAVE_SENTENCE: Final = N_(
    "The exam page closes and the recording ends. What was recorded until now, with your reason, is sent to your "
    "institution, which decides what happens next. Your computer is as before at once. "
    "This does not hand in your exam."
)
LEAVE_BEFORE_TITLE: Final = N_("Leave now?")
LEAVE_BEFORE_SENTENCE: Final = N_(
    "Nothing has been recorded. You can open the exam again as long as it is open for you."
)
LEAVE_RECORDED_SENTENCE: Final = N_(
    "The recording ends. What was recorded until now is sent, sealed, to your institution. The exam does not start; "
    "please tell your institution."
)
LEAVE_ASK: Final = N_("Why do you leave?")
LEAVE_REASONS: Final = (
    ("technical", N_("Something technical does not work")),
    ("unwell", N_("I do not feel well")),
    ("break_or_help", N_("I need a break or help")),
    ("recording_unwanted", N_("I do not want to be recorded any longer")),
    ("other", N_("Another reason")),
)
"""The code that is recorded, and what the person reads."""
LEAVE_MORE: Final = N_("Anything to add (you can leave this empty)")
LEAVE_STAY: Final = N_("Stay")
LEAVE_CONFIRM: Final = N_("Leave")

# Exam
EXAM_WINDOW: Final = N_("Exam")
EXAM_KEYS: Final = N_("The exam fills the screen. F6 goes from its page to the buttons at the top, and back.")
HAND_IN: Final = N_("Hand in")
HAND_IN_TITLE: Final = N_("Hand in your exam?")
HAND_IN_SENTENCE: Final = N_(
    "Please make sure that your answers are saved in the exam page first. After this you cannot come back to it. "
    "The recording ends, and your computer is as before."
)
HAND_IN_CONFIRM: Final = N_("Hand in now")
HAND_IN_BACK: Final = N_("Go back to the exam")
TEXT_SIZE: Final = N_("Text size of the page: {percent} %")
SHIELD_WORDS: Final = {"on": N_("Recording"), "attention": N_("Look here"), "off": N_("Not recording")}
CONNECTION_WORDS: Final = {"connected": N_("Sending"), "waiting": N_("Waiting"), "offline": N_("Kept here")}
SOURCE_WORDS: Final = {
    "webcam": (
        N_("Camera"),
        {
            "on": N_("Camera is recording"),
            "attention": N_("Camera sees nothing"),
            "off": N_("Camera is off"),
            "lost": N_("Camera gives no picture"),
            "absent": N_("No camera"),
            "opening": N_("Camera starts"),
        },
    ),
    "microphone": (
        N_("Microphone"),
        {
            "on": N_("Microphone is recording"),
            "attention": N_("Microphone is silent"),
            "off": N_("Microphone is off"),
            "lost": N_("Microphone gives no sound"),
            "absent": N_("No microphone"),
            "opening": N_("Microphone starts"),
        },
    ),
    "screen": (
        N_("Screen"),
        {
            "on": N_("Screen is recorded"),
            "attention": N_("Screen is black"),
            "off": N_("Screen is not recorded"),
            "lost": N_("Screen gives no picture"),
            "absent": N_("No screen"),
            "opening": N_("Screen starts"),
        },
    ),
}
WAITING_TO_SEND: Final = N_("{size} to send")
BREAK: Final = N_("Take a break")
BREAK_SENTENCE: Final = N_("Your exam file allows breaks. The page is covered meanwhile, and recording goes on.")
BREAK_TITLE: Final = N_("You are on a break")
BREAK_LEAD: Final = N_(
    "Take your time. What you wrote is kept, and the time left that is shown at the top stands still. The exam page "
    "may have a clock of its own that goes on."
)
BREAK_RECORDED: Final = N_(
    "Recording goes on, and this computer stays locked. Your institution sees when the break began and ended."
)
BREAK_BACK: Final = N_("Go on with the exam")
HOLD_TITLE: Final = N_("Your exam waits for staff")
HOLD_SENTENCE: Final = N_(
    "What you wrote is kept, and nothing is decided. The exam's own clock may go on: staff can see how long this took."
)
HOLD_REASONS: Final = N_("Something was noticed that staff have to look at first: {reasons}.")
HOLD_CODE: Final = N_("Show or read this code to staff:")
HOLD_ANSWER: Final = N_("Code that staff give you")
HOLD_RELEASE: Final = N_("Go on with the exam")
HOLD_OVER: Final = N_("You can go on with your exam.")
HOLD_NO_STAFF: Final = N_(
    "No staff to be reached? Use the contact that your institution gave you. You can also hand in, or leave with a "
    "reason, with the buttons at the top. Recording goes on while you wait."
)
PAGE_KEPT: Final = N_(
    "The exam could not be reached just now. This page is still the same: please look whether your last answer is "
    "in it, and press the same button in the page again in a moment."
)
PAGE_SLOW: Final = N_(
    "The exam's server has not answered yet. Please wait a little: this page stays as it is meanwhile."
)
PAGE_SILENT: Final = N_(
    "The exam's server did not answer when it was asked last. This page is still the same: before you go on to the "
    "next one, please look whether your last answers are saved."
)
PAGE_ANSWERS: Final = N_("The exam's server answers again.")
PAGE_KEPT_UNSIGNED: Final = N_("The next page asks for a sign-in, which was not given. This page is still the same.")
PAGE_ANSWER_SHOWN: Final = N_("What the server sent stands below.")
PAGE_OTHER_SHOWN: Final = N_(
    "What it sent stands below. Trying again also sends again what you sent last; whether that was saved is not known "
    "here."
)
PAGE_NEXT_TRY: Final = N_("Next try in {seconds} s")
PAGE_TRYING: Final = N_("Trying …")
PAGE_RETRY: Final = N_("Try again")
PAGE_BACK: Final = N_("Page before")
PAGE_FACTS: Final = N_("Server: {host}. Code for support: {code}")
PAGE_CRASHED_SIGN: Final = N_("Exam page: stopped")
PAGE_CRASHED_TITLE: Final = N_("The page has stopped")
PAGE_CRASHED: Final = N_(
    "The part of the program that shows the page has stopped working. This is not your fault, and your exam goes on. "
    "Load the page again to continue, and look whether your last answers are in it."
)
PAGE_RELOAD: Final = N_("Load the page again")
ADDRESS_BLOCKED: Final = N_("That page is not part of the exam.")
DOWNLOAD_BLOCKED: Final = N_("Files cannot be downloaded in this exam.")
PRINT_BLOCKED: Final = N_("Printing is off in this exam.")
FILE_BLOCKED: Final = N_("Files cannot be chosen in this exam.")
PERMISSION_REFUSED: Final = N_("A page of the exam asked for something it does not get here. You need not do anything.")
CERTIFICATE_REFUSED: Final = N_(
    "The exam server could not show that it is the right one, so its page was not opened. Please tell your institution."
)

# Page dialogs
PAGE_SAYS: Final = N_("A page of the exam says")
PAGE_ASKS: Final = N_("A page of the exam asks")
PAGE_OK: Final = N_("OK")
PAGE_CANCEL: Final = N_("Cancel")

# Handing in, done, trouble
HANDING_IN_TITLE: Final = N_("Handing in")
HANDED_IN_TITLE: Final = N_("Everything has arrived")
HANDING_IN_COUNT: Final = N_("{delivered} of {total} parts have arrived")
MAY_CLOSE: Final = N_(
    "You may close this window and use your computer as usual. What is left is sent when you open Invigilo again."
)
CLOSE: Final = N_("Close")
CLOSE_EARLY: Final = N_("Close, send the rest later")
RETRY: Final = N_("Try again")
TROUBLE_WHERE: Final = N_("Where")
TROUBLE_TODO: Final = N_("What you can do")
TROUBLE_CODE: Final = N_("If you ask for help, give this code:")
