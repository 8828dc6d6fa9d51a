"""A campaign as it is planned, a list from outside, and the receipt at the door."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection
from typing import Any
from uuid import uuid4

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outreach.campaigns import Receipt
from outreach.forms.selections import SelectionForm
from outreach.forms.words import WordsForm, reviewed_texts
from outreach.mailings import seasons_ahead
from outreach.models import Campaign, CampaignTarget, Mailing, SignedBy, WhyMissed
from outreach.seasons import NAMES
from people.consent import PROMOTIONAL, Purpose
from people.models import User
from people.text_tables import decoded

# A list of more than this is no list of names.
UPLOAD_BYTES = 1_000_000


THINGS, MESSAGE = "things", "message"


class CampaignForm(WordsForm, SelectionForm):
    """Whom, when, and what each of them gets. Whether households or people is chosen by hand, never taken as read."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    # Of the draft that is changed: as its page showed it.
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    title = forms.CharField(label=gettext_lazy("Title"), max_length=60)
    season = forms.ChoiceField(label=gettext_lazy("Season"), choices=[("", gettext_lazy("None"))], required=False)
    held_on = forms.DateField(
        label=gettext_lazy("Held on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Left empty, it is the day of the season."),
    )
    gives = forms.ChoiceField(
        label=gettext_lazy("What each of them gets"),
        choices=[
            (THINGS, gettext_lazy("A gift or money, brought to the door")),
            (MESSAGE, gettext_lazy("A message, card or letter")),
        ],
        widget=forms.RadioSelect,
    )
    unit = forms.ChoiceField(label=gettext_lazy("To whom"), choices=Mailing.Unit.choices, widget=forms.RadioSelect)
    gift = forms.CharField(label=gettext_lazy("Gift"), max_length=40, required=False)
    gifts_each = forms.IntegerField(label=gettext_lazy("Gifts for each"), min_value=0, max_value=99, required=False)
    stock = forms.IntegerField(label=gettext_lazy("Gifts in stock"), min_value=0, max_value=1_000_000, required=False)
    money_each = forms.IntegerField(label=gettext_lazy("Yuan for each"), min_value=0, max_value=100_000, required=False)
    budget = forms.IntegerField(
        label=gettext_lazy("Budget in yuan"), min_value=0, max_value=100_000_000, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user: User = kwargs["user"]
        self.seasons = seasons_ahead()
        days = [(season.key, f"{NAMES[season.key]} · {season.date:%Y-%m-%d}") for season in self.seasons]
        self.fields["season"].choices = [("", _("None")), *days]  # type: ignore[attr-defined]
        for name in ("text", "purpose"):
            self.fields[name].required = False
        # A message to many is a greeting or an invitation; a notice to one person is written elsewhere.
        purposes = [(purpose.value, purpose.label) for purpose in Purpose if purpose in PROMOTIONAL]
        self.fields["purpose"].choices = purposes  # type: ignore[attr-defined]

    @classmethod
    def fresh(cls, season: str, user: User, key: Any) -> CampaignForm:
        """A form to begin with: the season where one was chosen, and the first area of the user's."""
        initial = {
            "key": key,
            "gives": THINGS,
            "gifts_each": 1,
            "purpose": Purpose.GREETING,
            **reviewed_texts("greeting"),
        }
        form = cls(initial=initial, user=user)
        form.initial["area"] = form.fields["area"].queryset.first()  # type: ignore[attr-defined]
        if chosen := next((one for one in form.seasons if one.key == season), None):
            title = _("%(season)s %(year)d") % {"season": chosen.name, "year": chosen.date.year}
            form.initial.update(season=season, title=title)
        return form

    @classmethod
    def like(cls, campaign: Campaign, user: User, key: Any) -> CampaignForm:
        """A form that begins with everything of another campaign, but its day."""
        copied = (
            "title",
            "season",
            "unit",
            "gift",
            "gifts_each",
            "stock",
            "money_each",
            "budget",
            "purpose",
            "channel",
        )
        form = cls(initial={name: getattr(campaign, name) for name in copied}, user=user)
        asked = {name: value for name, value in campaign.criteria.items() if name != "unit"}
        text, hant = campaign.texts.get(settings.LANGUAGE_CODE, ""), campaign.texts.get("zh-hant", "")
        gives = MESSAGE if campaign.is_message else THINGS
        form.initial.update(asked, key=key, gives=gives, text=text, text_hant=hant)
        return form

    @classmethod
    def of(cls, draft: Campaign, user: User) -> CampaignForm:
        """A form with everything of a draft, to be changed."""
        form = cls.like(draft, user, draft.uuid)
        form.initial.update(held_on=draft.held_on, version=draft.version)
        return form

    def again(self, sentence: str, **changes: Any) -> CampaignForm:
        """The same words in a form that was not taken, with *sentence* on top; *changes* are to hidden fields."""
        assert isinstance(self.data, QueryDict)
        data = self.data.copy()
        for name, value in changes.items():
            data[name] = str(value)
        form = type(self)(data, user=self.user)
        form.add_error(None, sentence)
        return form

    def names_of(self, fields: Collection[str]) -> str:
        """The columns of a campaign by the words of the form; whom it is for is one thing."""
        words = {"texts": self.fields["text"].label, **dict.fromkeys(("criteria", "area", "unit"), _("To whom"))}
        return _(", ").join(dict.fromkeys(str(words.get(name) or self.fields[name].label) for name in fields))

    def clean(self) -> dict[str, Any]:
        if self.data.get("gives") != MESSAGE:
            # What stands in the fields of the other choice is not meant.
            self.cleaned_data |= {"text": "", "text_hant": ""}
        given = super().clean()
        if not given.get("held_on") and "held_on" not in self.errors:
            day = next((season.date for season in self.seasons if season.key == given.get("season")), None)
            if day is None:
                self.add_error("held_on", _("Name a season or a day."))
            given["held_on"] = day
        if given.get("gives") == MESSAGE:
            self._clean_message(given)
        else:
            self._clean_things(given)
        return given

    def _clean_message(self, given: dict[str, Any]) -> None:
        given |= {"gift": "", "gifts_each": 0, "stock": 0, "money_each": 0, "budget": 0}
        if not given.get("text") and "text" not in self.errors:
            self.add_error("text", _("Write what they are to read."))
        if not given.get("purpose") and "purpose" not in self.errors:
            self.add_error("purpose", _("Say what the message is for."))

    def _clean_things(self, given: dict[str, Any]) -> None:
        given |= {"purpose": "", "channel": ""}
        for name in ("gifts_each", "stock", "money_each", "budget"):
            given[name] = given.get(name) or 0
        if given["gifts_each"] and not given.get("gift"):
            self.add_error("gift", _("Say what the gift is."))
        if not given["gifts_each"] and not given["money_each"]:
            self.add_error("gifts_each", _("Say how much each of them gets: gifts, money or both."))

    def campaign(self) -> Campaign:
        """The campaign as asked for, not kept yet."""
        asked = self.cleaned_data
        names = (
            "title",
            "season",
            "held_on",
            "gift",
            "gifts_each",
            "stock",
            "money_each",
            "budget",
            "purpose",
            "channel",
        )
        return Campaign(uuid=asked["key"], texts=self.texts(), **{name: asked[name] for name in names})


class OutsideForm(forms.Form):
    """Who got something from others: pasted, or as a file of comma-separated values."""

    source = forms.CharField(label=gettext_lazy("From whom"), max_length=60)
    lines = forms.CharField(
        label=gettext_lazy("Name and address, or a document number, one line each"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=200_000,
        required=False,
    )
    file = forms.FileField(
        label=gettext_lazy("Or a CSV file"), required=False, widget=forms.FileInput(attrs={"accept": ".csv,.txt"})
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        text = given.get("lines", "")
        if upload := given.get("file"):
            if upload.size > UPLOAD_BYTES:
                raise forms.ValidationError(_("This file is too large for a list of names."))
            text = f"{text}\n{_decoded(upload.read())}"
        given["rows"] = [row for row in csv.reader(io.StringIO(_one_comma(text.replace("\0", "")))) if any(row)]
        if not given["rows"] and not self.errors:
            raise forms.ValidationError(_("The list is empty."))
        return given


def _decoded(content: bytes) -> str:
    """What cannot be read is shown as such among the names: the list is looked at before anything is done."""
    text = decoded(content)
    return content.decode("gb18030", errors="replace") if text is None else text


def _one_comma(text: str) -> str:
    return text.replace("，", ",").replace("\t", ",").replace("\r\n", "\n").replace("\r", "\n")


# What somebody at the door can say.
AT_THE_DOOR = (WhyMissed.NOT_HOME, WhyMissed.REFUSED, WhyMissed.MOVED, WhyMissed.ELSEWHERE)
RESULTS = [
    (SignedBy.RECIPIENT.value, gettext_lazy("Received, signed")),
    (SignedBy.DELEGATE.value, gettext_lazy("A delegate signed")),
    *[(why.value, why.label) for why in AT_THE_DOOR],
]


class ReceiptForm(forms.Form):
    """What became of one target: one choice, none made beforehand; what was meant for it stands there already."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    result = forms.ChoiceField(label=gettext_lazy("What became of it"), choices=RESULTS, widget=forms.RadioSelect)
    gifts = forms.IntegerField(label=gettext_lazy("Gifts given"), min_value=0, max_value=999, required=False)
    money = forms.IntegerField(label=gettext_lazy("Yuan given"), min_value=0, max_value=1_000_000, required=False)
    signer = forms.CharField(label=gettext_lazy("Name of the delegate"), max_length=80, required=False)
    relation = forms.CharField(label=gettext_lazy("Relation to the recipient"), max_length=20, required=False)
    note = forms.CharField(label=gettext_lazy("Note"), max_length=100, required=False)
    nonetheless = forms.BooleanField(label=gettext_lazy("Got something already: give it nonetheless"), required=False)

    def __init__(self, *args: Any, target: CampaignTarget, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.target = target
        self.fields["gifts"].initial = target.campaign.gifts_each
        self.fields["money"].initial = target.campaign.money_each
        # Many of these stand on one page.
        self.auto_id = f"{target.uuid}-%s"

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("result") == SignedBy.DELEGATE:
            for name in ("signer", "relation"):
                if not given.get(name) and name not in self.errors:
                    self.add_error(name, _("Who signed in the recipient's place?"))
        return given

    def again(self, sentence: str) -> ReceiptForm:
        """The same words as a form of its own, with *sentence* on top."""
        assert isinstance(self.data, QueryDict)
        form = type(self)({**self.data.dict(), "key": str(uuid4())}, target=self.target)
        form.add_error(None, sentence)
        return form

    def receipt(self) -> Receipt:
        asked = self.cleaned_data
        signed = asked["result"] in SignedBy.values
        return Receipt(
            key=asked["key"],
            why="" if signed else asked["result"],
            signed_by=asked["result"] if signed else "",
            gifts=asked["gifts"] or 0,
            money=asked["money"] or 0,
            signer=asked["signer"],
            relation=asked["relation"],
            note=asked["note"],
            nonetheless=asked["nonetheless"],
        )
