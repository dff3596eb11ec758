"""The filtered list as a file."""

from django.core.exceptions import BadRequest
from django.http import FileResponse, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from assets.exports import CONTENT_TYPES, CSV, XLSX, csv_export, geojson_export, xlsx_export
from assets.views.assets import facets
from communities.views import require_team


@require_GET
@require_team
def asset_export(request: HttpRequest) -> HttpResponseBase:
    """Send the team's assets, narrowed as the list is, as the CSV, XLSX or GeoJSON that `?format=` asks for."""
    kind = request.GET.get("format", CSV)
    if kind not in CONTENT_TYPES:
        raise BadRequest("There is no such format.")
    assets = facets(request).qs
    name = f"assets-{request.team.slug}-{timezone.localdate():%Y-%m-%d}.{kind}"
    if kind == XLSX:
        return FileResponse(xlsx_export(assets), as_attachment=True, filename=name, content_type=CONTENT_TYPES[kind])
    pieces = csv_export(assets) if kind == CSV else geojson_export(assets)
    response = StreamingHttpResponse(pieces, content_type=CONTENT_TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
