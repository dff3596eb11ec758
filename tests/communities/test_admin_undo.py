"""What is deleted in the admin can be undone from the message that says so."""

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.urls import reverse

from connectors.models import Theme
from tests.factories.connectors import ThemeFactory
from tests.form_reader import forms_of

pytestmark = pytest.mark.django_db
LIST = reverse("admin:connectors_theme_changelist")


def test_the_message_about_a_deleted_row_has_undo(client_for, administrator, team) -> None:
    theme, client = ThemeFactory(team=team, name="Growing food"), client_for(administrator)
    page = client.post(reverse("admin:connectors_theme_delete", args=[theme.pk]), {"post": "yes"}, follow=True)
    assert "was deleted successfully" in page.text
    assert not Theme.objects.exists()
    [button] = [form for form in forms_of(page) if "/deleted/" in form.action]
    client.post(button.action, button.data)
    assert Theme.objects.get() == theme


def test_several_rows_deleted_at_once_lead_to_the_page_of_what_was_deleted(client_for, administrator, team) -> None:
    themes, client = [ThemeFactory(team=team) for _ in range(2)], client_for(administrator)
    chosen = {"action": "delete_selected", "post": "yes", ACTION_CHECKBOX_NAME: [theme.pk for theme in themes]}
    page = client.post(LIST, chosen, follow=True)
    assert not Theme.objects.exists()
    assert (
        f'You can undo this for 30 days, one by one, on the page <a href="{reverse("communities:deleted-list")}">'
        in page.text
    )


def test_one_of_a_list_has_undo_too(client_for, administrator, team) -> None:
    theme, client = ThemeFactory(team=team), client_for(administrator)
    page = client.post(
        LIST, {"action": "delete_selected", "post": "yes", ACTION_CHECKBOX_NAME: [theme.pk]}, follow=True
    )
    [button] = [form for form in forms_of(page) if "/deleted/" in form.action]
    client.post(button.action, button.data)
    assert Theme.objects.get() == theme
