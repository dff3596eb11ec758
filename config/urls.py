"""The map of addresses: one line an app."""

from django.contrib import admin
from django.urls import include, path

from config import views

urlpatterns = [
    path("", views.today, name="today"),
    path("", include("communities.urls")),
    path("assets/", include("assets.urls")),
    path("", include("connectors.urls")),
    path("sparks/", include("sparks.urls")),
    path("", include("evaluation.urls")),
    path("styleguide/", views.styleguide, name="styleguide"),
    path("admin/", admin.site.urls),
]
