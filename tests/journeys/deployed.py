"""Settings with digests in the names of static files, as in production, and static files from STATIC_SOURCE."""

import os

from config.settings import *  # noqa: F403
from config.settings import STORAGES

DEBUG = False
STATICFILES_DIRS = [os.environ["STATIC_SOURCE"]]
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
}
