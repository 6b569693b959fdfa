"""The suite: real Postgres and Redis, fast hashing, mail in memory, plain static files."""

from ticketmaster.settings import env
from ticketmaster.settings.base import *

SECRET_KEY = "tests-only-" + "x" * 50
DATABASES["default"]["TEST"] = {"NAME": env.text("TEST_DB_NAME", "test_frontrow")}
# Threads of race tests each need a connection of their own, and the last of them a slow machine's
# patience; what waits for a lock by design sets its own time.
DATABASES["default"]["OPTIONS"] |= {
    "pool": {"min_size": 0, "max_size": 64, "timeout": 60},
    "options": "-c lock_timeout=60s",
}
CACHES["default"]["KEY_PREFIX"] = env.text("TEST_DB_NAME", "test_frontrow")
# A machine busy with tests may keep Redis waiting; only tests about its absence want it away.
REDIS_TIMEOUT_SECONDS = 5
CACHES["default"]["OPTIONS"]["SOCKET_CONNECT_TIMEOUT"] = REDIS_TIMEOUT_SECONDS
CACHES["default"]["OPTIONS"]["SOCKET_TIMEOUT"] = REDIS_TIMEOUT_SECONDS
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
RATE_LIMITS = False
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
