"""Settings for every Kith: one file, read from the environment.

Development is the default for `manage.py`; `config.wsgi` switches to production, which refuses to start on the
development secret. Every variable is explained in docs/deployment.md.
"""

from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from config import env

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.text("KITH_VAR_DIR", str(BASE_DIR / "var")))

DEBUG = env.flag("KITH_DEBUG", default=True)
DEVELOPMENT_SECRET = "only-for-development-and-never-for-real-people"  # noqa: S105 - refused below in production
SECRET_KEY = env.text("KITH_SECRET_KEY", DEVELOPMENT_SECRET)
if not DEBUG and (SECRET_KEY == DEVELOPMENT_SECRET or len(SECRET_KEY) < 50):
    raise ImproperlyConfigured(
        "KITH_SECRET_KEY must be set to at least 50 random characters of your own before Kith starts in production."
    )
#: Previous keys, which still verify signatures and unlock data.
SECRET_KEY_FALLBACKS = env.words("KITH_SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = env.words("KITH_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]" if DEBUG else "")
if not DEBUG and not ALLOWED_HOSTS:
    raise ImproperlyConfigured("KITH_ALLOWED_HOSTS must name the host that people type, for example kith.example.org.")
# Where people reach Kith, for links in emails that no request leads to.
_host = ALLOWED_HOSTS[0].removeprefix(".").replace("*", "localhost")
SITE_URL = env.text("KITH_URL", "http://localhost:8000" if DEBUG else f"https://{_host}").rstrip("/")
if urlsplit(SITE_URL).scheme not in {"http", "https"} or not urlsplit(SITE_URL).netloc:
    raise ImproperlyConfigured("KITH_URL must be the address that people type, for example https://kith.example.org.")
CSRF_TRUSTED_ORIGINS = env.words("KITH_CSRF_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "config.apps.KithAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "django_filters",
    "django_htmx",
    "django_tasks_db",
    "js_lib_leaflet",
    "config",
    "communities",
    "assets",
    "connectors",
    "sparks",
    "evaluation",
]

MIDDLEWARE = [
    "config.health.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "config.headers.HeadersMiddleware",
    "config.errors.OnlyTextCookiesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "config.errors.OnlyTextMiddleware",
    "communities.middleware.UserMiddleware",
    "config.middleware.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "communities.middleware.CurrentTeamMiddleware",
    "communities.middleware.ReturnMiddleware",
    "config.drafts.DraftsMiddleware",
    "config.middleware.CountAgainMiddleware",
    "config.middleware.StalePageMiddleware",
    "communities.middleware.PrivatePagesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
FORM_RENDERER = "config.form_renderer.Renderer"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context_processors.interface",
            ],
            "builtins": ["config.templatetags.addresses", "config.templatetags.names"],
            "libraries": {"i18n": "config.templatetags.translated"},
        },
    },
]
# `i18n` replaces Django's library of that name on purpose; tests/config/test_translations.py finds any other that would.
SILENCED_SYSTEM_CHECKS = ["templates.W003"]

# SQLite is enough for one team; the first two options avoid "database is locked" with several writers. Deleted data is
# overwritten, so that an erased name does not stay in the file; and INSERT OR REPLACE fires the triggers that forbid
# deletion.
SQLITE_OPTIONS = {
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA mmap_size=134217728; PRAGMA cache_size=-20000; "
    "PRAGMA secure_delete=ON; PRAGMA recursive_triggers=ON;",
}
DATABASES = {
    "default": dj_database_url.parse(
        env.text("DATABASE_URL", f"sqlite:///{VAR_DIR / 'kith.sqlite3'}"),
        conn_max_age=env.whole("KITH_CONN_MAX_AGE", default=60),
        conn_health_checks=True,
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"].setdefault("OPTIONS", {}).update(SQLITE_OPTIONS)
    Path(DATABASES["default"]["NAME"]).parent.mkdir(parents=True, exist_ok=True)
elif DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    # Values are sent separately from the statement, so that PostgreSQL never logs people's texts with a failed statement.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("server_side_binding", True)
    # What a connection asks for the sixth time is planned no more: planning is a third of the time of many a query.
    if env.flag("KITH_PREPARED_STATEMENTS", default=True):
        DATABASES["default"]["OPTIONS"].setdefault("prepare_threshold", 5)
    # If the server does not answer, fail soon instead of blocking a thread for minutes.
    DATABASES["default"]["OPTIONS"].setdefault("connect_timeout", 10)
else:
    raise ImproperlyConfigured("DATABASE_URL must begin with sqlite:/// or postgres://.")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Long-running work. "database" needs `manage.py db_worker` beside the web process.
_task_backends = {
    "immediate": "django.tasks.backends.immediate.ImmediateBackend",
    "database": "django_tasks_db.DatabaseBackend",
}
TASK_BACKEND = env.text("KITH_TASKS", "immediate")
if TASK_BACKEND not in _task_backends:
    raise ImproperlyConfigured("KITH_TASKS must be immediate or database.")
TASKS = {
    "default": {"BACKEND": _task_backends[TASK_BACKEND]},
    # Email, in this process and soon after the response, with or without a worker.
    "soon": {"BACKEND": "config.soon.SoonBackend", "OPTIONS": {"pause": 0.5}},
}

# How many days the server stores items from phones that nobody has checked, and unfinished drafts.
KEEP_WAITING_DAYS = env.whole("KITH_KEEP_WAITING_DAYS", default=90)
KEEP_DRAFTS_DAYS = env.whole("KITH_KEEP_DRAFTS_DAYS", default=30)
if KEEP_WAITING_DAYS < 1 or KEEP_DRAFTS_DAYS < 1:
    raise ImproperlyConfigured("KITH_KEEP_WAITING_DAYS and KITH_KEEP_DRAFTS_DAYS must be at least 1.")

AUTH_USER_MODEL = "communities.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "communities.passwords.VarietyValidator"},
]
LOGIN_URL = "communities:sign-in"
LOGIN_REDIRECT_URL = "today"
LOGOUT_REDIRECT_URL = "communities:sign-in"
PASSWORD_RESET_TIMEOUT = 60 * 60 * 24
INVITATION_DAYS = 14

# English until the Welsh catalogue is complete: half a translation is worse than none, so LocaleMiddleware is not installed yet.
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", _("English")), ("cy", _("Welsh"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "config.formats"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = True

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "media/"
MEDIA_ROOT = Path(env.text("KITH_MEDIA_ROOT", str(VAR_DIR / "media")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "config.static_files.ReleaseStorage"
    },
}
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# Map tiles are off until a team chooses a provider: outlines and pins work without them.
MAP_TILE_URL = env.text("KITH_TILE_URL")
MAP_TILE_ATTRIBUTION = env.text("KITH_TILE_ATTRIBUTION")
if MAP_TILE_URL and not MAP_TILE_ATTRIBUTION:
    raise ImproperlyConfigured("KITH_TILE_URL needs KITH_TILE_ATTRIBUTION: map providers ask to be named.")
_tile_parts = urlsplit(MAP_TILE_URL.replace("{s}", "*"))
_tile_origin = [f"{_tile_parts.scheme}://{_tile_parts.netloc}"] if MAP_TILE_URL else []

# Called with `team` and `by` after outlines change: communities must not import the apps above it.
AFTER_OUTLINES_CHANGED = ["assets.actions.relocate_assets"]

# Called every night, and return how many rows they deleted: connectors, which deletes what is due, must not import the apps
# above it.
ALSO_DELETED_WHEN_OLD = ["sparks.applying.actions.delete_old_applications"]

# Called with the request and an asset, and returns HTML about its people: assets must not import the apps above it.
PEOPLE_OF_ASSET = "connectors.views.places.people_of_asset"

# Called with the request and the texts about people that were just saved: communities must not import the apps above it.
NOTICE_WORDS = "connectors.wording.session.remember_words"

# The outbox. Called after messages were written: actions must not import tasks. Called with primary keys of residents: returns
# how each is reached.
AFTER_MESSAGES_WRITTEN = "communities.outbox.tasks.send_soon"
RESIDENT_CONTACTS = "connectors.queries.contacts.resident_contacts"
# The carrier of each channel. Text messages are off until KITH_TEXT_CARRIER names a class (communities/outbox/carriers.py).
MESSAGE_CARRIERS = {
    "email": "communities.outbox.carriers.EmailCarrier",
    "text": env.text("KITH_TEXT_CARRIER"),
}
# How many days a message stays after it was sent, told or withdrawn.
KEEP_MESSAGES_DAYS = env.whole("KITH_KEEP_MESSAGES_DAYS", default=730)
if KEEP_MESSAGES_DAYS < 1:
    raise ImproperlyConfigured("KITH_KEEP_MESSAGES_DAYS must be at least 1.")

# Each app's personal data about residents: connectors calls these when a resident withdraws consent or is erased.
HOLDINGS = [
    "communities.actions.holdings.CommunitiesHoldings",
    "assets.actions.holdings.AssetsHoldings",
    "connectors.actions.holdings.ConnectorsHoldings",
    "sparks.actions.holdings.SparksHoldings",
    "evaluation.actions.holdings.EvaluationHoldings",
]

SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:", "blob:", *_tile_origin],
    # "blob:" plays a voice note on the page that recorded it, before it is sent.
    "media-src": [CSP.SELF, "blob:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "worker-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "object-src": [CSP.NONE],
}
X_FRAME_OPTIONS = "DENY"
# Pages can ask for the phone's location, and use no other feature.
PERMISSIONS_POLICY = "geolocation=(self), " + ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "autoplay",
        "camera",
        "display-capture",
        "encrypted-media",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "publickey-credentials-get",
        "usb",
        "xr-spatial-tracking",
    )
)
# Where people report a vulnerability, published at /.well-known/security.txt, which is a 404 without it.
SECURITY_CONTACT = env.text("KITH_SECURITY_CONTACT")
if SECURITY_CONTACT and not SECURITY_CONTACT.startswith(("mailto:", "https://")):
    raise ImproperlyConfigured("KITH_SECURITY_CONTACT must begin with mailto: or https://.")
# Some tile providers refuse requests that hide the origin; the path is never sent.
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin" if MAP_TILE_URL else "same-origin"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "config.stale_pages.stale_token"
KNOWN_BROWSER_COOKIE_NAME = "kith-known"
# One proxy that sets X-Forwarded-Proto and appends to X-Forwarded-For; otherwise neither is trusted.
BEHIND_PROXY = env.flag("KITH_BEHIND_PROXY", default=False)
if not DEBUG:
    SECURE_SSL_REDIRECT = env.flag("KITH_SSL_REDIRECT", default=True)
    SECURE_HSTS_SECONDS = env.whole("KITH_HSTS_SECONDS", default=31536000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-kith-session"
    CSRF_COOKIE_NAME = "__Host-kith-csrf"
    KNOWN_BROWSER_COOKIE_NAME = "__Host-kith-known"
    if BEHIND_PROXY:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

DEFAULT_FROM_EMAIL = env.text("KITH_FROM_EMAIL", "Kith <kith@localhost>")
if DEBUG and not env.text("KITH_SMTP_HOST"):
    MAILERS = {"default": {"BACKEND": "config.mail.EmailBackend"}}
else:
    MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {
                "host": env.text("KITH_SMTP_HOST", "localhost"),
                "port": env.whole("KITH_SMTP_PORT", default=587),
                "username": env.text("KITH_SMTP_USER"),
                "password": env.text("KITH_SMTP_PASSWORD"),
                "use_tls": env.flag("KITH_SMTP_TLS", default=True),
                "timeout": 10,
            },
        }
    }

LOG_FORMAT = env.text("KITH_LOG_FORMAT", "plain")
if LOG_FORMAT not in {"plain", "json"}:
    raise ImproperlyConfigured("KITH_LOG_FORMAT must be plain or json.")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"()": "config.logs.WithoutValues"}, "json": {"()": "config.logs.AsJson"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    # Django's own handlers would print or email what the formatter removes.
    "loggers": {"django": {"handlers": [], "level": "NOTSET"}},
    "root": {"handlers": ["console"], "level": env.text("KITH_LOG_LEVEL", "WARNING")},
}
