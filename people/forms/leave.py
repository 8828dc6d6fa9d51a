"""What is asked of somebody who enters leave, or asks for it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people import leave
from people.leave import Wish
from people.models import Leave, Post, User


class LeaveForm(forms.Form):
    """From when to when, and who stands in. Without a choice of people it is one's own leave."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    owner = forms.ModelChoiceField(User.objects.none(), label=_("Who is away"))
    stand_in = forms.ModelChoiceField(User.objects.none(), label=_("Stand-in"))
    since = forms.DateField(label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    until = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    reason = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=100,
        help_text=_("For the office, like “annual leave”. Nothing about anybody's health."),
    )

    def __init__(self, *args: Any, user: User, own: bool = False, **kwargs: Any) -> None:
        today = timezone.localdate()
        kwargs.setdefault("initial", {"key": uuid4(), "since": today, "until": today})
        super().__init__(*args, **kwargs)
        self.user, near = user, leave.colleagues_of(user)
        if own:
            del self.fields["owner"]
        else:
            below = leave.staff_below(user) | User.objects.filter(pk=user.pk)
            offer(self.fields["owner"], below)
            near = near | User.objects.filter(pk=user.pk)
        offer(self.fields["stand_in"], near)

    def enter(self) -> Leave:
        """Enter it as asked; raises `people.leave.NotPossible`."""
        given = self.cleaned_data
        wish = Wish(
            given.get("owner") or self.user,
            given["stand_in"],
            given["since"],
            given["until"],
            given["key"],
            given["reason"],
        )
        return leave.enter(wish, by=self.user)


def offer(field: forms.Field, people: Any) -> None:
    """Let *field* choose among *people*, each with what he looks after; one query for them and one for their posts."""
    assert isinstance(field, forms.ModelChoiceField)
    field.empty_label = _("Please choose")
    field.queryset = people.order_by("name", "pk")
    posts = Post.objects.current().filter(user__in=people, stands_in_for__isnull=True)
    held: dict[int, list[str]] = {}
    for post in posts.select_related("area__parent", "area__level", "unit").order_by("pk"):
        place = post.area.long_name if post.area else str(post.unit)
        held.setdefault(post.user_id, []).append(f"{place} {post.get_role_display()}")
    field.label_from_instance = (  # type: ignore[method-assign]
        lambda obj: "，".join([obj.name, *held.get(obj.pk, [])[:2]])
    )
