"""The bundled sentence encoder's files; MODEL_CARD.md describes them. Importing this loads nothing."""
