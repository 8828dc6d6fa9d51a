"""How cases are sorted: categories, channels, urgency. Categories are data."""

from __future__ import annotations

from typing import Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from caseworks.sampling import EVERYBODY


class Channel(models.TextChoices):
    """How a request arrived."""

    HOTLINE = "hotline", _("Hotline")
    WINDOW = "window", _("Window")
    VISIT = "visit", _("Visit")
    RECEPTION = "reception", _("Reception day")
    STATION = "station", _("Liaison station")
    ONLINE = "online", _("Online")
    LETTER = "letter", _("Letter")
    PASSED_DOWN = "passed_down", _("Passed down")
    PATROL = "patrol", _("Patrol")


class Urgency(models.TextChoices):
    NORMAL = "normal", _("Normal")
    URGENT = "urgent", _("Urgent")
    CRITICAL = "critical", _("Critical")


class CategoryQuerySet(models.QuerySet["Category"]):
    def active(self) -> Self:
        """Those that can be chosen today."""
        today = timezone.localdate()
        begun = Q(active_from__isnull=True) | Q(active_from__lte=today)
        return self.filter(begun, Q(active_until__isnull=True) | Q(active_until__gte=today), active=True)


class Category(models.Model):
    """What a request is about. Deactivated, never deleted: old cases keep theirs."""

    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )
    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=40)
    name_hant = models.CharField(_("name in Traditional Chinese"), max_length=40, blank=True)
    name_en = models.CharField(_("name in English"), max_length=60, blank=True)
    keywords = models.TextField(
        _("keywords"), blank=True, help_text=_("Words in a request that suggest this category, separated by spaces.")
    )
    urgency = models.CharField(_("usual urgency"), max_length=10, choices=Urgency, default=Urgency.NORMAL)
    follow_up_share = models.PositiveSmallIntegerField(
        _("share asked (%)"),
        default=EVERYBODY,
        validators=[MaxValueValidator(EVERYBODY)],
        help_text=_(
            "How many callers of a hundred are asked before their case closes, drawn by lot: 100 everybody, 0 nobody. "
            "Cases reopened or supervised, and callers not satisfied before, are always asked."
        ),
    )
    approve_closure = models.BooleanField(
        _("approve closures"), default=False, help_text=_("Somebody else approves an outcome before it counts.")
    )
    search = models.CharField(max_length=200, blank=True, editable=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    photo_required = models.BooleanField(
        _("photo required"), default=False, help_text=_("An outcome is reported with a photo of what was done.")
    )
    active = models.BooleanField(_("active"), default=True)
    active_from = models.DateField(_("active from"), null=True, blank=True)
    active_until = models.DateField(
        _("active until"), null=True, blank=True, help_text=_("Both days included; open cases keep their category.")
    )

    history = HistoricalRecords()
    objects = CategoryQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("category")
        verbose_name_plural = _("categories")

    def __str__(self) -> str:
        by_language = {"zh-hant": self.name_hant, "en": self.name_en}
        return by_language.get(get_language() or "", "") or self.name

    def clean(self) -> None:
        if self.active_from and self.active_until and self.active_until < self.active_from:
            raise ValidationError({"active_until": _("This day lies before the first one.")})

    @property
    def in_use(self) -> bool:
        """Whether it can be chosen today."""
        today = timezone.localdate()
        begun = self.active_from is None or self.active_from <= today
        return self.active and begun and (self.active_until is None or self.active_until >= today)


class TextModule(models.Model):
    """A ready-made text for a note, a reply or the script of a follow-up call."""

    class Use(models.TextChoices):
        SUMMARY = "summary", _("Request")
        REPLY = "reply", _("Reply")
        FOLLOW_UP = "follow_up", _("Script of the follow-up call")

    use = models.CharField(_("used for"), max_length=12, choices=Use)
    shortcut = models.SlugField(_("shortcut"), max_length=20, blank=True)
    name = models.CharField(_("name"), max_length=60)
    text = models.TextField(_("text"))
    active = models.BooleanField(_("active"), default=True)

    history = HistoricalRecords()

    class Meta:
        ordering = ["use", "name"]
        verbose_name = _("template")
        verbose_name_plural = _("templates")

    def __str__(self) -> str:
        return self.name
