"""`python -m ivr COMMAND`."""

from ivr.cli import main

main()
