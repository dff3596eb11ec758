"""The production entry point, `gunicorn config.wsgi`. Debug mode is off unless KITH_DEBUG is set."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("KITH_DEBUG", "0")

application = get_wsgi_application()
