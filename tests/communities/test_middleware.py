"""The user and the team of a request: looked up at their first use, and the rows themselves from then on."""

from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils.functional import SimpleLazyObject

from communities.middleware import CurrentTeamMiddleware, UserMiddleware, set_lazily
from communities.models import Role, Team, User
from tests.factories.communities import UserFactory


def test_a_request_has_the_rows_themselves_after_their_first_use(client_for, builder, team) -> None:
    request = client_for(builder).get("/").wsgi_request
    assert (type(request.user), type(request.team)) == (User, Team)
    assert (request.user, request.team) == (builder, team)


def test_nothing_is_looked_up_before(django_assert_num_queries, client_for, builder, team) -> None:
    request = client_for(builder).get("/").wsgi_request
    seen = []

    def look(request) -> HttpResponse:
        seen.extend((type(request.user), type(request.team)))
        return HttpResponse()

    del request.user, request.team
    with django_assert_num_queries(0):
        UserMiddleware(CurrentTeamMiddleware(look))(request)
    assert seen == [SimpleLazyObject, SimpleLazyObject]
    assert request.user.has_role(request.team, Role.BUILDER)


def test_who_has_signed_in_since_stays() -> None:
    """The lazy user that something still holds does not replace them."""
    request = RequestFactory().get("/")
    set_lazily(request, "user", AnonymousUser)
    before, request.user = request.user, UserFactory.build(name="Rose")
    assert not before.is_authenticated
    assert request.user.name == "Rose"
