from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CaseworksConfig(AppConfig):
    name = "caseworks"
    verbose_name = _("Cases")

    def ready(self) -> None:
        from caseworks import reference
        from people.reference import seed_after_migrating

        seed_after_migrating(self, reference.seed)
