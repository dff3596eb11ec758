"""Addresses of communities."""

app_name = "communities"
urlpatterns: list = []
