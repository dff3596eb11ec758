"""Static files storage: the files of all releases side by side, with a manifest per release."""

from django.conf import settings
from whitenoise.storage import CompressedManifestStaticFilesStorage


class ReleaseStorage(CompressedManifestStaticFilesStorage):
    """Store a separate manifest for each release.

    An upgrade collects the new files while the old release still serves, and a rollback finds its own files and manifest.
    File names contain digests, so that files of different releases never conflict.
    """

    manifest_name = f"staticfiles-{settings.BASE_DIR.name}.json"
