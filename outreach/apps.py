from django.apps import AppConfig
from django.core.checks import register
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class OutreachConfig(AppConfig):
    name = "outreach"
    verbose_name = _("Outreach")

    def ready(self) -> None:
        from outreach import reference
        from outreach.checks import calendar_check

        register(calendar_check)
        post_migrate.connect(reference.seed, sender=self)
