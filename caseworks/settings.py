"""Settings of the whole project: one file, driven by the environment, and runnable with none at all.

With no environment the office runs embedded: SQLite and every file it writes live in
``CASEWORKS_DATA`` (default ``.data/`` beside ``manage.py``), the secret key included.
``docs/operations.md`` lists every variable read here.
"""

import secrets
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
DATA_DIR = Path(env.str("CASEWORKS_DATA", default=str(BASE_DIR / ".data")))
DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)


def _kept_secret(name: str) -> str:
    """Return the secret kept in the data folder under *name*, made on first use, readable by the owner only."""
    path = DATA_DIR / name
    if not path.exists():
        fresh = DATA_DIR / f".{name}.{secrets.token_hex(4)}"
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(48), encoding="ascii")
        try:
            # A hard link fails where another process was first: both then read the same key.
            path.hardlink_to(fresh)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text(encoding="ascii").strip()


DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="") or _kept_secret("secret_key")
# Keys of the encrypted fields, newest first: "k2:base64,k1:base64". Kept apart from the database and its backups.
FIELD_KEYS = env.str("FIELD_KEYS", default="") or f"k1:{_kept_secret('field_key')}"
FIELD_CIPHER = env.str("FIELD_CIPHER", default="AES-GCM")
INDEX_KEY = env.str("INDEX_KEY", default="") or _kept_secret("index_key")

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
HTTPS = env.bool("HTTPS", default=False)

INSTALLED_APPS = [
    # Lowest first: each fills its reference tables after migrating, and the upper ones build on the lower.
    "people.apps.PeopleConfig",
    "outreach.apps.OutreachConfig",
    "caseworks.apps.CaseworksConfig",
    "people.apps.OfficeAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.forms",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "django_htmx",
    "django_q",
    "simple_history",
    "axes",
]

MIDDLEWARE = [
    "people.middleware.ProxyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "people.language.LanguageMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "people.middleware.AccessRuleMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "caseworks.urls"
WSGI_APPLICATION = "caseworks.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "caseworks.navigation.navigation",
            ],
        },
    },
]

# ---- Database: SQLite embedded by default, PostgreSQL in production; both first-class ----

DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'caseworks.sqlite3'}")}
_database = DATABASES["default"]
if _database["ENGINE"].endswith("sqlite3"):
    _database["OPTIONS"] = {
        # FULL, not NORMAL: an acknowledged write must survive a power cut.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
    }
else:
    _database.setdefault("OPTIONS", {})["pool"] = env.bool("DATABASE_POOL", default=True)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# ---- Sign-in ----

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "registration/locked.html"
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
# Proxies of our own before the application; people.middleware.ProxyMiddleware counts them.
PROXY_COUNT = env.int("PROXY_COUNT", default=0)

SESSION_COOKIE_AGE = 60 * 60 * 24 * 30  # a liaison's phone stays signed in for a month
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
if env.bool("BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    },
}

# ---- Languages and time ----

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("zh-hant", "繁體中文"), ("en", "English")]
# The second holds what libraries leave in English, or say in other words than the office.
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale" / "third_party"]
FORMAT_MODULE_PATH = "caseworks.formats"
LANGUAGE_COOKIE_NAME = "language"
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# ---- Files ----

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = DATA_DIR / "media"
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# ---- Background work ----

Q_CLUSTER = {
    "name": "caseworks",
    "orm": "default",
    "workers": env.int("WORKERS", default=1),
    "timeout": 600,
    "retry": 900,
    "max_attempts": 3,
    "poll": 1,
    "catch_up": False,
    "ack_failures": True,
    "label": _("Background work"),
}
# Run jobs at once, inside the request: for tests and one-off commands, never for serving.
JOBS_INLINE = env.bool("JOBS_INLINE", default=False)

SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True

# ---- Messages: what carries each channel; without a provider, a folder ----

SMPP_URL = env.str("SMPP_URL", default="")
SMPP_TIMEOUT = env.float("SMPP_TIMEOUT", default=10)  # seconds
EMAIL_URL = env.str("EMAIL_URL", default="")
if EMAIL_URL:
    _mail = env.email_url("EMAIL_URL")
    EMAIL_BACKEND, EMAIL_HOST, EMAIL_PORT = _mail["EMAIL_BACKEND"], _mail["EMAIL_HOST"], _mail["EMAIL_PORT"] or 25
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_USER"] or "", _mail["EMAIL_HOST_PASSWORD"] or ""
    EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.get("EMAIL_USE_TLS", False), _mail.get("EMAIL_USE_SSL", False)
else:
    EMAIL_BACKEND, EMAIL_FILE_PATH = "django.core.mail.backends.filebased.EmailBackend", DATA_DIR / "mail"
EMAIL_TIMEOUT = 20  # seconds
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", default="office@localhost")
# Group chats by name: {"name": {"kind": "wecom, dingtalk or feishu", "url": …, "secret": …}}
ROBOTS = env.json("ROBOTS", default={})
MESSAGE_FOLDER = DATA_DIR / "messages"
MESSAGE_CARRIERS = {
    "sms": "outreach.channels.sms.Smpp" if SMPP_URL else "outreach.channels.folder.Folder",
    "email": "outreach.channels.mailbox.Mailbox" if EMAIL_URL else "outreach.channels.folder.Folder",
    "robot": "outreach.channels.robots.Robots",
}
# Seconds before a message that a busy provider did not take is tried again; each wait is twice the one before.
MESSAGE_BACK_OFF = env.float("MESSAGE_BACK_OFF", default=15)

# ---- The office ----

OFFICE_NAME = env.str("OFFICE_NAME", default="")
# How many masked numbers one member of staff may look at in a day.
REVEALS_PER_DAY = env.int("REVEALS_PER_DAY", default=60)
# The day, as MM-DD, by which high-summer visits are reckoned.
HIGH_SUMMER = env.str("HIGH_SUMMER", default="07-15")

# Whether the digest of each working day also goes to the e-mail address of whoever has one.
DIGEST_BY_EMAIL = env.bool("DIGEST_BY_EMAIL", default=False)

SILENCED_SYSTEM_CHECKS = ["axes.W003"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
}
