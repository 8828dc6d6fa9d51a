from django.apps import AppConfig
from django.core.checks import register
from django.utils.translation import gettext_lazy as _


class OutreachConfig(AppConfig):
    name = "outreach"
    verbose_name = _("Outreach")

    def ready(self) -> None:
        from outreach import reference
        from outreach.checks import calendar_check
        from people.reference import seed_after_migrating

        register(calendar_check)
        seed_after_migrating(self, reference.seed)
