"""What is asked when something is done to a case: one form per verb, and the filters above the list."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from caseworks import bulk, contacting, moves, path, returning, workflow, workload
from caseworks.forms.actions import ActionForm, text_field
from caseworks.forms.co_handling import AskUnitForm, OpinionForm, WaiveForm
from caseworks.forms.extending import ExtendForm, GrantForm, RefuseExtensionForm
from caseworks.forms.followups import AskAtDoorForm
from caseworks.forms.incidents import IncidentForm
from caseworks.forms.joining import LinkForm, MergeForm, SplitForm, UnlinkForm
from caseworks.forms.resolving import ApproveForm, ResolveForm, SendBackToRedoForm
from caseworks.forms.returning import AdjudicateForm, ReturnForm, SendStraightBackForm, TransferForm
from caseworks.forms.sorting import DeliberateForm, SortForm
from caseworks.forms.suggestions import IsSuggestionForm
from caseworks.forms.supervision import FeedbackForm, SuperviseForm
from caseworks.forms.targets import HandOverForm
from caseworks.listing import VIEWS, Filters
from caseworks.models import Case, CaseKind, Category, Channel, WaitsFor
from caseworks.states import Status, Verb
from outreach.models import VisitForm
from people.models import Area, Organisation, User
from people.models.areas import within


class DispatchForm(HandOverForm):
    verb = Verb.DISPATCH
    text = text_field(gettext_lazy("Reason"), required=False, rows=2)
    # What stands on the case where the suggestion of a return was accepted by one key.
    as_suggested = gettext_lazy("As suggested with the return.")

    @property
    def suggested(self) -> workload.Candidate | None:
        """Whom the return suggested after which the case waits, where he can be chosen."""
        suggested = returning.suggested_in(path.last_return(self.case))
        return self.candidates.get(suggested.key) if suggested else None

    def carry_out(self, act: moves.Act) -> Case:
        with override(settings.LANGUAGE_CODE):
            by_hand = _("Dispatched by %(name)s.") % {"name": self.user}
        return workflow.dispatch(self.case, act, to=self.route(self.cleaned_data["text"] or by_hand))


class RerouteForm(HandOverForm):
    verb = Verb.REROUTE
    text = text_field(gettext_lazy("Reason"), rows=2)

    def carry_out(self, act: moves.Act) -> Case:
        text = self.cleaned_data["text"]
        return workflow.reroute(self.case, act, to=self.route(text), text=text)


class AnswerForm(ActionForm):
    verb = Verb.ANSWER
    text = text_field(gettext_lazy("What was answered"))

    def carry_out(self, act: moves.Act) -> Case:
        return workflow.answer(self.case, act, text=self.cleaned_data["text"])


class AcceptForm(ActionForm):
    verb = Verb.ACCEPT

    def carry_out(self, act: moves.Act) -> Case:
        return workflow.accept(self.case, act)


class NoteForm(ActionForm):
    verb = Verb.NOTE
    text = text_field(gettext_lazy("Note"), rows=2)
    contact = forms.ChoiceField(
        label=gettext_lazy("Spoke with the caller"),
        required=False,
        choices=[
            ("", gettext_lazy("No contact")),
            *VisitForm.choices,
            (contacting.IN_VAIN, gettext_lazy("Tried, nobody reached")),
        ],
    )

    def carry_out(self, act: moves.Act) -> Case:
        said = self.cleaned_data
        return workflow.note(self.case, act, text=said["text"], contact=said["contact"])


class SuspendForm(ActionForm):
    verb = Verb.SUSPEND
    waits_for = forms.ChoiceField(
        label=gettext_lazy("Whom does it wait for?"), choices=WaitsFor.choices, widget=forms.RadioSelect
    )
    text = text_field(gettext_lazy("What must happen first"), rows=2)

    def carry_out(self, act: moves.Act) -> Case:
        given = self.cleaned_data
        return workflow.suspend(self.case, act, text=given["text"], waits_for=given["waits_for"])


class ResumeForm(ActionForm):
    verb = Verb.RESUME
    text = text_field(gettext_lazy("Note"), required=False, rows=2)

    def carry_out(self, act: moves.Act) -> Case:
        return workflow.resume(self.case, act, text=self.cleaned_data["text"])


class UrgeForm(ActionForm):
    verb = Verb.URGE
    text = text_field(gettext_lazy("Note"), required=False, rows=2)

    def carry_out(self, act: moves.Act) -> Case:
        return workflow.urge(self.case, act, text=self.cleaned_data["text"])


class RecategoriseForm(ActionForm):
    verb = Verb.RECATEGORISE
    category = forms.ModelChoiceField(
        Category.objects.none(),
        label=gettext_lazy("Category"),
        help_text=gettext_lazy("The deadline stays: it is that of the category the case began with."),
    )
    text = text_field(gettext_lazy("Reason"), required=False, rows=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        category = self.fields["category"]
        assert isinstance(category, forms.ModelChoiceField)
        category.queryset = Category.objects.active()
        category.initial = self.case.category_id

    def carry_out(self, act: moves.Act) -> Case:
        given = self.cleaned_data
        return bulk.recategorise(self.case, act, category=given["category"], text=given["text"])


class CloseForm(ActionForm):
    verb = Verb.CLOSE
    text = text_field(gettext_lazy("Why without a call"), rows=2)

    def carry_out(self, act: moves.Act) -> Case:
        return workflow.close(self.case, act, text=self.cleaned_data["text"])


class RequestReopenForm(ActionForm):
    verb = Verb.REQUEST_REOPEN
    text = text_field(gettext_lazy("Reason"), rows=3)

    def carry_out(self, act: moves.Act) -> Case:
        return workflow.request_reopen(self.case, act, text=self.cleaned_data["text"])


class ReopenForm(ActionForm):
    verb = Verb.REOPEN
    text = text_field(gettext_lazy("What is to be done"), required=False, rows=3)

    def carry_out(self, act: moves.Act) -> Case:
        return workflow.reopen(self.case, act, text=self.cleaned_data["text"])


class DeclineReopenForm(ActionForm):
    verb = Verb.DECLINE_REOPEN
    text = text_field(gettext_lazy("Reason"), rows=3)

    def carry_out(self, act: moves.Act) -> Case:
        return workflow.decline_reopen(self.case, act, text=self.cleaned_data["text"])


FORMS: dict[str, type[ActionForm]] = {
    form.verb.value: form
    for form in (
        DispatchForm,
        RerouteForm,
        AnswerForm,
        AcceptForm,
        ReturnForm,
        SendStraightBackForm,
        AdjudicateForm,
        TransferForm,
        NoteForm,
        AskUnitForm,
        OpinionForm,
        WaiveForm,
        ExtendForm,
        GrantForm,
        RefuseExtensionForm,
        SuspendForm,
        ResumeForm,
        UrgeForm,
        SuperviseForm,
        FeedbackForm,
        ResolveForm,
        ApproveForm,
        SendBackToRedoForm,
        AskAtDoorForm,
        CloseForm,
        RequestReopenForm,
        ReopenForm,
        DeclineReopenForm,
        IsSuggestionForm,
        SortForm,
        DeliberateForm,
        RecategoriseForm,
        IncidentForm,
        MergeForm,
        SplitForm,
        LinkForm,
        UnlinkForm,
    )
}


def _day(label: Any) -> forms.DateField:
    """A day of the list, if any; those at the ends of the calendar have no moment before or after them."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    within_reason = [MinValueValidator(date(1900, 1, 1)), MaxValueValidator(date(2999, 12, 31))]
    return forms.DateField(label=label, required=False, widget=widget, validators=within_reason)


class FilterForm(forms.Form):
    """The filters of the list of cases; all of them in the address, so that a list can be kept and passed on."""

    view = forms.ChoiceField(choices=[(name, preset.label) for name, preset in VIEWS.items()], required=False)
    q = forms.CharField(label=gettext_lazy("Words, number or caller"), required=False, max_length=60)
    status = forms.ChoiceField(
        label=gettext_lazy("Status"), choices=[("", gettext_lazy("All")), *Status.choices], required=False
    )
    channel = forms.ChoiceField(
        label=gettext_lazy("Channel"), choices=[("", gettext_lazy("All")), *Channel.choices], required=False
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Sort of matter"), choices=[("", gettext_lazy("All")), *CaseKind.choices], required=False
    )
    category = forms.ModelChoiceField(
        Category.objects.all(), label=gettext_lazy("Category"), empty_label=gettext_lazy("All"), required=False
    )
    area = forms.ModelChoiceField(
        Area.objects.none(), label=gettext_lazy("Area"), empty_label=gettext_lazy("All"), required=False
    )
    unit = forms.ModelChoiceField(
        Organisation.objects.none(), label=gettext_lazy("Unit"), empty_label=gettext_lazy("All"), required=False
    )
    caller_of = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    since = _day(gettext_lazy("Registered from"))
    until = _day(gettext_lazy("Registered until"))
    sort = forms.ChoiceField(
        choices=[("registered", gettext_lazy("Newest first")), ("due", gettext_lazy("Deadline first"))], required=False
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        area, unit = self.fields["area"], self.fields["unit"]
        assert isinstance(area, forms.ModelChoiceField) and isinstance(unit, forms.ModelChoiceField)
        area.queryset = Area.objects.filter(within(user.scope.paths)).select_related("level", "parent").order_by("path")
        area.label_from_instance = lambda one: one.long_name  # type: ignore[assignment,method-assign]
        unit.queryset = Organisation.objects.visible_to(user)

    def filters(self) -> Filters:
        """What was asked for; a field that cannot be read narrows nothing."""
        self.full_clean()
        given = {name: value for name, value in self.cleaned_data.items() if value}
        return Filters(**given)
