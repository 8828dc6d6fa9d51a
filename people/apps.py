from django.apps import AppConfig
from django.contrib.admin.apps import SimpleAdminConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "people"
    verbose_name = _("People")

    def ready(self) -> None:
        from people import reference

        reference.seed_after_migrating(self, reference.seed)


class OfficeAdminConfig(SimpleAdminConfig):
    """The stock admin on the office's own site: what it shows is listed in each app's admin package."""

    default_site = "people.admin.site.OfficeSite"
