"""URLs of sparks."""

from django.urls import path

from sparks.views import life, money, next_steps, sparks, steps

app_name = "sparks"
urlpatterns = [
    path("", sparks.spark_list, name="spark-list"),
    path("new/", sparks.spark_create, name="spark-create"),
    path("rounds/", money.round_list, name="round-list"),
    path("rounds/new/", money.round_create, name="round-create"),
    path("rounds/<int:pk>/", money.round_detail, name="round-detail"),
    path("rounds/<int:pk>/edit/", money.round_update, name="round-update"),
    path("rounds/<int:pk>/ledger.csv", money.ledger_export, name="ledger-export"),
    path("funds/new/", money.fund_create, name="fund-create"),
    path("funds/<int:pk>/edit/", money.fund_update, name="fund-update"),
    path("<uuid:uuid>/", life.spark_detail, name="spark-detail"),
    path("<uuid:uuid>/next-step/", next_steps.spark_next_step, name="spark-next-step"),
    path("<uuid:uuid>/edit/", sparks.spark_update, name="spark-update"),
    path("<uuid:uuid>/delete/", sparks.spark_delete, name="spark-delete"),
    path("<uuid:uuid>/hand-in/", steps.spark_step, {"step": "hand-in"}, name="spark-submit"),
    path("<uuid:uuid>/ask/", steps.spark_step, {"step": "ask"}, name="spark-ask"),
    path("<uuid:uuid>/approve/", steps.spark_step, {"step": "approve"}, name="spark-approve"),
    path("<uuid:uuid>/decline/", steps.spark_step, {"step": "decline"}, name="spark-decline"),
    path("<uuid:uuid>/conflict/", steps.spark_step, {"step": "conflict"}, name="spark-conflict"),
    path("<uuid:uuid>/ready/", steps.spark_step, {"step": "ready"}, name="spark-ready"),
    path("<uuid:uuid>/pay/", steps.spark_step, {"step": "pay"}, name="spark-pay"),
    path("<uuid:uuid>/recover/", steps.spark_step, {"step": "recover"}, name="spark-recover"),
    path("<uuid:uuid>/withdraw/", steps.spark_step, {"step": "withdraw"}, name="spark-withdraw"),
    path("<uuid:uuid>/cancel/", steps.spark_step, {"step": "cancel"}, name="spark-cancel"),
    path("<uuid:uuid>/close/", steps.spark_step, {"step": "close"}, name="spark-close"),
    path("<uuid:uuid>/report/", life.report_edit, name="report-edit"),
    path("<uuid:uuid>/report/photo/", life.report_photo, name="report-photo"),
]
