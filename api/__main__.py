"""`python -m api` is the command line."""

from api.command_line import main

main()
