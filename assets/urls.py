"""Addresses of assets."""

app_name = "assets"
urlpatterns: list = []
