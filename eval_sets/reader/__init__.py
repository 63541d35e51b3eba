"""Training and measuring of the reader that ships in index/encoder_model (index/reader.py says what it is)."""
