"""Pages of assets, through the test client, as every role."""

import uuid
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from assets.models import Asset, Status
from tests.factories.assets import INSIDE, OUTSIDE, AssetFactory, AssetPhotoFactory
from tests.factories.communities import NeighbourhoodFactory, UserFactory
from tests.photos import photo_bytes, png_bomb

pytestmark = pytest.mark.django_db

LIST = "/assets/"
ADD = "/assets/add/"


def typed(**data):
    """Return the data that a user types to add an asset."""
    return {"name": "Bench", "kind": "place", "uuid": str(uuid.uuid4()), **data}


def sentences(response):
    """Return the messages shown to the user."""
    return [str(message) for message in response.context["messages"]]


@pytest.fixture
def brook(team):
    """Return the neighbourhood whose outline contains INSIDE."""
    return NeighbourhoodFactory(team=team, name="Brook", outlined=True)


@pytest.fixture
def people(builder, manager, evaluator, administrator, stranger):
    """Return every user by name."""
    return {
        "builder": builder,
        "manager": manager,
        "evaluator": evaluator,
        "administrator": administrator,
        "stranger": stranger,
    }


PAGES_OF_ONE = {
    "asset-detail": "get",
    "asset-pin": "get",
    "asset-update": "get",
    "asset-retire": "get",
    "asset-confirm": "post",
    "asset-restore": "post",
    "photo-create": "get",
}
FOR_READERS = {"asset-detail", "asset-pin"}


@pytest.mark.parametrize("page", PAGES_OF_ONE)
@pytest.mark.parametrize("person", ["builder", "manager", "evaluator", "administrator", "stranger"])
def test_who_opens_the_pages_of_one_asset(people, client_for, team, page, person):
    asset = AssetFactory(team=team, placed=True)
    response = getattr(client_for(people[person]), PAGES_OF_ONE[page])(reverse(f"assets:{page}", args=[asset.pk]))

    expected = 302 if PAGES_OF_ONE[page] == "post" else 200
    if person == "evaluator" and page not in FOR_READERS:
        expected = 403
    assert response.status_code == (404 if person == "stranger" else expected)


@pytest.mark.parametrize("page", PAGES_OF_ONE)
def test_signed_out_visitors_see_no_asset(client, team, page):
    asset = AssetFactory(team=team)
    response = getattr(client, PAGES_OF_ONE[page])(reverse(f"assets:{page}", args=[asset.pk]))

    sign_in = reverse("communities:sign-in")
    if PAGES_OF_ONE[page] == "post":
        assert (response.status_code, f"{sign_in}?next=" in response.text) == (403, True)
    else:
        assert (response.status_code, response.headers["Location"].startswith(sign_in)) == (302, True)


@pytest.mark.parametrize("page", ["asset-list", "asset-pins", "asset-create"])
def test_a_user_without_a_team_sees_an_explanation(client_for, page):
    assert client_for(UserFactory()).get(reverse(f"assets:{page}")).status_code == 403


def test_the_list_shows_the_teams_assets_and_no_others(client_for, evaluator, team, other_team):
    AssetFactory(team=team, name="Brookside Choir")
    AssetFactory(team=team, name="The closed pub", retired=True)
    AssetFactory(team=other_team, name="Hillfoot Hall")
    page = client_for(evaluator).get(LIST)

    assert [asset.name for asset in page.context["page"]] == ["Brookside Choir"]
    assert "Hillfoot Hall" not in page.text
    assert ADD not in page.text, "an evaluator reads"


def test_an_empty_list_explains_how_to_begin(client_for, builder, evaluator):
    assert "The map is ready for its first asset" in (page := client_for(builder).get(LIST).text)
    assert ADD in page
    assert ADD not in client_for(evaluator).get(LIST).text
    assert "Nothing here matches" in client_for(builder).get(LIST, {"q": "choir"}).text


def test_the_list_and_the_map_have_the_same_filters(client_for, builder, team):
    for name, kind in (("Choir", "association"), ("Bench", "place"), ("Legend", "story")):
        AssetFactory(team=team, name=name, kind=kind, placed=True)
    client = client_for(builder)
    page = client.get(LIST, {"kind": ["place", "story"], "q": "", "after": ""})
    pins = client.get(page.context["pins_url"]).json()

    assert [asset.name for asset in page.context["page"]] == ["Bench", "Legend"]
    assert sorted(feature["properties"]["name"] for feature in pins["features"]) == ["Bench", "Legend"]


def test_htmx_gets_the_list_and_the_new_address_of_the_map(client_for, builder, team):
    AssetFactory(team=team, name="Bench")
    response = client_for(builder).get(LIST, {"q": "bench"}, headers={"HX-Request": "true"})

    assert "<html" not in response.text
    assert 'data-pins-address="/assets/pins/?q=bench"' in response.text
    assert "Bench" in response.text


def test_an_invalid_filter_shows_an_error_beside_it(client_for, builder, other_team):
    theirs = NeighbourhoodFactory(team=other_team)
    page = client_for(builder).get(LIST, {"neighbourhood": theirs.pk})

    assert page.status_code == 200
    assert list(page.context["filter"].form.errors) == ["neighbourhood"]


def test_the_list_is_paged_by_name(client_for, builder, team):
    for n in range(30):
        AssetFactory(team=team, name=f"Asset {n:02}")
    client = client_for(builder)
    first = client.get(LIST, {"kind": "place"}).context
    second = client.get(first["page"].next_url).context

    assert [asset.name for asset in first["page"]] == [f"Asset {n:02}" for n in range(20)]
    assert [asset.name for asset in second["page"]] == [f"Asset {n:02}" for n in range(20, 30)]
    assert second["pins_url"] == "/assets/pins/?kind=place", "the map shows all pages"


def test_a_tampered_address_is_refused(client_for, builder):
    assert client_for(builder).get(LIST, {"after": "nonsense"}).status_code == 400


@pytest.mark.parametrize("size", [1, 3])
def test_the_list_takes_as_many_queries_for_three_as_for_one(
    client_for, builder, team, size, django_assert_num_queries
):
    for _ in range(size):
        AssetFactory(team=team, placed=True, neighbourhood=NeighbourhoodFactory(team=team, outlined=True))
    client = client_for(builder)
    with django_assert_num_queries(7):
        assert len(client.get(LIST).context["page"]) == size


@pytest.mark.parametrize("size", [1, 3])
def test_the_pins_take_as_many_queries_for_three_as_for_one(client_for, builder, team, size, django_assert_num_queries):
    AssetFactory.create_batch(size, team=team, placed=True)
    client = client_for(builder)
    with django_assert_num_queries(7):
        assert len(client.get("/assets/pins/").json()["features"]) == size


@pytest.mark.parametrize("size", [1, 3])
def test_a_page_takes_as_many_queries_for_three_photos_as_for_one(
    client_for, builder, team, size, django_assert_num_queries
):
    asset = AssetFactory(team=team, placed=True)
    AssetPhotoFactory.create_batch(size, asset=asset)
    client = client_for(builder)
    with django_assert_num_queries(9):
        assert len(client.get(f"/assets/{asset.pk}/").context["photos"]) == size


@pytest.mark.parametrize(
    "query", ["bbox=1,2,3", "bbox=a,b,c,d", "bbox=3,0,1,1", "bbox=nan,0,1,1", "zoom=far", "bbox=-1,-1,1,1&zoom="]
)
def test_an_invalid_map_window_is_refused(client_for, builder, query):
    response = client_for(builder).get(f"/assets/pins/?{query}")

    assert response.status_code == (200 if query.endswith("zoom=") else 400)
    assert response.headers["Content-Type"].startswith("application/")


def test_pins_of_the_window(client_for, builder, team, other_team):
    AssetFactory(team=team, name="Here", placed=True)
    AssetFactory(team=team, name="There", outside=True)
    AssetFactory(team=other_team, name="Theirs", placed=True)
    answer = client_for(builder).get("/assets/pins/", {"bbox": "-2.3,51.8,-2.2,51.89", "zoom": "13"}).json()

    assert [feature["properties"]["name"] for feature in answer["features"]] == ["Here"]


def test_add_an_asset(client_for, builder, team, brook):
    client = client_for(builder)
    response = client.post(ADD, typed(latitude=INSIDE[0], longitude=INSIDE[1]), follow=True)
    asset = Asset.objects.get()

    assert response.redirect_chain == [(f"/assets/{asset.pk}/", 302)]
    assert sentences(response) == ["“Bench” has been saved, in Brook."]
    assert (asset.team, asset.created_by, asset.neighbourhood) == (team, builder, brook)


@pytest.mark.parametrize(
    ("position", "words"),
    [
        (
            OUTSIDE,
            "“Bench” has been saved. It is outside every neighbourhood outline, so it is not counted in any "
            "neighbourhood.",
        ),
        (("", ""), "“Bench” has been saved. It has no position yet, so it is in the list but not on the map."),
    ],
)
def test_adding_an_asset_says_which_neighbourhood_it_is_in(client_for, builder, brook, position, words):
    response = client_for(builder).post(ADD, typed(latitude=position[0], longitude=position[1]), follow=True)

    assert sentences(response) == [words]


def test_a_team_without_outlines_gets_no_warning(client_for, builder):
    response = client_for(builder).post(ADD, typed(latitude=INSIDE[0], longitude=INSIDE[1]), follow=True)

    assert sentences(response) == ["“Bench” has been saved and is on the map."]


def test_an_evaluator_cannot_add(client_for, evaluator):
    client = client_for(evaluator)

    assert client.get(ADD).status_code == 403
    assert client.post(ADD, typed()).status_code == 403
    assert not Asset.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"latitude": "510", "longitude": "-2.2"}, "out of range"),
        ({"latitude": "51,8", "longitude": "-2.2"}, "has a comma"),
        ({"latitude": "-2.24", "longitude": "51.86"}, "look swapped"),
        ({"latitude": "383000", "longitude": "218000"}, "eastings and northings"),
        ({"kind": "people"}, "Choose one from the list"),
        ({"email": "nobody"}, "Enter a valid email address"),
    ],
)
def test_an_error_keeps_what_was_typed(client_for, builder, wrong, words):
    data = typed(description="Everybody sits here.", **wrong)
    page = client_for(builder).post(ADD, data)

    assert page.status_code == 200
    assert words in page.text
    assert "Everybody sits here." in page.text
    assert f'value="{data["uuid"]}"' in page.text
    for value in wrong.values():
        assert value in page.text
    assert not Asset.objects.exists()


def test_another_teams_neighbourhood_is_refused(client_for, builder, other_team):
    theirs = NeighbourhoodFactory(team=other_team)
    page = client_for(builder).post(ADD, typed(neighbourhood=theirs.pk))

    assert list(page.context["form"].errors) == ["neighbourhood"]
    assert not Asset.objects.exists()


def test_a_double_click_adds_one(client_for, builder):
    client, data = client_for(builder), typed()
    answers = [client.post(ADD, data).headers["Location"] for _ in range(2)]

    assert answers == [f"/assets/{Asset.objects.get().pk}/"] * 2


def test_a_similar_asset_is_shown_once(client_for, builder, team):
    here = AssetFactory(team=team, name="Matson Library", placed=True)
    client = client_for(builder)
    data = typed(name="Matson library", latitude=str(INSIDE[0]), longitude=str(INSIDE[1]), description="Books and tea")
    page = client.post(ADD, data)

    assert page.context["similar"] == [here]
    assert "Is it here already?" in page.text
    assert "Books and tea" in page.text
    assert Asset.objects.count() == 1
    seen = page.context["form"]["seen"].value()
    assert client.post(ADD, {**data, "seen": seen}).status_code == 302
    assert Asset.objects.count() == 2


def upload(data=None, name="p.jpg"):
    """Return an uploaded file, as a browser sends it."""
    return SimpleUploadedFile(name, data or photo_bytes(), "image/jpeg")


def test_add_an_asset_with_a_photo(client_for, builder):
    client_for(builder).post(ADD, typed(photo=upload(), photo_alt="A green bench"))

    assert Asset.objects.get().photos.get().alt == "A green bench"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (lambda: b"\xff\xd8" + b"0" * 20 * 1024 * 1024, "This photo is 20 MB"),
        (lambda: png_bomb(13_000, 13_000), "169 megapixels"),
        (lambda: b"words", "cannot be read as a photo"),
    ],
)
def test_an_invalid_photo_is_refused_and_the_rest_stays_in_the_form(client_for, builder, data, words):
    page = client_for(builder).post(ADD, typed(photo=upload(data()), photo_alt="A bench", description="Kept"))

    assert list(page.context["form"].errors) == ["photo"]
    assert words in page.text
    assert "Kept" in page.text
    assert "A bench" in page.text
    assert "Choose the photo again" not in page.text
    assert not Asset.objects.exists()


def test_change_an_asset(client_for, manager, team, brook):
    asset = AssetFactory(team=team, name="Bench")
    data = {"name": "The bench", "kind": "place", "latitude": INSIDE[0], "longitude": INSIDE[1], "led_by": ""}
    response = client_for(manager).post(f"/assets/{asset.pk}/edit/", data, follow=True)
    asset.refresh_from_db()

    assert sentences(response) == ["“The bench” has been saved, in Brook."]
    assert (asset.name, asset.neighbourhood) == ("The bench", brook)


def test_a_refused_change_keeps_what_was_typed(client_for, builder, team):
    asset = AssetFactory(team=team, name="Bench")
    page = client_for(builder).post(f"/assets/{asset.pk}/edit/", {"name": "", "kind": "place", "opening": "Dawn"})

    assert list(page.context["form"].errors) == ["name"]
    assert "Dawn" in page.text
    assert "Change Bench" in page.text, "the heading keeps the name that is stored"
    asset.refresh_from_db()
    assert (asset.name, asset.opening) == ("Bench", "")


@pytest.mark.parametrize("verb", ["edit", "retire", "still-true", "restore", "photos/add"])
def test_evaluators_and_other_teams_cannot_change_an_asset(client_for, evaluator, stranger, team, verb):
    asset = AssetFactory(team=team, name="Bench")
    data = {"name": "Mine", "kind": "place", "reason": "Gone", "photo": upload(), "photo_alt": "A bench"}

    assert client_for(evaluator).post(f"/assets/{asset.pk}/{verb}/", data).status_code == 403
    data["photo"] = upload()
    assert client_for(stranger).post(f"/assets/{asset.pk}/{verb}/", data).status_code == 404
    asset.refresh_from_db()
    assert (asset.name, asset.status, asset.last_confirmed_on) == ("Bench", Status.LISTED, None)
    assert not asset.photos.exists()


def test_an_asset_can_be_confirmed(client_for, builder, team, clock):
    asset = AssetFactory(team=team, name="Bench", stale=True)
    response = client_for(builder).post(f"/assets/{asset.pk}/still-true/", follow=True)

    assert sentences(response) == ["Thank you. “Bench” is marked as checked today."]
    assert "Last checked on 20 May 2026." in response.text


def test_a_retired_asset_cannot_be_confirmed(client_for, builder, team):
    asset = AssetFactory(team=team, retired=True)
    response = client_for(builder).post(f"/assets/{asset.pk}/still-true/", follow=True)

    assert sentences(response) == ["This asset has been taken off the map. Put it back first."]


def test_an_asset_can_be_retired_with_a_reason_and_restored(client_for, builder, team):
    asset = AssetFactory(team=team, name="Bench")
    client = client_for(builder)
    refused = client.post(f"/assets/{asset.pk}/retire/", {"reason": " "})
    assert "Say briefly what happened to it." in refused.text
    page = client.post(f"/assets/{asset.pk}/retire/", {"reason": "Rotted away"}, follow=True)

    assert "Rotted away" in page.text
    assert sentences(page) == ["“Bench” has been taken off the map. You can put it back."]
    assert "Put it back on the map" in page.text
    back = client.post(f"/assets/{asset.pk}/restore/", follow=True)
    assert sentences(back) == ["“Bench” is back on the map."]
    assert "Rotted away" not in back.text


def test_a_retired_asset_needs_no_confirmation(client_for, builder, team):
    asset = AssetFactory(team=team, name="Bench", retired=True)
    page = client_for(builder).get(f"/assets/{asset.pk}/retire/", follow=True)

    assert sentences(page) == ["“Bench” is already off the map."]


def test_the_page_of_an_asset_escapes_what_people_wrote(client_for, evaluator, team):
    words = "<script>alert(1)</script>"
    asset = AssetFactory(
        team=team, name=words, description=words, address=words, opening=words, access=words, phone='"><b>', placed=True
    )
    page = client_for(evaluator).get(f"/assets/{asset.pk}/").text

    assert words not in page
    assert page.count("&lt;script&gt;") >= 5


def test_the_page_says_if_the_asset_is_outside_every_outline(client_for, builder, team, brook):
    asset = AssetFactory(team=team, outside=True)

    assert "outside every neighbourhood outline" in client_for(builder).get(f"/assets/{asset.pk}/").text


def test_add_and_remove_a_photo(client_for, builder, team, media):
    asset = AssetFactory(team=team)
    client = client_for(builder)
    page = client.post(f"/assets/{asset.pk}/photos/add/", {"photo": upload(), "photo_alt": "The door"}, follow=True)
    photo = asset.photos.get()

    assert f'src="/assets/photos/{photo.pk}/"' in page.text
    assert "restore it for 30 days" in client.get(f"/assets/photos/{photo.pk}/remove/").text
    assert client.post(f"/assets/photos/{photo.pk}/remove/").status_code == 302
    assert not asset.photos.exists()


def test_a_thirteenth_photo_is_refused_beside_the_field(client_for, builder, team):
    asset = AssetFactory(team=team)
    AssetPhotoFactory.create_batch(12, asset=asset)
    page = client_for(builder).post(f"/assets/{asset.pk}/photos/add/", {"photo": upload(), "photo_alt": "One more"})

    assert page.context["form"].errors == {"photo": ["This asset already has 12 photos. Remove one first."]}


@pytest.mark.parametrize(
    ("person", "status"),
    [("builder", 200), ("manager", 200), ("evaluator", 200), ("administrator", 200), ("stranger", 404)],
)
def test_a_photo_is_served_to_users_who_can_see_the_asset(people, client_for, team, person, status):
    photo = AssetPhotoFactory(asset__team=team)
    response = client_for(people[person]).get(f"/assets/photos/{photo.pk}/")

    assert response.status_code == status
    if status == 200:
        assert b"".join(response.streaming_content).startswith(b"\xff\xd8")
        assert response.headers["Content-Type"] == "image/jpeg"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        response.close()


def test_a_photo_is_not_public(client, team):
    photo = AssetPhotoFactory(asset__team=team)

    assert client.get(f"/assets/photos/{photo.pk}/").status_code == 302
    assert client.get(photo.image.url).status_code == 404, "nothing serves the media folder"


@pytest.mark.parametrize(("person", "status"), [("evaluator", 403), ("stranger", 404)])
@pytest.mark.parametrize("method", ["get", "post"])
def test_evaluators_and_other_teams_cannot_remove_a_photo(people, client_for, team, person, status, method):
    photo = AssetPhotoFactory(asset__team=team)
    response = getattr(client_for(people[person]), method)(f"/assets/photos/{photo.pk}/remove/")

    assert response.status_code == status
    assert photo.asset.photos.exists()


def test_search_keywords_are_escaped(client_for, builder):
    query = urlencode({"q": '"><script>alert(1)</script>'})

    assert "<script>alert" not in client_for(builder).get(f"{LIST}?{query}").text


def test_the_page_says_how_to_get_there(client_for, evaluator, team):
    asset = AssetFactory(team=team, latitude=51.8642, longitude=-2.2382)
    page = client_for(evaluator).get(f"/assets/{asset.pk}/").text

    assert 'href="geo:51.86420,-2.23820"' in page
    assert 'href="https://www.openstreetmap.org/directions?to=51.86420%2C-2.23820" rel="noreferrer external"' in page
    assert "51.86420° north, 2.23820° west" in page


def test_places_near_are_the_teams_on_the_map(client_for, evaluator, team, other_team):
    here = AssetFactory(team=team, name="Here", placed=True)
    AssetFactory(team=team, outside=True)
    AssetFactory(team=team, placed=True, retired=True)
    AssetFactory(team=other_team, placed=True)
    client = client_for(evaluator)
    found = client.get("/assets/near/", {"bbox": "-2.3,51.8,-2.2,51.89"}).json()["places"]

    assert [(place["name"], place["uuid"]) for place in found] == [("Here", str(here.uuid))]
    assert client.get("/assets/near/").status_code == 400
    assert client.get("/assets/near/", {"bbox": "here"}).status_code == 400


def test_folds_are_open_where_something_is_in_them(client_for, builder, team):
    asset = AssetFactory(team=team, name="Bench", phone="01452 000000")
    client = client_for(builder)

    assert client.get(ADD).context["form"].open_folds == []
    assert client.get(f"/assets/{asset.pk}/edit/").context["form"].open_folds == ["runs"]
    assert client.post(ADD, typed(latitude="51,8", longitude="-2")).context["form"].open_folds == ["position"]
