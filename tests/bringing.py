"""Importing and exporting spreadsheets through the admin's own pages, as a manager."""

import io


def preview(client, model: str, rows: str | bytes):
    """Upload a file to a model's import, such as "connectors/person", and return the preview."""
    file = io.BytesIO(rows if isinstance(rows, bytes) else rows.encode())
    file.name = "rows.csv"
    return client.post(f"/admin/{model}/import/", {"file": file})


def may_go_on(page) -> bool:
    """Return whether a preview offers to import anything."""
    return bool(page.context and page.context["changes"] and not page.context["refused"]) if page.context else False


def bring(client, model: str, rows: str | bytes):
    """Upload a file and confirm the import; return the last response."""
    page = preview(client, model, rows)
    if not may_go_on(page):
        return page
    return client.post(f"/admin/{model}/import/confirm/", {"token": page.context["token"]})


def download(client, model: str, kind: str = "csv", **query) -> bytes:
    """Return the file that a model's export sends."""
    response = client.post(f"/admin/{model}/export/", {"format": kind}, query_params=query)
    assert response.status_code == 200, response
    assert response["Content-Disposition"].endswith(f'.{kind}"')
    return response.getvalue()
