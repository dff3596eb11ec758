"""An email backend for development that prints readable messages."""

from django.core.mail import EmailMessage
from django.core.mail.backends import console


class EmailBackend(console.EmailBackend):
    """Print the subject and body of a message, not its encoded form, which breaks long links."""

    def write_message(self, message: EmailMessage) -> None:
        """Print one message, followed by a line."""
        self.stream.write(
            f"From: {message.from_email}\nTo: {', '.join(message.recipients())}\nSubject: {message.subject}\n\n"
            f"{message.body}\n{'-' * 79}\n"
        )
