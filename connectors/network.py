"""The public name of the pure part of the web of connections."""

from connectors.web.network import *  # noqa: F403
