"""Addresses of sparks."""

app_name = "sparks"
urlpatterns: list = []
