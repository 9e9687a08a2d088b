"""An endpoint without its HTTP surface, as its operator has it."""

import hashlib

from app.endpoint.admission import Admissions
from app.endpoint.fsck import differences
from app.endpoint.identity import EndpointIdentity
from app.endpoint.intake import Intake
from app.endpoint.local_storage import LocalStorage
from app.endpoint.reconcile import reconcile
from app.endpoint.records import Records
from app.wire.admissions import AdmissionRequest
from app.wire.objects import ObjectId
from app.wire.regions import region
from app.wire.tokens import read_token
from tests.unit.delivery.kit import SETTINGS, Institution, now, sealed


class Operator:
    """What an operator has: storage, records, keys, and what takes objects in."""

    def __init__(self, data):
        self.data = data
        self.clock = now()
        self.storage = LocalStorage(data)
        self.records = Records.in_folder(data)
        self.identity = EndpointIdentity.in_folder(data)
        self.institution = Institution()
        self.intake = Intake(self.storage, self.records, self.identity, lambda: self.clock)
        roots = [Institution().key.verify_key, self.institution.key.verify_key]
        self.admissions = Admissions(roots, self.records, self.identity, region("eu"), lambda: self.clock)

    def admit(self, attempt=None, candidate="candidate-7", signature=None, ticket=None):
        request = AdmissionRequest(
            signature=signature or self.institution.signature(),
            settings_sha256=hashlib.sha256(SETTINGS).hexdigest(),
            settings_blake2b512=hashlib.blake2b(SETTINGS).hexdigest(),
            candidate=candidate,
            attempt=attempt,
            ticket=ticket,
        )
        return self.admissions.admit(request)

    def token(self, admission):
        return read_token(admission.token, self.identity.tokens.public_key(), self.identity.endpoint_id, self.clock)

    def take(self, admission, name, data, sid=None):
        object_id = ObjectId.from_name(sid or f"{admission.attempt}.0", name)
        return self.intake.take(object_id, self.token(admission), data, hashlib.sha256(data).hexdigest())

    def session(self, **sealing):
        admission = self.admit()
        objects = sealed(admission, **sealing)
        for name, data in objects.items():
            assert self.take(admission, name, data).created
        return admission, f"{admission.attempt}.0", objects

    def codes(self):
        return [each.code for each in self.differences()]

    def differences(self):
        return list(differences(self.storage, self.records, self.identity.endpoint_id))

    def reconcile(self):
        return reconcile(self.storage, self.records, "2026-11-22T09:00:00.000Z")
