"""Download the filtered list as a file."""

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from assets.exports import COLUMNS, CONTENT_TYPES, CSV, GEOJSON, XLSX, csv_export, geojson_export, xlsx_export
from assets.models import Asset
from assets.views.assets import facets
from communities.views import require_team
from communities.views.downloads import refuse_filter, send_export

WRITERS = {CSV: csv_export, XLSX: xlsx_export, GEOJSON: geojson_export}


@require_safe
@require_team
def asset_export(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """Send the filtered assets as CSV, XLSX or GeoJSON, chosen by `?format=`."""
    kind = request.GET.get("format", CSV)
    if kind not in CONTENT_TYPES:
        raise BadRequest("The format must be csv, xlsx or geojson.")
    found = facets(request)
    if refused := refuse_filter(request, found.form):
        return refused
    assets = found.qs
    name = f"assets-{request.team.slug}-{timezone.localdate():%Y-%m-%d}.{kind}"
    return send_export(
        request,
        WRITERS[kind](assets),
        name=name,
        content_type=CONTENT_TYPES[kind],
        team=request.team,
        model=Asset,
        rows=assets.count(),
        fields=COLUMNS,
    )
