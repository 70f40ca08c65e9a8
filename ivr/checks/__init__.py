"""The caller standard as small functions: `verify` for every start, `prove` for `make check` and CI."""
