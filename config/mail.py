"""Mail in development: printed where Kith runs, as a person would read it."""

from django.core.mail import EmailMessage
from django.core.mail.backends import console


class EmailBackend(console.EmailBackend):
    """Print the heading and the words of a message, not its transport form, which breaks long links over two lines."""

    def write_message(self, message: EmailMessage) -> None:
        """Write one message, with a line below it."""
        self.stream.write(
            f"From: {message.from_email}\nTo: {', '.join(message.recipients())}\nSubject: {message.subject}\n\n"
            f"{message.body}\n{'-' * 79}\n"
        )
