"""Kith's URLs, with a plain Django admin for what Kith is compared with. Only the bench uses it."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import path

from bench.plan import SMALLEST, plan
from communities.paging import PAGE_SIZE
from config.urls import handler403, handler404, handler500
from config.urls import urlpatterns as kith
from connectors.models import Conversation, Person


class PeerSite(admin.AdminSite):
    """An admin for anybody who is signed in."""

    def has_permission(self, request: HttpRequest) -> bool:
        """Return True: permissions are not measured."""
        return True


class PlainAdmin(admin.ModelAdmin):
    """An admin as Django's documentation shows it: columns, an order, search by icontains, pages by OFFSET."""

    list_per_page = PAGE_SIZE
    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Return True."""
        return True

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Return True."""
        return True

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Return the rows of the measured team, which are those of Kith's lists."""
        return super().get_queryset(request).filter(team_id=plan(SMALLEST).main.number)


class PlainPeople(PlainAdmin):
    """Residents."""

    list_display = ("known_as", "neighbourhood", "street", "first_met_on")
    list_select_related = ("neighbourhood",)
    search_fields = ("known_as", "also_known_as", "street")
    ordering = ("known_as", "pk")


class PlainConversations(PlainAdmin):
    """Conversations."""

    list_display = ("held_on", "summary", "neighbourhood", "place", "builder")
    list_select_related = ("neighbourhood", "place", "builder")
    search_fields = ("summary", "idea")
    ordering = ("-held_on", "-pk")


site = PeerSite(name="peer")
site.register(Person, PlainPeople)
site.register(Conversation, PlainConversations)

__all__ = ["handler403", "handler404", "handler500", "urlpatterns"]
urlpatterns = [path("peer/", site.urls), *kith]
