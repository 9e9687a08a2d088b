"""What can go wrong between sealing and delivery, on this machine.

    DeliveryError
    ├── SpoolFull          the disk has no room for what must be kept
    ├── SpoolUnusable      the spool folder or its index cannot be written or read
    ├── EnqueueRefused     not an object, too large, or another content under a promised name
    └── EndpointInvalid    the endpoint described in the settings cannot be used as it is written

The messages are for developers; what people read is made in `app/client/pages/delivery_words.py`.
What happens on the network is expected and is a value (`app.client.delivery.transport.Delivery`), not an error.
"""


class DeliveryError(Exception):
    """Base of every error of the outbox and of the way to the endpoint."""


class SpoolFull(DeliveryError):
    """The disk is full: nothing that was promised is lost, but no more can be promised.

    `needed_bytes` is what was to be set aside, None where it was not about that.
    """

    def __init__(self, message: str, *, needed_bytes: int | None = None) -> None:
        super().__init__(message)
        self.needed_bytes = needed_bytes


class SpoolUnusable(DeliveryError):
    """The spool folder or its index cannot be written or read."""


class EnqueueRefused(DeliveryError):
    """The caller asked to keep something that is no object, or that contradicts an earlier promise."""


class EndpointInvalid(DeliveryError):
    """Address, certificate authority or receipt key of an endpoint is not usable."""
