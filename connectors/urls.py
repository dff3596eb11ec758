"""Addresses of connectors."""

app_name = "connectors"
urlpatterns: list = []
