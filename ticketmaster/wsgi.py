"""What the production server loads."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ticketmaster.settings.prod")

# A full collection looks at all that is loaded, 0.15 s of a core while everybody waits, and what
# is loaded stays. So it is loaded now, with every view, and looked at never again; what requests
# leave in cycles is little and collected in larger heaps (docs/benchmarks.md).
YOUNG, MIDDLE, OLD = 20_000, 10, 10

application = get_wsgi_application()
_ = get_resolver().url_patterns
gc.collect()
gc.freeze()
gc.set_threshold(YOUNG, MIDDLE, OLD)
