"""The audit: append-only, hash-chained, written in the transaction of the change it tells of."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEvent(models.Model):
    """Somebody did, or looked at, something. Holds references and names of fields, never the values themselves.

    `hash` is the HMAC of this row's content and the hash before it; triggers of the database refuse every update
    and deletion, and ``manage.py verify_audit`` walks the chain.
    """

    seq = models.BigIntegerField(_("serial number"), unique=True)
    at = models.DateTimeField(_("at"), db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who")
    )
    action = models.CharField(_("what"), max_length=40, db_index=True)
    object_type = models.CharField(_("kind of record"), max_length=40)
    object_ref = models.CharField(_("record"), max_length=60)
    subject_ref = models.CharField(_("resident concerned"), max_length=60, blank=True, db_index=True)
    fields = models.JSONField(_("fields"), default=list)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    ip = models.GenericIPAddressField(_("network address"), null=True)
    request_id = models.CharField(_("request number"), max_length=36, blank=True)
    prev_hash = models.CharField(_("checksum before"), max_length=64)
    hash = models.CharField(_("checksum"), max_length=64, unique=True)

    class Meta:
        ordering = ["-seq"]
        verbose_name = _("audit event")
        verbose_name_plural = _("audit")
        indexes = [models.Index(fields=["object_type", "object_ref"], name="audit_by_object")]

    def __str__(self) -> str:
        return f"{self.seq} {self.action}"
