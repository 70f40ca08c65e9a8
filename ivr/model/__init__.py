"""The nouns of the line: frozen, pure, without any I/O."""
