"""What every environment shares. A laptop needs to set nothing; production sets the secrets."""

from pathlib import Path
from typing import Any

from ticketmaster.settings import env
from ticketmaster.settings.crowd import *
from ticketmaster.settings.finding import *
from ticketmaster.settings.paying import *
from ticketmaster.settings.selling import *
from ticketmaster.settings.tasks import *
from ticketmaster.settings.unfold import unfold_settings

BASE_DIR = Path(__file__).resolve().parents[2]
LOCAL_DIR = BASE_DIR / ".local"

SITE_NAME = env.text("SITE_NAME", "Frontrow")
SITE_URL = env.text("SITE_URL", "http://127.0.0.1:8000").rstrip("/")
SECRET_KEY = env.text("SECRET_KEY", "only-for-a-laptop-" + "x" * 40)
DEBUG = env.switch("DEBUG", default=False)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
EMBEDDED = env.switch("EMBEDDED", default=False)

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_elasticsearch_dsl",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.headless",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "drf_standardized_errors",
    "ticketmaster.core",
    "ticketmaster.gateway",
    "ticketmaster.accounts",
    "events",
    "search",
    "bookings",
    "payments",
]

MIDDLEWARE = [
    "ticketmaster.gateway.middleware.RequestIdMiddleware",
    "ticketmaster.gateway.middleware.ClientAddressMiddleware",
    "bookings.waiting_room.polling.PollMiddleware",
    "ticketmaster.gateway.access_log.AccessLogMiddleware",
    "bookings.api.turnstile.TurnstileMiddleware",
    "ticketmaster.gateway.front.FrontMiddleware",
    "ticketmaster.gateway.middleware.SecurityHeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "ticketmaster.gateway.request_limits.RefusedAgainMiddleware",
    "ticketmaster.gateway.shape.RequestShapeMiddleware",
    "ticketmaster.gateway.shedding.SheddingMiddleware",
    "ticketmaster.gateway.middleware.RefusalMiddleware",
    "bookings.api.short_way.ShortWayMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "ticketmaster.accounts.middleware.AccountLimitsMiddleware",
    "ticketmaster.gateway.request_limits.RequestLimitsMiddleware",
]

ROOT_URLCONF = "ticketmaster.urls"
WSGI_APPLICATION = "ticketmaster.wsgi.application"
APPEND_SLASH = False

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "ticketmaster.core.context.site",
            ],
        },
    },
]

# --- Data -----------------------------------------------------------------------------------
# A pool of few connections a process: two cores serve no more at once, and a request that
# waits 2 s for one is answered 503 instead of hanging. While Postgres is away the pool tries again
# after 1, 2, 4 … 128 s unless it gives up sooner: then the next request makes it try at once.
DATABASE_POOL = {
    "min_size": 2,
    "max_size": env.number("DATABASE_POOL_SIZE", WORK_SLOTS + WEBHOOK_SLOTS),
    "timeout": 2,
    "reconnect_timeout": 2,
}
DATABASE_URL = env.text("DATABASE_URL", "postgresql://postgres@127.0.0.1:5432/frontrow")
# Statements asked often are prepared by the server, which plans them once: half of a hold's time in
# Postgres (docs/benchmarks.md). Off behind a pooler that hands connections around by transaction,
# unless it knows prepared statements (PgBouncer from 1.21 with max_prepared_statements).
DATABASE_PREPARES = env.switch("DATABASE_PREPARES", default=True)
DATABASES = {"default": env.postgres(DATABASE_URL, pool=DATABASE_POOL, prepares=DATABASE_PREPARES)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_CACHE_URL = env.text("REDIS_CACHE_URL", REDIS_URL)
# Half a second is an age for a loopback or rack neighbour; past it the site goes on without.
REDIS_TIMEOUT_SECONDS = 0.5
# Of each process: more than it has threads, so that the client's own limit (100 unless told) is
# never taken for an absent Redis.
REDIS_MOST_CONNECTIONS = 1_000
CACHES: dict[str, Any] = {
    "default": {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": REDIS_CACHE_URL,
        "KEY_PREFIX": env.text("CACHE_PREFIX", "frontrow"),
        "OPTIONS": {
            "SOCKET_CONNECT_TIMEOUT": REDIS_TIMEOUT_SECONDS,
            "SOCKET_TIMEOUT": REDIS_TIMEOUT_SECONDS,
            "REDIS_CLIENT_CLASS": "ticketmaster.core.redis.GuardedRedis",
            "CONNECTION_POOL_KWARGS": {"max_connections": REDIS_MOST_CONNECTIONS},
            # A cache that is away is a miss, never an error page.
            "IGNORE_EXCEPTIONS": True,
        },
    }
}

# --- People ---------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "ticketmaster.accounts.hashing.BoundedArgon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "ticketmaster.accounts.sessions.WatchedMinimumLength"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/bookings"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "ticketmaster.gateway.views.csrf_refused"

ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "optional"  # a fan buys at once; the address is verified beside it
# Sign-up says that an address is taken, or nobody could tell why it failed; reset and sign-in
# do not.
ACCOUNT_PREVENT_ENUMERATION = False
ACCOUNT_SIGNUP_FORM_HONEYPOT_FIELD = "website"
ACCOUNT_ADAPTER = "ticketmaster.accounts.adapter.AccountAdapter"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
HEADLESS_CLIENTS = ("app",)
HEADLESS_SERVE_SPECIFICATION = False
ACCOUNT_FORMS = {"reset_password": "ticketmaster.accounts.forms.QuietResetForm"}
ACCOUNT_EMAIL_NOTIFICATIONS = True  # tells the owner of a changed password or address
# allauth's own limits wait a second for a lock in the cache and refuse everybody without Redis;
# ours (accounts/limits.py) are one atomic call and fall back to the process's memory.
ACCOUNT_RATE_LIMITS = False
MFA_RATE_LIMITS = False
# In a cookie: reading messages never touches the session or the database, on error pages either.
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"

UNFOLD = unfold_settings(SITE_NAME)

# --- Words and time -------------------------------------------------------------------------
LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True
FORMAT_MODULE_PATH = "ticketmaster.formats"

# --- Files ----------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "ticketmaster.core.static_files.HashedStaticFiles"},
}

# --- The gateway ----------------------------------------------------------------------------
# How many proxies of ours stand in front: only they are believed about the client's address.
TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXY_COUNT", 0)
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 300
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"

# --- Mail -----------------------------------------------------------------------------------
MAIL_DIR = Path(env.text("MAIL_DIR", str(LOCAL_DIR / "mail")))
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", f"{SITE_NAME} <tickets@example.com>")
EMAIL_BACKEND = env.text("EMAIL_BACKEND", "ticketmaster.core.mail_folder.FolderBackend")

# --- The API --------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "ticketmaster.accounts.authentication.SessionTokenAuthentication",
        "ticketmaster.accounts.authentication.PageSessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["ticketmaster.core.rendering.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["ticketmaster.gateway.parsing.StrictJSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "ticketmaster.core.negotiation.OneFormat",
    "DEFAULT_SCHEMA_CLASS": "ticketmaster.core.api_schema.EnvelopeSchema",
    "EXCEPTION_HANDLER": "drf_standardized_errors.handler.exception_handler",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
DRF_STANDARDIZED_ERRORS = {
    "EXCEPTION_HANDLER_CLASS": "ticketmaster.core.api_errors.RefusalHandler",
    "EXCEPTION_FORMATTER_CLASS": "ticketmaster.core.api_errors.RefusalFormatter",
}
SPECTACULAR_SETTINGS = {
    "TITLE": f"{SITE_NAME} API",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "payments.api.links.add_links",
    ],
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "ENUM_NAME_OVERRIDES": {
        "EventStatus": "events.api.serializers.PUBLIC_STATUSES",
        "TicketStatus": "events.models.Ticket.Status",
        "BookingStatus": "bookings.models.Booking.Status",
        "AdmissionStatus": "bookings.models.Admission.Status",
        "AvailabilityState": "events.api.serializers.AVAILABILITY_STATES",
        "SaleState": "events.api.serializers.SALE_STATES",
    },
}

LOG_FORMAT = env.text("LOG_FORMAT", "console")
LOGGING_CONFIG = "ticketmaster.core.logs.configure"
LOGGING = {"format": LOG_FORMAT}
