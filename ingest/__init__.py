"""A file becomes a Document: read, cleaned, outlined, its tasks found, cut into passages, every character accounted."""
