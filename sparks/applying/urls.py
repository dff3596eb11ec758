"""URLs for everybody: the public page of a round, and an application that six words open."""

from django.urls import path

from sparks.applying.views import enclosed, hosts, mine, public

app_name = "applying"

urlpatterns = [
    path("back/", public.way_back, name="way-back"),
    path("mine/<slug:words>/", mine.mine, name="mine"),
    path("mine/<slug:words>/withdraw/", mine.withdraw, name="withdraw"),
    path("mine/<slug:words>/accept/", mine.accept, name="accept"),
    path("mine/<slug:words>/answer/", mine.answer, name="answer"),
    path("mine/<slug:words>/help/", mine.ask_help, name="help"),
    path("mine/<slug:words>/stop/", mine.stop, name="stop"),
    path("mine/<slug:words>/enclosed/<uuid:uuid>/", enclosed.enclosed, name="enclosed"),
    path("mine/<slug:words>/<slug:screen>/", mine.screen, name="screen"),
    path("host/<slug:words>/", hosts.host, name="host"),
    path("<slug:code>/", public.apply, name="apply"),
    path("<slug:code>/privacy/", public.privacy, name="privacy"),
]
