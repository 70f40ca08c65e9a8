"""Looks at a line as it is installed, for what fails in practice, and says how to mend each."""
