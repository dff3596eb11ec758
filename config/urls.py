"""The root URL configuration."""

from django.contrib import admin
from django.urls import include, path

from config import feeds, views

urlpatterns = [
    path("", views.today, name="today"),
    path("", include("communities.urls")),
    path("assets/", include("assets.urls")),
    path("", include("connectors.urls")),
    path("sparks/", include("sparks.urls")),
    path("apply/", include("sparks.applying.urls")),
    path("", include("evaluation.urls")),
    path("calendar/<str:secret>.ics", feeds.calendar, name="calendar"),
    path("help/<slug:page>/", views.help_page, name="help"),
    path("styleguide/", views.styleguide, name="styleguide"),
    path("admin/", admin.site.urls),
    path(".well-known/security.txt", views.security_txt, name="security-txt"),
    path(".well-known/change-password", views.change_password, name="change-password"),
]
handler500 = "config.errors.server_error"
handler403 = "config.stale_pages.forbidden"
handler404 = "config.stale_pages.not_found"
