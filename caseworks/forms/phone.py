"""The forms of the phone: a visit, a report of one's own, the moves on a case, and the photos that come with them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from caseworks import moves, workflow
from caseworks.doorstep import Aftermath
from caseworks.forms.actions import ActionForm, text_field
from caseworks.forms.cases import AcceptForm, NoteForm, ResumeForm, SuspendForm
from caseworks.forms.co_handling import OpinionForm
from caseworks.forms.extending import ExtendForm
from caseworks.forms.followups import DoorAnswersForm
from caseworks.forms.resolving import ResolveOnPhoneForm
from caseworks.forms.returning import ReturnForm
from caseworks.forms.supervision import FeedbackForm
from caseworks.intake import Intake
from caseworks.models import Case, Category, Channel, Urgency
from caseworks.states import Verb
from outreach import visiting
from outreach.models import VisitForm, VisitOutcome
from outreach.models.visits import AT_THE_DOOR
from people import photos
from people.household_changes import WANTS_WORDS, Change
from people.models import Area, Household, Photo, Resident, User
from people.models.areas import within
from people.photos import PhotoRefused

MOST_PHOTOS = 9


@dataclass
class Pictures:
    """The photos of a form: those the office has by now, and a sentence for each that could not be kept."""

    kept: list[Photo]
    refused: list[str]

    @classmethod
    def none(cls) -> Pictures:
        return cls([], [])


def take_in(
    uploads: Sequence[UploadedFile], earlier: Iterable[str], *, form: UUID, by: User, area: Area | None
) -> Pictures:
    """Keep the photos of a form before anything else is looked at, so that nothing wrong in it costs a photo.

    *earlier* are the uuids of those that came with an earlier try of the same form.
    """
    known = Photo.objects.filter(taken_by=by, uuid__in=[uuid for text in earlier if (uuid := _uuid(text))])
    pictures = Pictures(list(known), [])
    for number, upload in enumerate(uploads, 1):
        try:
            if number > MOST_PHOTOS:
                raise PhotoRefused(_("At most %(most)d photos at once.") % {"most": MOST_PHOTOS})
            photo = photos.keep(upload, photos.uuid_of(upload, form), by=by, area=area)
        except PhotoRefused as refusal:
            sentence = _("Photo %(number)d (%(name)s) was not kept: %(reason)s")
            pictures.refused.append(sentence % {"number": number, "name": upload.name, "reason": refusal})
        else:
            if photo not in pictures.kept:
                pictures.kept.append(photo)
    return pictures


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def form_uuid(text: str | None) -> UUID:
    """The uuid a form was sent with; a new one where it has none that can be read."""
    return _uuid(text or "") or uuid4()


# Somebody is asked to call again within so many days.
LATEST_AGAIN = 366


class VisitRecordForm(forms.Form):
    """A visit at the door. Nothing is chosen beforehand but the form of contact: a visit nobody made has no outcome."""

    uuid = forms.UUIDField(widget=forms.HiddenInput)
    outcome = forms.ChoiceField(
        label=gettext_lazy("How is it today?"),
        choices=AT_THE_DOOR,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose how it is.")},
    )
    note = text_field(gettext_lazy("Note"), required=False, rows=2)
    form = forms.ChoiceField(
        label=gettext_lazy("Form of contact"), choices=VisitForm.choices, initial=VisitForm.HOME.value
    )
    promised = text_field(gettext_lazy("Promised"), required=False, rows=2)
    given = forms.CharField(label=gettext_lazy("Given"), required=False, max_length=200)
    suggestion = text_field(gettext_lazy("What they propose"), required=False, rows=2)
    category = forms.ModelChoiceField(
        Category.objects.active(),
        label=gettext_lazy("If help is needed: what about?"),
        empty_label=gettext_lazy("Not yet sorted"),
        required=False,
    )
    met = forms.ModelChoiceField(
        Resident.objects.none(), label=gettext_lazy("Whom did you meet?"), empty_label="—", required=False
    )
    again_on = forms.DateField(
        label=gettext_lazy("Call again by"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    change = forms.ChoiceField(
        label=gettext_lazy("What changed in the household?"),
        choices=[("", gettext_lazy("Nothing")), *Change.choices],
        required=False,
    )
    change_text = forms.CharField(label=gettext_lazy("What, and where to"), max_length=150, required=False)

    def __init__(self, *args: Any, household: Household, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = household.memberships.current().filter(resident__died_on__isnull=True)
        met = self.fields["met"]
        assert isinstance(met, forms.ModelChoiceField)
        met.queryset = Resident.objects.filter(pk__in=members.values("resident"))

    def clean_again_on(self) -> date | None:
        day: date | None = self.cleaned_data["again_on"]
        if day and not 0 < (day - timezone.localdate()).days <= LATEST_AGAIN:
            raise forms.ValidationError(_("Please choose a day after today, within a year."))
        return day

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("change") in WANTS_WORDS and not given.get("change_text"):
            self.add_error("change_text", _("Please say it in a few words."))
        return given

    def aftermath(self) -> Aftermath:
        said = self.cleaned_data
        return Aftermath(said["category"], said["suggestion"], said["again_on"], said["change"], said["change_text"])

    @property
    def urgent(self) -> bool:
        return bool(self.cleaned_data["outcome"] == VisitOutcome.URGENT)

    def record(self, household: Household, pictures: Pictures) -> visiting.VisitRecord:
        said = self.cleaned_data
        return visiting.VisitRecord(
            household=household,
            outcome=said["outcome"],
            uuid=said["uuid"],
            form=said["form"],
            met=said["met"],
            note=said["note"],
            promised=said["promised"],
            given=said["given"],
            photos=pictures.kept,
        )


class _AreaField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.long_name)


class ReportForm(forms.Form):
    """Something a liaison saw himself: what, of which kind, where."""

    uuid = forms.UUIDField(widget=forms.HiddenInput)
    summary = forms.CharField(
        label=gettext_lazy("What is it?"),
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": gettext_lazy("Write down what you saw.")},
    )
    category = forms.ModelChoiceField(
        Category.objects.active(),
        label=gettext_lazy("Category"),
        empty_label=gettext_lazy("Not yet sorted"),
        required=False,
    )
    area = _AreaField(Area.objects.none(), label=gettext_lazy("Area"))
    place = forms.CharField(label=gettext_lazy("Place"), required=False, max_length=200)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        area = self.fields["area"]
        assert isinstance(area, forms.ModelChoiceField)
        area.queryset = (
            Area.objects.filter(within(user.scope.paths)).active().select_related("level", "parent").order_by("path")
        )
        own = list(area.queryset[:2])
        # Most leaders have one group; who has more must say which.
        if len(own) == 1:
            area.initial = own[0].pk
        else:
            area.empty_label = str(_("Choose"))

    def intake(self, pictures: Pictures) -> Intake:
        said = self.cleaned_data
        category: Category | None = said["category"]
        return Intake(
            uuid=said["uuid"],
            channel=Channel.PATROL,
            summary=said["summary"],
            category=category,
            urgency=category.urgency if category else Urgency.NORMAL,
            area=said["area"],
            place=said["place"],
            photos=pictures.kept,
        )


# ---- Moves on a case ----


class ProgressForm(NoteForm):
    """How it stands, with photos."""

    photos: Sequence[Photo] = ()

    def carry_out(self, act: moves.Act) -> Case:
        said = self.cleaned_data
        return workflow.note(self.case, act, text=said["text"], contact=said["contact"], photos=self.photos)


@dataclass(frozen=True)
class Move:
    """A move as the phone offers it: in the liaison's words. `at_once`: a tap does it, without a form to fill in."""

    form: type[ActionForm]
    label: Any
    primary: bool = False
    at_once: bool = False

    @property
    def verb(self) -> Verb:
        return self.form.verb

    @property
    def takes_photos(self) -> bool:
        return hasattr(self.form, "photos")


# In the order of the buttons. What else can be done to a case is done at a desk.
MOVES = {
    move.verb: move
    for move in (
        Move(AcceptForm, gettext_lazy("Accept it"), primary=True, at_once=True),
        Move(ResumeForm, gettext_lazy("Go on with it"), primary=True, at_once=True),
        Move(ResolveOnPhoneForm, gettext_lazy("It is done"), primary=True),
        Move(DoorAnswersForm, gettext_lazy("Asked: is it solved?"), primary=True),
        Move(ProgressForm, gettext_lazy("How it stands")),
        Move(FeedbackForm, gettext_lazy("Report to the supervisor")),
        Move(OpinionForm, gettext_lazy("Give our opinion")),
        Move(ExtendForm, gettext_lazy("Ask for more time")),
        Move(SuspendForm, gettext_lazy("It has to wait")),
        Move(ReturnForm, gettext_lazy("Cannot do it: give it back")),
    )
}
