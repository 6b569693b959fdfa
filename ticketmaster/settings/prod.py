"""Production: HTTPS only, secrets from the environment, nothing of the sandbox."""

from django.core.exceptions import ImproperlyConfigured

from ticketmaster.settings import env
from ticketmaster.settings.base import *

if not env.text("SECRET_KEY"):
    raise ImproperlyConfigured("SECRET_KEY must be set in production.")
if not RATE_LIMITS:
    raise ImproperlyConfigured("RATE_LIMITS=off is for measurements, never for production.")
if EMBEDDED:
    raise ImproperlyConfigured("EMBEDDED=1 brings demo logins; production refuses it.")
if STRIPE_API_BASE:
    raise ImproperlyConfigured("STRIPE_API_BASE points at a sandbox; production refuses it.")

DEBUG = False
SECURE_SSL_REDIRECT = env.switch("SECURE_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_NAME = "__Host-csrf"
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS", SITE_URL)
EMAIL_BACKEND = env.text("EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
EMAIL_HOST = env.text("EMAIL_HOST", "localhost")
EMAIL_PORT = env.number("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.switch("EMAIL_USE_TLS", default=False)
EMAIL_TIMEOUT = 10
LOGGING = {"format": env.text("LOG_FORMAT", "json")}
