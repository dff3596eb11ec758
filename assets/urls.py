"""URLs of assets."""

from django.urls import path

from assets.views import assets, exports, imports, photos

app_name = "assets"
urlpatterns = [
    path("", assets.asset_list, name="asset-list"),
    path("pins/", assets.asset_pins, name="asset-pins"),
    path("print/", assets.asset_print, name="asset-print"),
    path("near/", assets.asset_near, name="asset-near"),
    path("add/", assets.asset_create, name="asset-create"),
    path("export/", exports.asset_export, name="asset-export"),
    path("import/", imports.import_create, name="import-create"),
    path("import/<uuid:uuid>/", imports.import_rehearsal, name="import-rehearsal"),
    path("import/<uuid:uuid>/columns/", imports.import_columns, name="import-columns"),
    path("import/<uuid:uuid>/apply/", imports.import_apply, name="import-apply"),
    path("<int:pk>/", assets.asset_detail, name="asset-detail"),
    path("<int:pk>/pin/", assets.asset_pin, name="asset-pin"),
    path("<int:pk>/edit/", assets.asset_update, name="asset-update"),
    path("<int:pk>/still-true/", assets.asset_confirm, name="asset-confirm"),
    path("<int:pk>/retire/", assets.asset_retire, name="asset-retire"),
    path("<int:pk>/restore/", assets.asset_restore, name="asset-restore"),
    path("<int:pk>/photos/add/", photos.photo_create, name="photo-create"),
    path("photos/<int:pk>/", photos.photo, name="photo"),
    path("photos/<int:pk>/remove/", photos.photo_delete, name="photo-delete"),
]
