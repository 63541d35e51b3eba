"""What a badly typed question probably says: homophones, pinyin and misspelt English read as the documents' words."""

from chatbot.spelling.reading import Change, Reading, Spelling

__all__ = ["Change", "Reading", "Spelling"]
