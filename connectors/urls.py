"""Addresses of connectors, at the root: conversations, people, introductions."""

from django.urls import path

from connectors.views import conversations, gifts, introductions, options, people, suggestions

app_name = "connectors"
urlpatterns = [
    path("conversations/", conversations.conversation_list, name="conversation-list"),
    path("conversations/new/", conversations.conversation_create, name="conversation-create"),
    path("conversations/places/", options.place_options, name="place-options"),
    path("conversations/people/", options.person_options, name="person-options"),
    path("conversations/<uuid:uuid>/", conversations.conversation_detail, name="conversation-detail"),
    path("conversations/<uuid:uuid>/change/", conversations.conversation_update, name="conversation-update"),
    path("conversations/<uuid:uuid>/delete/", conversations.conversation_delete, name="conversation-delete"),
    path("conversations/<uuid:uuid>/step/", conversations.conversation_step_done, name="conversation-step-done"),
    path("conversations/<uuid:uuid>/photo/", conversations.conversation_photo, name="conversation-photo"),
    path("people/", people.person_list, name="person-list"),
    path("people/new/", people.person_create, name="person-create"),
    path("people/<uuid:uuid>/", people.person_detail, name="person-detail"),
    path("people/<uuid:uuid>/edit/", people.person_update, name="person-update"),
    path("people/<uuid:uuid>/meet/", suggestions.person_suggestions, name="person-suggestions"),
    path("people/<uuid:uuid>/connector/", people.person_connector, name="person-connector"),
    path("people/<uuid:uuid>/gifts/add/", gifts.gift_create, name="gift-create"),
    path("gifts/<int:pk>/edit/", gifts.gift_update, name="gift-update"),
    path("gifts/<int:pk>/remove/", gifts.gift_delete, name="gift-delete"),
    path("introductions/", introductions.introduction_list, name="introduction-list"),
    path("introductions/new/", introductions.introduction_create, name="introduction-create"),
    path("introductions/suggested/", suggestions.suggestions_for_me, name="suggestions-for-me"),
    path("introductions/ends/", introductions.end_options, name="end-options"),
    path("introductions/<uuid:uuid>/", introductions.introduction_detail, name="introduction-detail"),
]
