"""What the office may write and how: the reviewed texts, and the rules of each provider of short messages."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from outreach.messaging_rules import DAILY_QUOTA, GREETING_WORDS
from people.consent import Purpose


class MessageTemplate(models.Model):
    """A text for a purpose in one language and script. Only what somebody has reviewed goes out by itself."""

    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    subject = models.CharField(_("subject"), max_length=120, blank=True, help_text=_("Of an e-mail or a card."))
    text = models.TextField(_("text"), max_length=1000, help_text=_("Variables stand in braces, such as {name}."))
    reviewed_on = models.DateField(_("reviewed on"), null=True, blank=True)
    active = models.BooleanField(_("active"), default=True)

    history = HistoricalRecords()

    class Meta:
        ordering = ["purpose", "language"]
        verbose_name = _("message template")
        verbose_name_plural = _("message templates")
        constraints = [
            models.UniqueConstraint(
                fields=["purpose", "language"], condition=Q(active=True), name="message_template_active_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} · {self.get_language_display()}"


class ProviderRules(models.Model):
    """What one provider of short messages accepts; the active one is the office's."""

    code = models.SlugField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=40)
    active = models.BooleanField(_("active"), default=False)
    opt_out_words = models.CharField(
        _("opt-out words"), max_length=80, blank=True, help_text=_("What people reply to hear no more, by commas.")
    )
    opt_out_line = models.CharField(
        _("opt-out sentence"), max_length=40, blank=True, help_text=_("Must close a promotional message.")
    )
    opens = models.TimeField(_("from hour"), null=True, blank=True)
    closes = models.TimeField(_("to hour"), null=True, blank=True)
    promotional_variables = models.BooleanField(_("variables in promotional messages"), default=False)
    traditional = models.BooleanField(_("Traditional characters"), default=True)
    phone_numbers = models.BooleanField(_("mobile numbers in promotional messages"), default=False)
    most_parts = models.PositiveSmallIntegerField(_("parts at most"), default=4)
    forbidden = models.TextField(_("forbidden words"), blank=True, help_text=_("One a line."))
    greeting_words = models.TextField(
        _("words of a greeting"),
        blank=True,
        default="\n".join(GREETING_WORDS),
        help_text=_("One a line. A notice that holds one is a promotional message to the provider."),
    )
    daily_quota = models.PositiveSmallIntegerField(
        _("messages to one number a day"),
        default=DAILY_QUOTA,
        help_text=_("At most; the next ones leave the day after. 0: as many as there are."),
    )
    source = models.CharField(_("source"), max_length=200, blank=True)

    history = HistoricalRecords()

    class Meta:
        ordering = ["code"]
        verbose_name = _("rules of a provider")
        verbose_name_plural = _("rules of providers")
        constraints = [
            models.UniqueConstraint(fields=["active"], condition=Q(active=True), name="provider_rules_active_once")
        ]

    def __str__(self) -> str:
        return self.name
