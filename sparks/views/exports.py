"""The list of sparks as a file, with the filters of the page, and the ledger of a fund."""

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from communities.views import require_team
from communities.views.downloads import refuse_filter, send_export
from sparks import fund_exports
from sparks.filters import SparkFilter
from sparks.models import Fund, Spark
from sparks.spark_exports import COLUMNS, CONTENT_TYPES, CSV, spark_csv, spark_xlsx


@require_safe
@require_team
def spark_export(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """Send the filtered sparks as CSV or XLSX, chosen by `?format=`."""
    kind = request.GET.get("format", CSV)
    if kind not in CONTENT_TYPES:
        raise BadRequest("The format must be csv or xlsx.")
    rows = Spark.objects.visible_to(request.user).filter(team=request.team)
    found = SparkFilter(request.GET or None, queryset=rows, request=request)
    if refused := refuse_filter(request, found.form):
        return refused
    sparks = found.qs
    write = spark_csv if kind == CSV else spark_xlsx
    return send_export(
        request,
        write(sparks, request.user),
        name=f"sparks-{request.team.slug}-{timezone.localdate():%Y-%m-%d}.{kind}",
        content_type=CONTENT_TYPES[kind],
        team=request.team,
        model=Spark,
        rows=sparks.count(),
        fields=COLUMNS,
    )


@require_safe
def fund_export(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """Send the ledger of a fund as CSV or XLSX, chosen by `?format=`."""
    fund = get_object_or_404(Fund.objects.visible_to(request.user), pk=pk)
    kind = request.GET.get("format", CSV)
    if kind not in CONTENT_TYPES:
        raise BadRequest("The format must be csv or xlsx.")
    write = fund_exports.fund_csv if kind == CSV else fund_exports.fund_xlsx
    return send_export(
        request,
        write(fund),
        name=f"fund-{slugify(fund.name) or fund.pk}-{timezone.localdate():%Y-%m-%d}.{kind}",
        content_type=CONTENT_TYPES[kind],
        team=fund.team_id,
        model=Fund,
        what=fund.pk,
        rows=fund_exports.lines_of(fund).count(),
        fields=fund_exports.COLUMNS,
    )
