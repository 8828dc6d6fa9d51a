"""What is asked of somebody who puts households into groups."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people import network
from people.forms.fields import near_today
from people.forms.leave import offer
from people.models import Area, Post, User
from people.models.areas import within

LARGEST = 100
# An appointment that is entered late: so many years ago at most.
LATE = 10


class GroupSize(forms.Form):
    size = forms.IntegerField(label=gettext_lazy("Households of a group at most"), min_value=1, max_value=LARGEST)


_FIELD = re.compile(r"home-(\d{1,18})")


def homes_of(data: QueryDict) -> tuple[dict[int, str], dict[int, int]]:
    """Read the group chosen for each household (``home-PK``) and the version that was shown of it (``version-PK``)."""
    homes = {int(match[1]): str(data[name]) for name in data if (match := _FIELD.fullmatch(name))}
    shown = {pk: str(data.get(f"version-{pk}", "")) for pk in homes}
    return homes, {pk: int(text) for pk, text in shown.items() if re.fullmatch(r"\d{1,9}", text)}


class PostForm(forms.Form):
    """Who takes which post from which day on: one that is vacant, or one of somebody who has too much.

    `place` is the primary key of a vacant area (``a12``) or of a post that changes hands (``p7``).
    """

    place = forms.ChoiceField(label=gettext_lazy("Post"))
    person = forms.ModelChoiceField(User.objects.none(), label=gettext_lazy("Who takes it"), required=False)
    name = forms.CharField(label=gettext_lazy("Or somebody new: name"), max_length=60, required=False)
    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=40, required=False)
    since = forms.DateField(
        label=gettext_lazy("First day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(
        self,
        data: Any,
        *,
        user: User,
        role: str,
        vacant: Area | None = None,
        posts: Any = (),
        person: User | None = None,
    ) -> None:
        super().__init__(data, initial={"since": timezone.localdate(), "person": person.pk if person else None})
        self.user, self.role = user, role
        self.areas = {f"a{vacant.pk}": vacant} if vacant else {}
        self.posts = {f"p{post.pk}": post for post in posts}
        vacancy = _("vacant")
        choices = [(key, f"{area.long_name} · {vacancy}") for key, area in self.areas.items()]
        choices += [(key, f"{post.area.long_name} · {post.user}") for key, post in self.posts.items() if post.area]
        self.fields["place"].choices = choices  # type: ignore[attr-defined]
        near = Post.objects.current().filter(within(user.scope.area_paths, "area__"), user=OuterRef("pk"))
        free = ~Exists(Post.objects.filter(user=OuterRef("pk")))
        offer(self.fields["person"], User.objects.filter(Q(Exists(near)) | free, is_active=True))

    def clean_since(self) -> date:
        return near_today(self.cleaned_data["since"], back=LATE, ahead=1)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors:
            self._check_holder(given)
        if not self.errors and not given.get("person") and not given.get("name"):
            self.add_error("person", _("Choose who takes the post, or write the name of somebody new."))
        if given.get("person") and given.get("name"):
            self.add_error("name", _("Either somebody from the list or somebody new, not both."))
        return given

    def _check_holder(self, given: dict[str, Any]) -> None:
        """Nobody is put beside whoever filled the post meanwhile; nobody's post is unmade by a day before it began."""
        instead, day = self.posts.get(given["place"]), given["since"]
        if instead and day <= instead.since < timezone.localdate():
            said = _("%(name)s holds this post since %(day)s: choose a later day.")
            self.add_error("since", said % {"name": instead.user, "day": date_format(instead.since)})
        if area := self.areas.get(given["place"]):
            held = Post.objects.current(day).filter(area=area, role=self.role, stands_in_for=None)
            if other := held.exclude(user=given.get("person")).select_related("user").first():
                self.add_error("place", _("%(name)s took this post meanwhile.") % {"name": other.user})

    def fill(self) -> Post:
        """Appoint as asked; somebody new gets an account without a password, which the manager gives out."""
        given = self.cleaned_data
        instead = self.posts.get(given["place"])
        area = instead.area if instead else self.areas[given["place"]]
        assert area is not None
        person = given["person"] or network.find_or_add_staff(given["name"], given["phone"])[0]
        return network.fill(person, self.role, area, instead=instead, since=given["since"], by=self.user)
