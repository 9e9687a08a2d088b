"""The page that asks whether an institution, met for the first time on this computer, is who it says it is."""

from PySide6.QtCore import Signal

from resources.language import _
from ui import texts
from ui.client.checkin.consent import TrustCard
from ui.model import TrustPrompt
from ui.widgets.page import Page
from ui.widgets.text import button, label


class TrustPage(Page):
    """The institution's key in words, before anything of its exam is read; going on takes a comparison."""

    trust_confirmed = Signal()
    close_requested = Signal()

    def __init__(self, prompt: TrustPrompt) -> None:
        super().__init__(centred=True)
        self.body.addWidget(label(_(texts.TRUST_PAGE_TITLE), "title"))
        self.body.addWidget(label(_(texts.TRUST_PAGE_SENTENCE), "lead"))
        card = TrustCard(prompt)
        card.confirmed.connect(self.trust_confirmed)
        self.body.addWidget(card)
        close = button(_(texts.CLOSE), "closeButton", role="plain")
        close.clicked.connect(self.close_requested)
        self.add_buttons((close,), ())
