"""Addresses of evaluation, at the root: indicators, learning, packs, priorities, profiles and stories."""

from django.urls import path

from evaluation.learning import views as learning
from evaluation.packs.views import preparing as packs
from evaluation.packs.views import reading
from evaluation.priorities import views as priorities
from evaluation.profiles import views as profiles
from evaluation.releases import views as releases
from evaluation.views import addresses, indicators, measurements, own, patience, pictures, stories, yardsticks

app_name = "evaluation"
urlpatterns = [
    path("indicators/", indicators.indicator_list, name="indicator-list"),
    path("indicators/data-dictionary/", indicators.data_dictionary, name="data-dictionary"),
    path("indicators/export/<str:file_format>/", indicators.indicator_export, name="indicator-export"),
    path("indicators/measurements/<int:pk>/edit/", measurements.measurement_update, name="measurement-update"),
    path("indicators/releases/", releases.release_list, name="release-list"),
    path("indicators/releases/package/", releases.release_package, name="release-package"),
    path("indicators/releases/close/<str:period>/", releases.release_close, name="release-close"),
    path("indicators/releases/<uuid:uuid>/", releases.release_detail, name="release-detail"),
    path("indicators/releases/<uuid:uuid>/addresses/", addresses.address_list, name="release-addresses"),
    path("indicators/releases/addresses/<uuid:uuid>/withdraw/", addresses.address_withdraw, name="address-withdraw"),
    path("indicators/releases/<uuid:uuid>/<str:file_format>/", releases.release_file_download, name="release-file"),
    path("data/<str:secret>/<str:name>", addresses.release_data, name="release-data"),
    path("indicators/own/", own.own_list, name="own-list"),
    path("indicators/own/new/", own.own_choose, name="own-choose"),
    path("indicators/own/new/<slug:how>/", own.own_create, name="own-create"),
    path("indicators/own/outcomes/new/", own.outcome_create, name="outcome-create"),
    path("indicators/own/<slug:key>/edit/", own.own_update, name="own-update"),
    path("indicators/own/<slug:key>/end/", own.own_end, name="own-end"),
    path("indicators/yardsticks/<uuid:uuid>/delete/", yardsticks.yardstick_delete, name="yardstick-delete"),
    path("indicators/<slug:key>/", indicators.indicator_detail, name="indicator-detail"),
    path("indicators/<slug:key>/neighbourhoods/", pictures.indicator_places, name="indicator-places"),
    path("indicators/<slug:key>/picture.svg", pictures.indicator_picture, name="indicator-picture"),
    path("indicators/<slug:key>/yardsticks/", yardsticks.yardstick_list, name="yardstick-list"),
    path("indicators/<slug:key>/measurements/new/", measurements.measurement_create, name="measurement-create"),
    path("patience/", patience.patience, name="patience"),
    path("learning/", learning.learning_list, name="learning-list"),
    path("learning/export/", learning.learning_export, name="learning-export"),
    path("learning/new/", learning.observation_create, name="observation-create"),
    path("learning/<uuid:uuid>/edit/", learning.observation_update, name="observation-update"),
    path("learning/<uuid:uuid>/delete/", learning.observation_delete, name="observation-delete"),
    path("packs/", packs.pack_list, name="pack-list"),
    path("packs/new/", packs.pack_create, name="pack-create"),
    path("packs/<uuid:uuid>/", packs.pack_detail, name="pack-detail"),
    path("packs/<uuid:uuid>/edit/", packs.pack_update, name="pack-update"),
    path("packs/<uuid:uuid>/delete/", packs.pack_delete, name="pack-delete"),
    path("packs/<uuid:uuid>/publish/", packs.pack_publish, name="pack-publish"),
    path("packs/<uuid:uuid>/not-a-name/", packs.pack_not_name, name="pack-not-name"),
    path("packs/<uuid:uuid>/links/", packs.pack_links, name="pack-links"),
    path("packs/links/<uuid:uuid>/withdraw/", packs.pack_link_withdraw, name="pack-link-withdraw"),
    path("packs/texts/<int:pk>/empty/", packs.pack_part_empty, name="pack-part-empty"),
    path("pack/<str:secret>/", reading.pack_read, name="pack-read"),
    path("priorities/", priorities.priority_list, name="priority-list"),
    path("priorities/new/", priorities.priority_create, name="priority-create"),
    path("priorities/<uuid:uuid>/edit/", priorities.priority_update, name="priority-update"),
    path("priorities/<uuid:uuid>/delete/", priorities.priority_delete, name="priority-delete"),
    path("priorities/of/<str:kind>/<int:pk>/", priorities.record_priorities, name="record-priorities"),
    path("profile/", profiles.profile, name="profile"),
    path("profile/export/", profiles.profile_export, name="profile-export"),
    path("profile/categories/", profiles.profile_categories, name="profile-categories"),
    path("profile/categories/<uuid:uuid>/end/", profiles.profile_category_end, name="profile-category-end"),
    path("profile/of/<uuid:uuid>/", profiles.profile_of, name="profile-of"),
    path("profile/<uuid:uuid>/delete/", profiles.profile_delete, name="profile-delete"),
    path("stories/", stories.story_list, name="story-list"),
    path("stories/new/", stories.story_create, name="story-create"),
    path("stories/<uuid:uuid>/", stories.story_detail, name="story-detail"),
    path("stories/<uuid:uuid>/edit/", stories.story_update, name="story-update"),
    path("stories/<uuid:uuid>/delete/", stories.story_delete, name="story-delete"),
    path("stories/<uuid:uuid>/hand-in/", stories.story_submit, name="story-submit"),
    path("stories/<uuid:uuid>/approve/", stories.story_approve, name="story-approve"),
    path("stories/<uuid:uuid>/give-back/", stories.story_return, name="story-return"),
    path("stories/<uuid:uuid>/withdraw/", stories.story_withdraw, name="story-withdraw"),
    path("stories/<uuid:uuid>/looked/", stories.story_look, name="story-look"),
    path("stories/<uuid:uuid>/photo/", stories.story_photo, name="story-photo"),
]
