"""`python -m ticketmaster.embedded WORD …`: what `./run` becomes once packages are installed."""

import sys

from ticketmaster.embedded.cli import main

sys.exit(main(sys.argv[1:]))
