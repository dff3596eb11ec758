#!/usr/bin/env python
"""Run Kith's commands: demo, import_boundaries, import_assets, export_indicators and Django's own."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    from config.logs import show_error

    sys.excepthook = show_error
    execute_from_command_line(sys.argv)
