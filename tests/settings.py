"""Settings for the tests: the real ones, with everything slow, public or permanent replaced.

`DATABASE_URL` chooses the database as it does for Kith itself. SQLite tests use a file, not memory: the browser tests
and the races need several threads with a connection each, and one in-memory connection shared by threads would mix up
their transactions.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

SCRATCH = Path(tempfile.mkdtemp(prefix="kith-tests-"))
atexit.register(shutil.rmtree, SCRATCH, ignore_errors=True)
#: What the tests themselves read.
READ_BY_TESTS = {"KITH_REQUIRE_ALL", "KITH_DATABASE_ONLY", "KITH_RACE_ROUNDS", "KITH_WORLDS"}
# Settings in the developer's own environment must not change the results of the tests.
for name in [name for name in os.environ if name.startswith("KITH_") and name not in READ_BY_TESTS]:
    del os.environ[name]
os.environ.setdefault("DATABASE_URL", f"sqlite:///{SCRATCH / 'unused.sqlite3'}")
os.environ["KITH_VAR_DIR"] = str(SCRATCH)
# Playwright's event loop runs in the tests' own thread, where Django would otherwise refuse to use the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

from config.settings import *  # noqa: E402, F403
from config.settings import DATABASES, STORAGES, TASKS  # noqa: E402

SECRET_KEY = "only-for-the-tests"
DEBUG = False
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
# Work deferred until after the response is done before it, where a test can see it; tests/config/test_soon.py tests the
# real order.
TASKS = {**TASKS, "soon": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}
# The cache that Kith has, with room for what one test keeps; conftest.py empties it before each test, because rows have the
# same primary keys in each.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
MEDIA_ROOT = SCRATCH / "media"
STATIC_ROOT = SCRATCH / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_AUTOREFRESH = True

DATABASES["default"]["CONN_MAX_AGE"] = 0
DATABASES["default"]["CONN_HEALTH_CHECKS"] = False
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # One setting more than in production: losing a test database in a power cut does no harm.
    DATABASES["default"]["OPTIONS"] = {
        **DATABASES["default"]["OPTIONS"],
        "init_command": DATABASES["default"]["OPTIONS"]["init_command"] + " PRAGMA synchronous=OFF;",
    }
    DATABASES["default"]["TEST"] = {"NAME": str(SCRATCH / "test.sqlite3")}
# Each process makes its tables from the models: forty migrations take ten seconds. tests/test_migrations.py makes one database
# with them, on each database, and compares the two.
DATABASES["default"]["TEST"] = {**DATABASES["default"].get("TEST", {}), "MIGRATE": False}
