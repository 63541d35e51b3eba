"""The pages that people read in a browser: the chat page and the source reader, as static files."""
