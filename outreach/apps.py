from django.apps import AppConfig
from django.core.checks import register
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class OutreachConfig(AppConfig):
    name = "outreach"
    verbose_name = _("Outreach")

    def ready(self) -> None:
        from outreach.checks import calendar_check  # its models exist only once the apps are loaded

        register(calendar_check)

    def ready(self) -> None:
        from outreach import reference

        post_migrate.connect(reference.seed, sender=self)
