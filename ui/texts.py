"""Every sentence the windows say by themselves, in one place: plain words, short, no blame.

What is particular to an exam arrives in the view models. A name in braces is filled in by the window.
"""

from typing import Final

PROGRAM: Final = "Invigilo"
STEPS: Final = ("Before you start", "Device check", "Exam", "Handing in", "Done")

# Before you start
CONSENT_TITLE: Final = "Before you start"
RECORDED: Final = "What is recorded"
RECORDED_NOTHING: Final = "Nothing is recorded in this exam."
OBSERVED: Final = "What the program looks for"
OBSERVED_END: Final = (
    "Worked out on this computer, as numbers and times, and sealed with the recording. It marks moments for people to "
    "look at; it decides nothing, and it cannot tell who you are."
)
CONTROLS: Final = "What changes during the exam"
CONTROLS_END: Final = "All of this ends with the exam. Nothing stays changed."
CHECKS: Final = "What is checked before the exam"
AFTERWARDS: Final = "What happens to the recording"
NEVER: Final = "What this program never does"
ACCEPT: Final = "I have read this, continue"
DECLINE: Final = "I do not want to take part"
ACCEPT_HINT: Final = "Nothing is recorded yet."
LAST_TIME: Final = "Your exam was interrupted"
TRUST_PAGE_TITLE: Final = "A new institution"
TRUST_PAGE_SENTENCE: Final = "Nothing of the exam has been read yet. Please check first who sent it."
TRUST_TITLE: Final = "Is this really {institution}?"
TRUST_SENTENCE: Final = (
    "This computer has not met {institution} before. Compare these words with the ones it gave you, for example in "
    "the invitation or on its website. If they differ, do not go on, and ask the institution."
)
TRUST_BUTTON: Final = "The words are the same"
TRUST_DONE: Final = "Thank you. From now on this computer knows {institution}."
TRUST_HINT: Final = "First compare the words at the top."
DECLINE_TITLE: Final = "Not take part?"
DECLINE_SENTENCE: Final = (
    "Nothing has been recorded. This program will close, and the exam does not start. "
    "Please tell your institution if you need another way to take the exam."
)
DECLINE_CONFIRM: Final = "Close without taking part"
GO_BACK: Final = "Go back"

# Device check
CHECKS_TITLE: Final = "Device check"
CHECKS_LEAD: Final = "Take your time. Nothing is recorded yet."
CAMERA: Final = "Your camera"
CAMERA_WAITING: Final = "Waiting for the first picture …"
CAMERA_HINT: Final = "You should see your whole face, with light from the front."
MICROPHONE: Final = "Your microphone"
MICROPHONE_QUIET: Final = "Say a few words: the bars should move."
MICROPHONE_HEARD: Final = "Good, we can hear you."
RECHECK: Final = "Check again"
CLOSE_PROGRAMS: Final = "Close them …"
CLOSE_PROGRAMS_TITLE: Final = "Close these programs?"
CLOSE_PROGRAMS_SENTENCE: Final = (
    "Save your work in them first: what is not saved may be lost. They are asked to close, as when you log out; none "
    "is forced, and one that asks you something waits for your answer."
)
CLOSE_PROGRAMS_CONFIRM: Final = "Close these for me"
CLOSE_PROGRAMS_LEAVE: Final = "Leave exam"
CLOSE_PROGRAMS_BACK: Final = "I will close them"
START: Final = "Start the exam"
START_READY: Final = "Everything needed is ready."
START_NOT_YET: Final = "The exam can start when the points marked in red are solved."
START_RUNNING: Final = "Checking …"
CHECK_WORDS: Final = {"running": "Checking", "ok": "Ready", "attention": "Please look", "failed": "Not ready"}
FIX: Final = "What to do: {fix}"
OVERRIDE: Final = "Who can let this pass: {override}"

# Check-in
FACE_TITLE: Final = "Your face in the picture"
FACE_LEAD: Final = "The program looks for a face, so that you can be seen during the exam. It cannot tell whose it is."
FACE_CHANGED: Final = {"looking": "Looking", "found": "Found", "not_found": "Not found yet", "given_up": "Not found"}
CALIBRATION_TITLE: Final = "Where your screen is"
CALIBRATION_BEGIN: Final = "Begin, ten seconds"
CALIBRATION_DOT: Final = "Look at the dot"
SCAN_BEGIN: Final = "Begin"
SCAN_NEXT: Final = "Next place"
SCAN_SHOW: Final = "Show now"
SCAN_DONE: Final = "Shown"
SCAN_TO_COME: Final = "To come"
SCAN_STEP: Final = "{place} of {places}"
STILL_TAKE: Final = "Take the picture"
STILL_USE: Final = "Use this picture"
STILL_AGAIN: Final = "Take it again"
STILL_PICTURE: Final = "The picture that was taken"
CONTINUE: Final = "Continue"
GO_ON_WITHOUT: Final = "Go on without"
LEFT_OUT_NOTED: Final = "You may leave this out. Your institution sees that you did."
CALIBRATION_OPTIONAL: Final = "You may leave this out; nothing is held against you."
NOT_YET_RECORDED: Final = "Nothing is recorded yet."
DO_AGAIN: Final = "Do it again"
TRY_AGAIN: Final = "Try again"

# Leaving
LEAVE: Final = "Leave"
LEAVE_EXAM: Final = "Leave the exam"
LEAVE_TITLE: Final = "Leave the exam?"
LEAVE_SENTENCE: Final = (
    "The exam page closes and the recording ends. What was recorded until now, with your reason, is sent to your "
    "institution, which decides what happens next. Your computer is as before at once. "
    "This does not hand in your exam."
)
LEAVE_BEFORE_TITLE: Final = "Leave now?"
LEAVE_BEFORE_SENTENCE: Final = "Nothing has been recorded. You can open the exam again as long as it is open for you."
LEAVE_RECORDED_SENTENCE: Final = (
    "The recording ends. What was recorded until now is sent, sealed, to your institution. The exam does not start; "
    "please tell your institution."
)
LEAVE_BEFORE_REASON: Final = "Left before the exam started"
LEAVE_ASK: Final = "Why do you leave?"
LEAVE_REASONS: Final = (
    "Something technical does not work",
    "I do not feel well",
    "I need a break or help",
    "I do not want to be recorded any longer",
    "Another reason",
)
LEAVE_MORE: Final = "Anything to add (you can leave this empty)"
LEAVE_STAY: Final = "Stay"
LEAVE_CONFIRM: Final = "Leave"

# Exam
EXAM_WINDOW: Final = "Exam"
EXAM_KEYS: Final = "The exam fills the screen. F6 goes from its page to the buttons at the top, and back."
HAND_IN: Final = "Hand in"
HAND_IN_TITLE: Final = "Hand in your exam?"
HAND_IN_SENTENCE: Final = (
    "Please make sure that your answers are saved in the exam page first. After this you cannot come back to it. "
    "The recording ends, and your computer is as before."
)
HAND_IN_CONFIRM: Final = "Hand in now"
HAND_IN_BACK: Final = "Go back to the exam"
TEXT_SIZE: Final = "Text size of the page: {percent} %"
SHIELD_WORDS: Final = {"on": "Protected", "attention": "Look here", "off": "Not protected"}
CONNECTION_WORDS: Final = {"connected": "Connected", "waiting": "Sending", "offline": "No connection"}
SOURCE_WORDS: Final = {
    "webcam": (
        "Camera",
        {
            "on": "Camera is recording",
            "attention": "Camera sees nothing",
            "off": "Camera is off",
            "lost": "Camera is lost",
        },
    ),
    "microphone": (
        "Microphone",
        {
            "on": "Microphone is recording",
            "attention": "Microphone is silent",
            "off": "Microphone is off",
            "lost": "Microphone is lost",
        },
    ),
    "screen": (
        "Screen",
        {
            "on": "Screen is recorded",
            "attention": "Screen is black",
            "off": "Screen is not recorded",
            "lost": "Screen is lost",
        },
    ),
}
WAITING_TO_SEND: Final = "{size} to send"
HOLD_TITLE: Final = "Your exam waits for staff"
HOLD_SENTENCE: Final = (
    "What you wrote is kept, and nothing is decided. The exam's own clock may go on: staff can see how long this took."
)
HOLD_REASONS: Final = "Something was noticed that staff have to look at first: {reasons}."
HOLD_CODE: Final = "Show or read this code to staff:"
HOLD_ANSWER: Final = "Code that staff give you"
HOLD_RELEASE: Final = "Go on with the exam"
HOLD_OVER: Final = "You can go on with your exam."
HOLD_NO_STAFF: Final = (
    "No staff to be reached? Use the contact that your institution gave you. You can also hand in, or leave with a "
    "reason, with the buttons at the top. Recording goes on while you wait."
)
PAGE_OFFLINE_TITLE: Final = "The exam page cannot be reached"
PAGE_OFFLINE: Final = (
    "The connection to the exam is gone at the moment. This is not your fault, and it is noted that the connection "
    "was missing. The page comes by itself as soon as it can be reached."
)
PAGE_KEPT: Final = (
    "The exam could not be reached just now. Nothing is lost: everything you wrote is still here. "
    "Please press the same button in the page again in a moment."
)
PAGE_OFFLINE_NEXT: Final = "Next try in {seconds} s"
PAGE_OFFLINE_NOW: Final = "Trying …"
PAGE_RETRY: Final = "Try now"
PAGE_CRASHED_TITLE: Final = "The exam page has stopped"
PAGE_CRASHED: Final = (
    "The part of the program that shows the page has stopped working. This is not your fault, and your exam goes on. "
    "Load the page again to continue; answers that were already saved are still there."
)
PAGE_RELOAD: Final = "Load the page again"
ADDRESS_BLOCKED: Final = "That page is not part of the exam."
DOWNLOAD_BLOCKED: Final = "Files cannot be downloaded in this exam."
PRINT_BLOCKED: Final = "Printing is off in this exam."
FILE_BLOCKED: Final = "Files cannot be chosen in this exam."
PERMISSION_REFUSED: Final = "The exam page asked for something it does not get here. You need not do anything."
CERTIFICATE_REFUSED: Final = (
    "The exam server could not show that it is the right one, so its page was not opened. Please tell your institution."
)

# Page dialogs
PAGE_SAYS: Final = "The exam page says"
PAGE_ASKS: Final = "The exam page asks"
PAGE_OK: Final = "OK"
PAGE_CANCEL: Final = "Cancel"

# Handing in, done, trouble
HANDING_IN_TITLE: Final = "Handing in"
HANDED_IN_TITLE: Final = "Everything has arrived"
HANDING_IN_COUNT: Final = "{delivered} of {total} parts have arrived"
MAY_CLOSE: Final = (
    "You may close this window and use your computer as usual. What is left is sent when you open Invigilo again."
)
CLOSE: Final = "Close"
CLOSE_EARLY: Final = "Close, send the rest later"
RETRY: Final = "Try again"
TROUBLE_WHERE: Final = "Where"
TROUBLE_TODO: Final = "What you can do"
TROUBLE_CODE: Final = "If you ask for help, give this code:"

# Review
REVIEW_NOTE: Final = "Software only marks moments. People decide."
VERDICT_WORDS: Final = {"COMPLETE": "Complete", "INTERRUPTED": "Interrupted", "TAMPERED": "Altered"}
LEVEL_WORDS: Final = {"green": "Routine", "yellow": "Worth a look", "red": "Look closely"}
STREAM_WORDS: Final = {"webcam": "Camera", "screen": "Screen", "microphone": "Microphone", "events": "Events"}
DOCUMENTS: Final = "Pictures taken at check-in"
DOCUMENT_TITLE: Final = "{title}, {number} of {count}"
DOCUMENT_NEXT: Final = "Next picture"
DOCUMENT_NOTE: Final = "No software has compared this picture with anybody."
PICTURE_LARGE: Final = "{stream} large"
NO_PICTURE: Final = "No picture at this time"
NOT_RECORDED: Final = "{stream} was not recorded"
EVENTS: Final = "Events"
EVENTS_NONE: Final = "No events in this recording."
PLAY: Final = "Play"
PAUSE: Final = "Pause"
SECONDS_BACK: Final = "Ten seconds back"
SECONDS_FORWARD: Final = "Ten seconds on"
EVENT_PREVIOUS: Final = "Previous event"
EVENT_NEXT: Final = "Next event"
