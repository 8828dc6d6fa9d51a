"""The column that holds an encrypted text."""

from typing import Any

from django.db import models

from people import vault


class EncryptedTextField(models.TextField):
    """A text that is sealed on its way into the database and opened on its way out. It cannot be filtered on."""

    def _name(self) -> str:
        return f"{self.model._meta.label_lower}.{self.name}"

    def from_db_value(self, value: str | None, expression: object, connection: object) -> str | None:
        return value if value is None else vault.open_sealed(value, self._name())

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return value if value is None else vault.seal(value, self._name())

    def get_lookup(self, lookup_name: str) -> Any:
        # Two seals of one text differ, so a comparison would quietly find nothing.
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None
