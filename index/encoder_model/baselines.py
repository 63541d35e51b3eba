"""The names of what `build_baselines` writes; apart from it, so that who reads them needs none of its packages."""

SENTENCE_TRANSFORMERS = "sentence-transformers"
UNFUSED = "unfused-int8"
