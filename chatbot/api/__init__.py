"""The HTTP front end: one router per audience."""

from chatbot.api.app import create_app

__all__ = ["create_app"]
