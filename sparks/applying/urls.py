"""URLs for everybody: the public page of a round, and an application that six words open."""

from django.urls import path, register_converter

from sparks.applying import rules
from sparks.applying.views import mine, public

app_name = "applying"


class ScreenConverter:
    """One of the screens of an application."""

    regex = "|".join(rules.SCREENS)

    def to_python(self, value: str) -> str:
        """Return the screen."""
        return value

    def to_url(self, value: str) -> str:
        """Return the screen."""
        return value


register_converter(ScreenConverter, "screen")
urlpatterns = [
    path("back/", public.way_back, name="way-back"),
    path("mine/<slug:words>/", mine.mine, name="mine"),
    path("mine/<slug:words>/withdraw/", mine.withdraw, name="withdraw"),
    path("mine/<slug:words>/stop/", mine.stop, name="stop"),
    path("mine/<slug:words>/<screen:screen>/", mine.screen, name="screen"),
    path("<slug:code>/", public.apply, name="apply"),
    path("<slug:code>/privacy/", public.privacy, name="privacy"),
]
