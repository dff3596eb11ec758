"""A password validator for variety."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from communities.models import User

#: The fewest different characters: "aaaaaaaaaaaa" and "abababababab" are easy to guess.
FEWEST = 5


class VarietyValidator:
    """Refuse a password with too few different characters."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError if there are fewer than five different characters."""
        if len(set(password.casefold())) < FEWEST:
            raise ValidationError(self.get_help_text(), code="password_repeats")

    def get_help_text(self) -> str:
        """Return the requirement."""
        return _("Your password needs at least five different characters.")
