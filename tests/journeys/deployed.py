"""Settings of a Kith whose static files carry digests in their names, as in production, and come from STATIC_SOURCE."""

import os

from config.settings import *  # noqa: F403
from config.settings import STORAGES

DEBUG = False
STATICFILES_DIRS = [os.environ["STATIC_SOURCE"]]
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
}
