"""URLs of sparks."""

from django.urls import path

from sparks.applying.views import enclosed, hosts, team
from sparks.views import beside, costs, exports, funds, how, life, lineage, money, next_steps, several, sparks, steps

app_name = "sparks"
urlpatterns = [
    path("", sparks.spark_list, name="spark-list"),
    path("new/", sparks.spark_create, name="spark-create"),
    path("file/", exports.spark_export, name="spark-export"),
    path("decide/", several.decide_several, name="decide-several"),
    path("how-it-works/", how.how_it_works, name="how-it-works"),
    path("rounds/", money.round_list, name="round-list"),
    path("rounds/new/", money.round_create, name="round-create"),
    path("rounds/<int:pk>/", money.round_detail, name="round-detail"),
    path("rounds/<int:pk>/edit/", money.round_update, name="round-update"),
    path("rounds/<int:pk>/ledger.csv", money.ledger_export, name="ledger-export"),
    path("rounds/<int:pk>/public-page/", team.page_update, name="apply-page"),
    path("rounds/<int:pk>/public-page/poster/", team.poster, name="apply-poster"),
    path("rounds/<int:pk>/public-page/said-aloud/", team.aloud_begin, name="aloud-begin"),
    path("applications/", team.application_list, name="application-list"),
    path("applications/<uuid:uuid>/", team.application_detail, name="application-detail"),
    path("applications/<uuid:uuid>/read-aloud/", team.application_aloud, name="application-aloud"),
    path("applications/<uuid:uuid>/helped/", team.application_helped, name="application-helped"),
    path("applications/<uuid:uuid>/enclosed/<uuid:enclosure>/", enclosed.team_enclosed, name="application-enclosed"),
    path("applications/<uuid:uuid>/close/", team.application_close, name="application-close"),
    path("applications/<uuid:uuid>/words/", team.application_words, name="application-words"),
    path("costs/<uuid:uuid>/use-instead/", costs.cost_use, name="cost-use"),
    path("costs/<uuid:uuid>/pay-instead/", costs.cost_pay, name="cost-pay"),
    path("groups/<int:pk>/lineage/", lineage.group_lineage, name="group-lineage"),
    path("groups/<int:pk>/grew-from/", lineage.group_roots, name="group-roots"),
    path("funds/new/", money.fund_create, name="fund-create"),
    path("funds/<int:pk>/", funds.fund_detail, name="fund-detail"),
    path("funds/<int:pk>/money/", funds.fund_money, name="fund-money"),
    path("funds/<int:pk>/ledger/", exports.fund_export, name="fund-export"),
    *(
        path(f"proposals/<uuid:uuid>/{answer}/", funds.proposal_answer, {"answer": answer}, name=f"proposal-{answer}")
        for answer in funds.ANSWERS
    ),
    path("funds/<int:pk>/edit/", money.fund_update, name="fund-update"),
    path("<uuid:uuid>/", life.spark_detail, name="spark-detail"),
    path("<uuid:uuid>/note/", beside.note_create, name="note-create"),
    path("<uuid:uuid>/attach/", beside.attachment_create, name="attachment-create"),
    path("notes/<uuid:uuid>/delete/", beside.note_delete, name="note-delete"),
    path("attachments/<uuid:uuid>/", beside.attachment_file, name="attachment-file"),
    path("attachments/<uuid:uuid>/delete/", beside.attachment_delete, name="attachment-delete"),
    path("<uuid:uuid>/next-step/", next_steps.spark_next_step, name="spark-next-step"),
    path("<uuid:uuid>/edit/", sparks.spark_update, name="spark-update"),
    path("<uuid:uuid>/delete/", sparks.spark_delete, name="spark-delete"),
    *(path(f"<uuid:uuid>/{step}/", steps.spark_step, {"step": step}, name=f"spark-{step}") for step in steps.BUTTONS),
    path("<uuid:uuid>/who-is-told/<slug:step>/", steps.spark_preview, name="spark-preview"),
    path("<uuid:uuid>/host/ask/", hosts.host_ask, name="host-ask"),
    path("<uuid:uuid>/host/stop/", hosts.host_stop, name="host-stop"),
    path("<uuid:uuid>/host/other/", hosts.holder_update, name="holder-update"),
    path("<uuid:uuid>/report/", life.report_edit, name="report-edit"),
    path("<uuid:uuid>/report/photo/", life.report_photo, name="report-photo"),
]
