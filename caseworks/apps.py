from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CaseworksConfig(AppConfig):
    name = "caseworks"
    verbose_name = _("Cases")

    def ready(self) -> None:
        from caseworks import reference

        post_migrate.connect(reference.seed, sender=self)
