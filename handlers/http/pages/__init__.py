"""What all pages share: who may see them, how they look, and the words for times, lengths and people."""

from handlers.http.pages.answering import Given, Page, Pages

__all__ = ["Given", "Page", "Pages"]
