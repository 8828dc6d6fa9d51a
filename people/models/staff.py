"""Staff accounts, and the posts that say which area or unit somebody looks after, as what, and from when to when."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Any, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from people.access import ADMIN_ROLES, SEES_RESIDENTS, Role, Scope, StandIn, permits
from people.models.areas import Area, within


class UserQuerySet(models.QuerySet["User"]):
    def visible_to(self, user: User) -> Self:
        """Everybody with a post in the user's areas, and those who have none yet."""
        if not permits(ADMIN_ROLES, user.scope.roles):
            return self.filter(pk=user.pk)
        held = Post.objects.filter(user=models.OuterRef("pk"))
        return self.filter(models.Exists(held.visible_to(user)) | ~models.Exists(held))


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: Any) -> User:
        """Make an account. Without a password nobody can sign in with it until a manager sets one."""
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(username=username)


class FontSize(models.TextChoices):
    STANDARD = "standard", _("Standard")
    LARGE = "large", _("Large")
    LARGEST = "largest", _("Largest")


class User(AbstractBaseUser):
    """A member of staff. What he may do follows from his posts alone; there is no superuser."""

    username = models.CharField(_("account"), max_length=60, unique=True, validators=[UnicodeUsernameValidator()])
    name = models.CharField(pgettext_lazy("person", "name"), max_length=60)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True, help_text=_("For the daily digest, where the office sends it."))
    is_active = models.BooleanField(_("active"), default=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    font_size = models.CharField(_("font size"), max_length=10, choices=FontSize, default=FontSize.STANDARD)
    shortcuts = models.BooleanField(_("single-key shortcuts"), default=True)
    last_channel = models.CharField(max_length=20, blank=True, editable=False)
    date_joined = models.DateTimeField(default=timezone.now, editable=False)

    objects = UserManager.from_queryset(UserQuerySet)()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["username"]
        verbose_name = _("member of staff")
        verbose_name_plural = _("staff")

    def __str__(self) -> str:
        return self.name or self.username

    @cached_property
    def scope(self) -> Scope:
        """What today's posts cover: one query, then kept for the life of this object, which is one request."""
        posts = list(self.posts.current().select_related("area", "stands_in_for__user"))
        return Scope(
            roles=frozenset(post.role for post in posts),
            paths=tuple(sorted({p.area.path for p in posts if p.area and p.area.path and p.role in SEES_RESIDENTS})),
            area_paths=tuple(sorted({p.area.path for p in posts if p.area and p.area.path})),
            units=tuple(sorted({p.unit_id for p in posts if p.unit_id})),
            posts=frozenset((p.area_id, p.role) for p in posts if p.area_id),
            stand_ins=_stand_ins(posts),
        )

    @property
    def roles(self) -> frozenset[str]:
        return self.scope.roles

    def holds(self, *roles: str) -> bool:
        """Whether one of today's posts is in one of *roles*."""
        return permits(roles, self.roles)

    # ---- What the admin asks of a user; the rules per model are in people/admin/base.py ----

    is_superuser = False

    @property
    def is_staff(self) -> bool:
        return self.holds(*ADMIN_ROLES)

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return self.is_active and self.is_staff

    def has_perms(self, perms: list[str], obj: object = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perms)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_staff


def _stand_ins(posts: list[Post]) -> tuple[StandIn, ...]:
    """The posts held for somebody else; where the user holds the very same himself, it is simply his."""
    own = {(post.area_id, post.role) for post in posts if post.stands_in_for is None}
    return tuple(
        StandIn(post.area.pk, post.area.path or "", post.role, str(post.stands_in_for.user), post.until)
        for post in posts
        if post.area and post.stands_in_for and (post.area_id, post.role) not in own
    )


class PostQuerySet(models.QuerySet["Post"]):
    def current(self, on: date | None = None) -> Self:
        """Posts held on that day, today by default."""
        day = on or timezone.localdate()
        return self.filter(Q(until__isnull=True) | Q(until__gte=day), since__lte=day, user__is_active=True)

    def at_work(self, on: date | None = None) -> Self:
        """Of the posts held on that day, those whose holder is there: not those that somebody stands in for."""
        covered = Post.objects.current(on).filter(stands_in_for=models.OuterRef("pk"))
        return self.current(on).exclude(models.Exists(covered))

    def end_by(self, last: date) -> None:
        """End them on the day *last*, if not before; what would only begin after it never was."""
        self.filter(since__gt=last).delete()
        self.filter(Q(until__isnull=True) | Q(until__gt=last)).update(until=last)

    def visible_to(self, user: User) -> Self:
        """Posts in the user's areas and units, his own, and for those who configure the posts at units too."""
        seen = within(user.scope.area_paths, "area__") | Q(unit__in=user.scope.units) | Q(user=user)
        if permits(ADMIN_ROLES, user.scope.roles):
            seen |= Q(area__isnull=True)
        return self.filter(seen)


class Post(models.Model):
    """Somebody looks after an area, or works for a unit, in a role, from a day to a day.

    Hand-over, cover during leave and span limits are all queries on posts: a case waits at an area and a role, and
    whoever holds that post today has it.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="posts", verbose_name=_("member of staff"))
    role = models.CharField(_("role"), max_length=20, choices=Role)
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="posts", verbose_name=_("area"))
    unit = models.ForeignKey(
        "people.Organisation", models.PROTECT, null=True, blank=True, related_name="posts", verbose_name=_("unit")
    )
    since = models.DateField(_("from"), default=timezone.localdate)
    until = models.DateField(_("until"), null=True, blank=True)
    stands_in_for = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="stand_ins", verbose_name=_("stands in for")
    )

    objects = PostQuerySet.as_manager()

    class Meta:
        ordering = ["area__path", "role", "since"]
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        constraints = [
            models.CheckConstraint(
                condition=Q(area__isnull=False) | Q(unit__isnull=False), name="post_has_area_or_unit"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=models.F("since")), name="post_ends_after_start"
            ),
        ]
        indexes = [models.Index(fields=["area", "role", "until"], name="post_by_area_and_role")]

    def __str__(self) -> str:
        return f"{self.area or self.unit} · {self.get_role_display()} · {self.user}"

    @property
    def holder(self) -> str:
        """The name of whoever holds it; of a stand-in with that of the owner."""
        if self.stands_in_for is None:
            return str(self.user)
        return _("%(name)s for %(owner)s") % {"name": self.user, "owner": self.stands_in_for.user}
