from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CaseworksConfig(AppConfig):
    name = "caseworks"
    verbose_name = _("Cases")

    def ready(self) -> None:
        from caseworks import clocks, reference
        from outreach.working_days import corrected
        from people.reference import seed_after_migrating

        corrected.connect(clocks.hear_of_corrected_days, dispatch_uid="deadlines by corrected days")
        seed_after_migrating(self, reference.seed)
