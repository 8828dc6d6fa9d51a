"""What is asked when something is done to many cases at once: one form per verb, each with the key of its sending."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import uuid4

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from caseworks import workload
from caseworks.forms.actions import text_field
from caseworks.forms.targets import TargetField
from caseworks.models import Category
from caseworks.states import Verb
from people.models import User


class BulkForm(forms.Form):
    """One verb on many cases. `given` is what `caseworks.bulk` needs of it, as JSON can hold it."""

    verb: ClassVar[Verb]

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def given(self) -> dict[str, Any]:
        return {"text": self.cleaned_data["text"]}


class BulkDispatchForm(BulkForm):
    verb = Verb.DISPATCH
    target = TargetField(label=gettext_lazy("Hand to"))
    text = text_field(gettext_lazy("Reason"), required=False, rows=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        target = self.fields["target"]
        assert isinstance(target, TargetField)
        target.offer(workload.candidates(self.user))

    def given(self) -> dict[str, Any]:
        with override(settings.LANGUAGE_CODE):
            by_hand = _("Dispatched by %(name)s.") % {"name": self.user}
        return {"target": self.cleaned_data["target"], "text": self.cleaned_data["text"] or by_hand}


class BulkUrgeForm(BulkForm):
    verb = Verb.URGE
    text = text_field(gettext_lazy("Note"), required=False, rows=2)


class BulkRecategoriseForm(BulkForm):
    verb = Verb.RECATEGORISE
    category = forms.ModelChoiceField(Category.objects.none(), label=gettext_lazy("Category"))
    text = text_field(gettext_lazy("Reason"), required=False, rows=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        category = self.fields["category"]
        assert isinstance(category, forms.ModelChoiceField)
        category.queryset = Category.objects.active()

    def given(self) -> dict[str, Any]:
        return {"category": self.cleaned_data["category"].pk, "text": self.cleaned_data["text"]}


BULK_FORMS: dict[str, type[BulkForm]] = {
    form.verb.value: form for form in (BulkDispatchForm, BulkUrgeForm, BulkRecategoriseForm)
}
