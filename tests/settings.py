"""Settings of the tests: the real ones, quicker, and never near an office's own data.

On SQLite unless ``CASEWORKS_TEST_DB=postgresql``, which ``python -m tests.postgres -- pytest`` sets, with a cluster
of its own. The folder and database chosen here go into the environment, so that a command which a test starts as a
process of its own works on them too.
"""

import os
import tempfile
from pathlib import Path

_folder = tempfile.TemporaryDirectory(prefix="caseworks-tests-")
os.environ["CASEWORKS_DATA"] = _folder.name
os.environ["DATABASE_POOL"] = "False"
ON_POSTGRESQL = os.environ.get("CASEWORKS_TEST_DB") == "postgresql"
if ON_POSTGRESQL and "DATABASE_URL" not in os.environ:
    raise SystemExit("CASEWORKS_TEST_DB=postgresql without DATABASE_URL: run python -m tests.postgres -- pytest")
if not ON_POSTGRESQL:
    os.environ.pop("DATABASE_URL", None)

from caseworks.settings import *  # noqa: E402, F403
from caseworks.settings import DATABASES, STATIC_ROOT, STORAGES  # noqa: E402

if not ON_POSTGRESQL:
    # A file, not memory: the browser's requests come on several threads, and each needs a connection of its own.
    DATABASES["default"]["TEST"] = {"NAME": str(Path(_folder.name) / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] = (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA foreign_keys=ON;"
    )

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
JOBS_INLINE = True

# Plain names: no collectstatic before the tests.
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
STATIC_ROOT.mkdir(exist_ok=True)
