"""URLs of communities."""

from django.urls import path

from communities.outbox import views as outbox
from communities.views import accounts, audit, invitations, neighbourhoods, partners, search, teams, undo

app_name = "communities"
urlpatterns = [
    path("sign-in/", accounts.sign_in, name="sign-in"),
    path("sign-out/", accounts.sign_out, name="sign-out"),
    path("password/", accounts.password_change, name="password-change"),
    path("password/reset/", accounts.password_reset, name="password-reset"),
    path("password/reset/sent/", accounts.password_reset_sent, name="password-reset-sent"),
    path("password/reset/done/", accounts.password_reset_done, name="password-reset-done"),
    path("password/reset/<uidb64>/<token>/", accounts.password_reset_confirm, name="password-reset-confirm"),
    path("search/", search.search, name="search"),
    path("more/", accounts.more, name="more"),
    path("team/", teams.team_detail, name="team-detail"),
    path("team/settings/", teams.team_update, name="team-update"),
    path("team/switch/", teams.team_switch, name="team-switch"),
    path("team/invite/", invitations.invitation_create, name="invitation-create"),
    path("team/invitations/<int:pk>/send/", invitations.invitation_send_again, name="invitation-send-again"),
    path("team/invitations/<int:pk>/withdraw/", invitations.invitation_withdraw, name="invitation-withdraw"),
    path("team/members/<int:pk>/", teams.member_update, name="member-update"),
    path("team/members/<int:pk>/remove/", teams.member_remove, name="member-remove"),
    path("join/<str:token>/", invitations.invitation_accept, name="invitation-accept"),
    path("partners/", partners.partner_list, name="partner-list"),
    path("partners/add/", partners.partner_create, name="partner-create"),
    path("partners/<int:pk>/", partners.partner_update, name="partner-update"),
    path("partners/<int:pk>/remove/", partners.partner_delete, name="partner-delete"),
    path("messages/", outbox.message_list, name="message-list"),
    path("messages/to-tell/", outbox.messages_to_tell, name="messages-to-tell"),
    path("messages/letters/", outbox.message_letters, name="message-letters"),
    path("messages/kinds/", outbox.message_kinds, name="message-kinds"),
    path("messages/<uuid:uuid>/", outbox.message_detail, name="message-detail"),
    path("messages/<uuid:uuid>/letter/", outbox.message_letter, name="message-letter"),
    path("messages/<uuid:uuid>/send/", outbox.message_send_again, name="message-send-again"),
    path("messages/<uuid:uuid>/in-person/", outbox.message_in_person, name="message-in-person"),
    path("messages/<uuid:uuid>/told/", outbox.message_told, name="message-told"),
    path("messages/<uuid:uuid>/withdraw/", outbox.message_withdraw, name="message-withdraw"),
    path("audit/", audit.audit_list, name="audit-list"),
    path("audit/file/", audit.audit_export, name="audit-export"),
    path("deleted/", undo.deleted_list, name="deleted-list"),
    path("deleted/<uuid:uuid>/", undo.undo, name="undo"),
    path("neighbourhoods/", neighbourhoods.neighbourhood_list, name="neighbourhood-list"),
    path("neighbourhoods/add/", neighbourhoods.neighbourhood_create, name="neighbourhood-create"),
    path("neighbourhoods/file/", neighbourhoods.boundary_upload, name="boundary-upload"),
    path("neighbourhoods/file/add/", neighbourhoods.boundary_import, name="boundary-import"),
    path("neighbourhoods/outlines/", neighbourhoods.neighbourhood_outlines, name="neighbourhood-outlines"),
    path("neighbourhoods/<int:pk>/", neighbourhoods.neighbourhood_detail, name="neighbourhood-detail"),
    path("neighbourhoods/<int:pk>/edit/", neighbourhoods.neighbourhood_update, name="neighbourhood-update"),
    path("neighbourhoods/<int:pk>/remove/", neighbourhoods.neighbourhood_delete, name="neighbourhood-delete"),
]
