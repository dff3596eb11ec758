"""The base template, tags and filters, form fields and error pages."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.forms.renderers import TemplatesSetting
from django.http import QueryDict
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.test.html import parse_html
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.models import Role
from communities.paging import Page
from communities.searching import Search
from communities.widgets import DayInput, MoneyInput, PhotoInput
from config import context_processors
from config.navigation import Link, Navigation, navigation
from config.pages import ADMIN, ENTRIES, GROUPS, LOG, MORE, TODAY, find_pages
from config.templatetags import kith
from tests.factories.communities import TeamFactory, UserFactory
from tests.factories.connectors import PersonFactory
from tests.hostile import HostileClient
from tests.markup import flat
from tests.url_table import tables


def visit(user: object, team: object, path: str = "/") -> Navigation:
    """Return the navigation that a user sees on a page."""
    request = RequestFactory().get(path)
    request.user, request.team = user, team
    return navigation(request)


def in_rail(nav: Navigation) -> list:
    """Return the links of the rail's groups."""
    return [link for section in nav.rail for link in section.links]


def labels(links: list) -> list[str]:
    """Return the text of links."""
    return [str(link.label) for link in links]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (250, "£250"),
        (Decimal("250.50"), "£250.50"),
        ("1234.5", "£1,234.50"),
        (Decimal("1000000"), "£1,000,000"),
        (0, "£0"),
        (Decimal("-20"), "–£20"),
        (Decimal("-0.001"), "£0"),
        (Decimal("99.999"), "£100"),
        (None, "–"),
        ("", "–"),
        ("about £5", "–"),
        (float("nan"), "–"),
        (Decimal("Infinity"), "–"),
    ],
)
def test_money(value: object, shown: str) -> None:
    assert kith.money(value) == shown


@pytest.mark.parametrize(
    ("value", "places", "shown"), [(42, 0, "42%"), (Decimal("66.666"), 1, "66.7%"), (0, 0, "0%"), (None, 0, "–")]
)
def test_percent(value: object, places: int, shown: str) -> None:
    assert kith.percent(value, places) == shown


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Rose Okafor", "RO"),
        ("Mary-Ann van der Berg", "MB"),
        ("J.K.", "JK"),
        ("idris", "I"),
        ("Ŵyn", "Ŵ"),
        ("(the baker)", "B"),
        ("  ", "?"),
    ],
)
def test_initials(name: str, shown: str) -> None:
    assert kith.initials(name) == shown


def test_tone_is_the_same_for_the_same_key_and_one_of_five() -> None:
    assert kith.tone(7) == kith.tone("7")
    assert {kith.tone(key) for key in range(50)} == {1, 2, 3, 4, 5}


@pytest.mark.parametrize(
    ("days", "shown"),
    [
        (0, "today"),
        (1, "yesterday"),
        (-1, "tomorrow"),
        (2, "2 days ago"),
        (13, "13 days ago"),
        (14, "2 weeks ago"),
        (59, "8 weeks ago"),
        (60, "2 months ago"),
        (729, "24 months ago"),
        (730, "2 years ago"),
        (-5, "in 5 days"),
        (-21, "in 3 weeks"),
    ],
)
def test_ago(clock: object, days: int, shown: str) -> None:
    assert kith.ago(date(2026, 5, 20) - timedelta(days=days)) == shown


def test_ago_accepts_moments_in_local_time_and_none(clock: object) -> None:
    late_in_utc = datetime(2026, 5, 19, 23, 30, tzinfo=timezone.get_fixed_timezone(0))
    assert kith.ago(late_in_utc) == "today"
    assert kith.ago(datetime(2026, 5, 19, 23, 30)) == "yesterday"
    assert kith.ago(None) == "never"


def test_a_sparkline_fills_its_box_and_bridges_unknown_values() -> None:
    line = kith.sparkline([0, None, 10])
    assert line == {"points": "0.0,52.0 200.0,4.0", "area": "0.0,56 0.0,52.0 200.0,4.0 200.0,56"}


def test_a_sparkline_of_equal_or_too_few_values() -> None:
    assert kith.sparkline([0, 0])["points"] == "0.0,52.0 200.0,52.0"
    assert kith.sparkline([3, None]) is None
    assert kith.sparkline([]) is None


def test_bars_are_shares_of_the_largest() -> None:
    rows = kith.bars([("a", 10), ("b", Decimal("2.5")), ("c", None), ("d", -3)])
    assert [(row["share"], row["rest"]) for row in rows] == [
        ("100.0", "0.0"),
        ("25.0", "75.0"),
        ("0.0", "100.0"),
        ("0.0", "100.0"),
    ]
    assert [row["value"] for row in rows] == [10, Decimal("2.5"), None, -3]
    assert kith.bars([("only", 0)])[0]["share"] == "0.0"


def test_money_split_adds_up_to_the_budget() -> None:
    split = kith.money_split(Decimal(1000), Decimal(600), Decimal(250))
    assert (split["paid"], split["promised"], split["left"]) == (250, 350, 400)
    assert (split["paid_width"], split["promised_width"], split["committed_width"]) == ("25.00", "35.00", "60.00")


def test_money_split_of_an_empty_fund_draws_nothing() -> None:
    split = kith.money_split(Decimal(0), Decimal(0), Decimal(0))
    assert (split["left"], split["paid_width"], split["promised_width"]) == (0, "0.00", "0.00")


def test_an_icon_is_hidden_from_screen_readers_and_an_unknown_one_raises() -> None:
    assert 'aria-hidden="true"' in kith.icon("map")
    with pytest.raises(KeyError):
        kith.icon("unicorn")


class Facets(forms.Form):
    """A facet of every kind that a list has."""

    q = forms.CharField(label="Words", required=False)
    kind = forms.MultipleChoiceField(
        label="Kind", required=False, choices=[("a", "Association"), ("Other", [("p", "Place")])]
    )
    is_public = forms.BooleanField(label="Public", required=False)
    since = forms.DateField(label="Since", required=False)


def test_active_filters_name_each_filter_and_link_to_clear_it() -> None:
    form = Facets(QueryDict("q=tea+room&kind=a&kind=p&is_public=on&after=x"))
    assert kith.active_filters(form) == [
        {"label": "Words: tea room", "url": "?kind=a&kind=p&is_public=on"},
        {"label": "Kind: Association", "url": "?q=tea+room&kind=p&is_public=on"},
        {"label": "Kind: Place", "url": "?q=tea+room&kind=a&is_public=on"},
        {"label": "Public", "url": "?q=tea+room&kind=a&kind=p"},
    ]


def test_active_filters_leave_out_invalid_values() -> None:
    assert kith.active_filters(Facets(QueryDict("since=yesterday&kind=zzz&q="))) == []
    assert kith.active_filters(Facets()) == []
    assert kith.active_filters(Facets({"q": "tea"})) == []


WIDGETS = [
    forms.TextInput,
    forms.EmailInput,
    forms.HiddenInput,
    forms.Textarea,
    forms.CheckboxInput,
    lambda attrs: forms.Select(attrs, choices=[("", "None"), ("<a>", "A & B"), (7, "Seven")]),
    lambda attrs: forms.SelectMultiple(attrs, choices=[("<a>", "A & B"), (7, "Seven")]),
]


@pytest.mark.parametrize("widget", WIDGETS)
@pytest.mark.parametrize("value", [None, "", 7, "<a>", 'say "hello"'])
def test_inputs_are_written_as_django_writes_them(widget: type, value: object) -> None:
    attrs = {"id": "id_x", "data-a": '"<&>', "required": True, "disabled": False, "rows": 4, "title": _("Today")}
    made = widget(attrs)
    ours, theirs = (
        made.render("x", value, renderer=renderer)
        for renderer in (TemplatesSetting(), forms.renderers.DjangoTemplates())
    )
    assert parse_html(ours) == parse_html(theirs)
    assert 'data-a="&quot;&lt;&amp;&gt;"' in ours


@pytest.mark.django_db
def test_active_filters_name_objects_without_fetching_them_twice(django_assert_num_queries: object) -> None:
    team, other = TeamFactory(name="Brookside"), TeamFactory(name="Hillfoot")

    class Teams(forms.Form):
        one = forms.ModelChoiceField(type(team).objects.all(), label="One", required=False)
        many = forms.ModelMultipleChoiceField(type(team).objects.all(), label="Many", required=False)

    form = Teams(QueryDict(f"one={team.pk}&many={other.pk}"))
    form.is_valid()
    with django_assert_num_queries(0):
        assert [row["label"] for row in kith.active_filters(form)] == ["One: Brookside", "Many: Hillfoot"]


@pytest.mark.django_db
def test_navigation_of_each_role() -> None:
    team = TeamFactory()
    builder, evaluator = UserFactory(roles={team: [Role.BUILDER]}), UserFactory(roles={team: [Role.EVALUATOR]})
    manager = UserFactory(roles={team: [Role.MANAGER]})
    assert labels(visit(builder, team).main) == ["Today", "Log", "Map", "People"]
    assert labels(visit(evaluator, team).main) == ["Today", "Indicators", "Stories", "Map"]
    assert "Admin" not in labels(in_rail(visit(builder, team)))
    assert labels(in_rail(visit(manager, team))) == [
        "Conversations",
        "Introductions",
        "Web",
        "Asks",
        "Walking alongside",
        "Messages",
        "Neighbourhoods",
        "Sparks",
        "Stories",
        "Indicators",
        "Partners",
        "Team",
        "Admin",
    ]
    assert labels(in_rail(visit(evaluator, team))) == [
        "Web",
        "Neighbourhoods",
        "Sparks",
        "Patience",
        "Packs",
        "Learning",
        "Introductions by route",
        "Asks met by neighbours",
        "Partners",
        "Team",
    ]
    assert [link.is_primary for link in visit(builder, team).main] == [False, True, False, False]


PAGES = tables()
#: Pages that a menu does not name: they belong to a row, or to a step of another page.
NOT_IN_THE_MENU = {
    "connectors:capture-drafts", "assets:asset-near", "assets:asset-print", "communities:message-kinds",
    "connectors:duplicate-count", "applying:way-back", "sparks:how-it-works", "sparks:decide-several", "sparks:spark-export",
    "connectors:step-create",
    "communities:message-letters",
    "communities:more", "communities:search", "communities:sign-in", "communities:password-reset",
    "communities:password-reset-sent", "communities:password-reset-done", "communities:boundary-upload",
    "communities:neighbourhood-create", "communities:neighbourhood-outlines", "communities:partner-create",
    "communities:team-update", "communities:audit-export", "assets:asset-pins", "assets:asset-export", "styleguide",
    "connectors:ask-create", "connectors:introduction-create", "connectors:journey-create", "connectors:prompt-create",
    "connectors:word-create", "connectors:word-data", "connectors:word-trend", "evaluation:story-create",
    "evaluation:release-list", "evaluation:release-package", "sparks:fund-create",
    "sparks:round-create", "security-txt", "change-password", "connectors:manifest", "connectors:service-worker",
    "connectors:no-signal", "connectors:capture", "connectors:capture-pass", "connectors:capture-key", "connectors:capture-form",
    "connectors:place-options",
    "connectors:person-options", "connectors:end-options", "connectors:person-check", "connectors:champion-sheet",
    "connectors:champion-export", "connectors:past-people-file", "connectors:review-list", "connectors:gift-totals",
    "connectors:gift-export", "connectors:suggestions-for-me", "connectors:suggestions-dismissed", "connectors:sheet",
    "connectors:sheet-details", "connectors:sheet-consents", "connectors:sheet-words", "connectors:sheet-erase",
    "evaluation:indicator-export", "evaluation:learning-export", "evaluation:observation-create", "evaluation:outcome-create",
    "evaluation:own-choose", "evaluation:pack-create", "evaluation:value-create", "evaluation:value-elsewhere", "evaluation:priority-create", "evaluation:profile-export",
    "evaluation:profile-categories",
}  # fmt: skip


def test_every_page_of_the_menu_is_open_to_whom_it_is_offered_and_has_its_own_sign() -> None:
    for entry in ENTRIES:
        # A deputy or payer may open some of these pages too; their rows of the table have the roles that all teams have.
        told = {"builder", "manager", "evaluator"}
        assert set(entry.who) & told == PAGES[entry.name].who & told, entry.name
    shown = [TODAY, LOG, MORE, ADMIN, *ENTRIES]
    assert len({entry.icon for entry in shown}) == len(shown)
    assert {entry.icon for entry in shown} <= set(kith.ICONS)


def test_every_page_that_belongs_to_no_row_is_in_the_menu() -> None:
    named = {entry.name for entry in (TODAY, LOG, *ENTRIES)}
    whole = {name for name, page in PAGES.items() if not page.kwargs and "GET" in page.methods}
    assert sorted(whole - named - NOT_IN_THE_MENU) == []


@pytest.mark.django_db
def test_the_page_of_the_menu_lists_every_page_in_groups(client_for: object) -> None:
    team = TeamFactory()
    for roles in ([Role.BUILDER], [Role.MANAGER], [Role.EVALUATOR]):
        user = UserFactory(roles={team: roles})
        text = client_for(user).get(reverse("communities:more")).content.decode().partition("<main")[2]
        for entry in ENTRIES:
            assert (f'href="{reverse(entry.name)}"' in text) == (roles[0] in entry.who), entry.name
        assert [words for words in ("People", "Places", "Money", "Evidence", "Team") if f">{words}</h2>" in text] == [
            str(words) for words in GROUPS.values()
        ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "label"),
    [("duplic", "Possible duplicates"), ("merge", "Possible duplicates"), ("import champ", "Import champions")],
)
def test_the_search_finds_pages_by_title_and_other_words(text: str, label: str) -> None:
    team = TeamFactory()
    manager, evaluator = UserFactory(roles={team: [Role.MANAGER]}), UserFactory(roles={team: [Role.EVALUATOR]})
    assert label in [hit.words for hit in find_pages(Search(manager, team, text)).hits]
    assert find_pages(Search(evaluator, team, text)).hits == []


def test_a_count_in_the_menu_is_drawn_when_something_waits() -> None:
    nav = Navigation(
        main=[Link("Today", "today", "/", count="3", waits="3 next steps are due"), Link("Log", "log", "/record/")],
        more_page=Link("More", "more", "/more/"),
        own_page=Link("Your settings", "person", "/me/"),
    )
    text = render_to_string("components/nav.html", {"nav": nav, "person": "Bea", "csrf_token": ""})
    assert text.count("nav__count") == 1
    assert ">3</span>" in text
    assert "(3 next steps are due)" in text


@pytest.mark.django_db
def test_navigation_without_a_team_and_without_a_person() -> None:
    lonely = visit(UserFactory(), None)
    assert (labels(lonely.main), lonely.rail, lonely.teams) == (["Today"], [], [])
    assert visit(AnonymousUser(), None) == Navigation()
    assert navigation(RequestFactory().get("/")) == Navigation()


@pytest.mark.django_db
def test_administrator_reaches_the_admin_without_a_team() -> None:
    assert labels(in_rail(visit(UserFactory(administrator=True), None))) == ["Admin"]


@pytest.mark.django_db
def test_navigation_marks_the_current_page() -> None:
    team = TeamFactory()
    builder = UserFactory(roles={team: [Role.BUILDER]})
    people = reverse("connectors:person-list")
    for path, expected in {
        "/": ("Today", "page"),
        people: ("People", "page"),
        f"{people}7/": ("People", "true"),
    }.items():
        nav = visit(builder, team, path)
        assert [(str(link.label), link.current) for link in (*nav.main, *in_rail(nav)) if link.current] == [expected]
    assert [link for link in visit(builder, team, "/styleguide/").main if link.current] == []
    assert visit(builder, team, reverse("communities:more")).more_page.current == "page"


@pytest.mark.django_db
def test_teams_to_switch_between() -> None:
    first, second, third = (TeamFactory(name=name) for name in ("Ash", "Birch", "Cedar"))
    one = UserFactory(roles={first: [Role.BUILDER, Role.MANAGER]})
    two = UserFactory(roles={second: [Role.BUILDER], first: [Role.EVALUATOR]})
    assert visit(one, first).teams == []
    assert visit(two, first).teams == [first, second]
    assert visit(UserFactory(administrator=True), first).teams == [first, second, third]


@pytest.mark.django_db
def test_fragments_take_no_queries_for_the_navigation(django_assert_num_queries: object) -> None:
    team = TeamFactory()
    request = RequestFactory().get("/")
    request.user, request.team = UserFactory(roles={team: [Role.BUILDER]}), team
    with django_assert_num_queries(0):
        nav = context_processors.interface(request)["nav"]
    with django_assert_num_queries(1):
        assert len(nav.main) == 4


@pytest.mark.django_db
def test_style_guide_shows_frame_and_components(client_for: object) -> None:
    first, second = TeamFactory(name="Ash"), TeamFactory(name="Birch")
    user = UserFactory(roles={first: [Role.BUILDER], second: [Role.BUILDER]})
    page = client_for(user).get(reverse("styleguide")).content.decode()
    assert 'href="#main"' in page
    assert f'<button class="team__choice" name="team" value="{second.pk}">Birch</button>' in flat(page)
    assert "£1,340.50" in page
    assert "about £1,000" in page
    assert page.count("data-error-summary") == 1


class Words(forms.Form):
    """One of each kind of field."""

    name = forms.CharField(label="Name", help_text="As they say it.")
    note = forms.CharField(label="Note", required=False)
    agreed = forms.BooleanField(label="Agreed", help_text="Aloud.")
    led_by = forms.ChoiceField(label="Led by", choices=[("r", "Residents")], widget=forms.RadioSelect)
    picked = forms.MultipleChoiceField(
        choices=[("Garden", [("s", "Soil")])],
        required=False,
        widget=forms.CheckboxSelectMultiple({"class": "choices--pills"}),
    )
    amount_gbp = forms.DecimalField(label="Amount", widget=MoneyInput)
    day = forms.DateField(label="Day", widget=DayInput)
    photo = forms.FileField(label="Photo", required=False, widget=PhotoInput)


def test_fields_show_their_label_and_errors() -> None:
    form = Words({"amount_gbp": "£1,000", "day": "2026-11-21"})
    assert not form.is_valid()
    name = form["name"].as_field_group()
    assert '<label for="id_name">Name</label>' in flat(name)
    assert 'id="id_name_helptext">As they say it.' in name
    assert 'aria-describedby="id_name_helptext id_name_error"' in name
    assert 'id="id_name_error"' in name
    assert "(optional)" in form["note"].as_field_group()
    assert "<fieldset" in form["led_by"].as_field_group()
    assert '<label class="tick" for="id_agreed">' in form["agreed"].as_field_group()
    assert 'class="choices choices--pills"' in form["picked"].as_field_group()
    assert '<p class="choices__group">Garden</p>' in form["picked"].as_field_group()


def test_an_error_keeps_what_was_typed() -> None:
    form = Words({"amount_gbp": "£1,000", "day": "2026-11-21"})
    assert 'value="£1,000"' in form["amount_gbp"].as_field_group()
    assert 'value="2026-11-21"' in form["day"].as_field_group()
    assert 'type="date"' in Words(initial={"day": date(2026, 1, 2)})["day"].as_field_group()
    assert 'value="2026-01-02"' in Words(initial={"day": date(2026, 1, 2)})["day"].as_field_group()


def test_a_saved_photo_can_be_removed() -> None:
    kept = SimpleNamespace(url="/somewhere/private.jpg")
    field = Words(initial={"photo": kept})["photo"].as_field_group()
    assert "There is already a photo" in field
    assert 'name="photo-clear"' in field
    assert "private.jpg" not in field
    assert '<label for="id_photo">' in field


def test_the_error_summary_links_to_each_invalid_field() -> None:
    summary = render_to_string("components/errors.html", {"form": Words({})})
    assert 'href="#id_led_by"' in summary
    assert 'tabindex="-1"' in summary
    assert render_to_string("components/errors.html", {"form": Words()}).strip() == ""


def test_a_form_with_a_file_is_multipart() -> None:
    context = {"form": Words(), "submit": "Keep", "csrf_token": "token"}
    html = render_to_string("components/form.html", context)
    assert 'enctype="multipart/form-data"' in html
    assert 'value="token"' in html


def test_help_text_is_escaped() -> None:
    class Hostile(forms.Form):
        word = forms.CharField(label="<b>word</b>", help_text="<script>1</script>")

    html = Hostile()["word"].as_field_group()
    assert "<script>" not in html
    assert "<b>" not in html


@pytest.mark.parametrize("level", ["info", "success", "warning", "error"])
def test_a_message_has_the_colour_of_its_level(level: str) -> None:
    class Message:
        level_tag = level
        extra_tags = ""

        def __str__(self) -> str:
            return "Kept <b>"

    html = render_to_string("components/message.html", {"message": Message()})
    assert f"notice--{'ok' if level == 'success' else level}" in html
    assert "Kept &lt;b&gt;" in html


def test_the_pager_links_only_to_existing_pages() -> None:
    first = Page([], "/x/?after=1", "", "/x/", "42", 42, False)
    html = render_to_string("components/pager.html", {"page": first})
    assert 'rel="next"' in html
    assert 'rel="prev"' not in html
    assert "42 in all" in html
    alone = render_to_string("components/pager.html", {"page": Page([], "", "", "/x/", "1", 1, False)})
    assert "pager__links" not in alone
    assert "1 in all" in alone


def test_charts_distinguish_unknown_from_zero() -> None:
    rows = kith.bars([("a", 0), ("b", None)])
    for name in ("bars", "columns"):
        context = {"rows": rows, "caption": "c", "heading": "h", "unit": "u"}
        html = render_to_string(f"components/{name}.html", context)
        assert ">0<" in flat(html)
        assert ">–<" in flat(html)


@pytest.mark.parametrize("name", ["400", "403_csrf", "500"])
def test_plain_error_pages_need_no_context(name: str) -> None:
    html = Template(f'{{% extends "{name}.html" %}}').render(Context())
    assert "<h1>" in html
    assert 'href="/"' in html


@pytest.mark.django_db
def test_page_not_found_has_the_navigation(client_for: object, client: object) -> None:
    team = TeamFactory()
    signed_in = client_for(UserFactory(roles={team: [Role.BUILDER]})).get("/nothing/here/")
    assert signed_in.status_code == 404
    assert "Page not found" in signed_in.content.decode()
    assert 'class="nav"' in signed_in.content.decode()
    stranger = client.get("/nothing/here/")
    assert stranger.status_code == 404
    assert 'class="nav"' not in stranger.content.decode()


@pytest.mark.django_db
def test_stale_form_is_explained() -> None:
    answer = HostileClient(enforce_csrf_checks=True).post(reverse("communities:sign-in"), {"username": "a"})
    assert answer.status_code == 403
    assert "open too long" in answer.content.decode()


@pytest.mark.django_db
def test_the_forbidden_page_has_the_navigation(client_for: object) -> None:
    answer = client_for(UserFactory(roles={TeamFactory(): [Role.BUILDER]})).get(reverse("admin:index"))
    assert answer.status_code == 403
    assert "You cannot open this page" in answer.content.decode()
    assert 'class="nav"' in answer.content.decode()


@pytest.mark.django_db
def test_signed_out_pages_have_no_navigation(client: object) -> None:
    page = client.get(reverse("communities:sign-in")).content.decode()
    assert "has-nav" not in page
    assert reverse("communities:password-reset") in page


def test_a_block_without_the_spaces_at_its_ends_is_escaped_once() -> None:
    shown = Template("{% load kith %}<h1>{% stripped %}\n  {{ name }} <b>{{ name }}</b>\n{% endstripped %}</h1>")
    assert shown.render(Context({"name": "<Ama>"})) == "<h1>&lt;Ama&gt; <b>&lt;Ama&gt;</b></h1>"


@pytest.mark.django_db
def test_a_heading_of_several_lines_ends_with_its_last_word(client_for) -> None:
    """Otherwise the “?” behind it can stand on a line alone."""
    person = PersonFactory(known_as="Rose")
    builder = UserFactory(roles={person.team: [Role.BUILDER]})
    page = client_for(builder).get(reverse("connectors:person-suggestions", args=[person.uuid])).content.decode()
    assert "<h1>Who Rose might like to meet</h1>" in page
