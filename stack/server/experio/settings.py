"""All settings come from the environment; docker-compose.yaml says which service gets which.

Only what differs between installations is a variable. Nothing here is a secret, and no secret has a default.
"""

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from jobs.base.environment import flag, number, secret, text, words

BASE_DIR = Path(__file__).resolve().parent.parent
CLIENT_DIR = BASE_DIR / "client" / "dist"

# Empty while an image is built and in initdb, which sign nothing; Django refuses to sign with an empty key.
SECRET_KEY = secret("DJANGO_SECRET_KEY")
DEBUG = False

ALLOWED_HOSTS = words("DJANGO_ALLOWED_HOSTS", "localhost,127.0.0.1")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

ROOT_URLCONF = "experio.urls"
WSGI_APPLICATION = "experio.wsgi.application"

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "core",
]

MIDDLEWARE = [
    "core.middleware.health",  # before anything that needs a host name, a session, or a database
    "core.middleware.secure_cookies",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": text("DB_NAME", "experio"),
        "USER": text("DB_USER", "experio"),
        "PASSWORD": secret("DB_PASSWORD"),
        "HOST": text("DB_HOST", "postgres"),
        "PORT": text("DB_PORT", "5432"),
        "CONN_MAX_AGE": 60,
        "OPTIONS": {"connect_timeout": 5},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = text("REDIS_URL", "redis://redis:6379/0")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_connect_timeout": 2, "socket_timeout": 2},  # if it hangs, requests must not
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"

# The variables of RabbitMQ and of the file store are read by jobs/base/queues.py and store.py, as for the workers.

# The configured graph database; the other one need not run.
GRAPH_PROVIDER = text("GRAPH_PROVIDER", "neo4j")
GRAPH_URIS = {
    "neo4j": text("NEO4J_URI", "bolt://neo4j:7687"),
    "falkordb": text("FALKOR_URI", "redis://falkordb:6379"),
}
if GRAPH_PROVIDER not in GRAPH_URIS:
    raise ImproperlyConfigured(f"GRAPH_PROVIDER is {GRAPH_PROVIDER!r}, not one of {', '.join(sorted(GRAPH_URIS))}")

# The configured hosted language models; without one the workers use their own rules.
USE_AZURE_OPENAI = flag("USE_AZURE_OPENAI")
USE_GOOGLE_GENAI = flag("USE_GOOGLE_GENAI")
AZURE_OPENAI_ENDPOINT = text("AZURE_OPENAI_ENDPOINT")
GOOGLE_GENAI_ENDPOINT = text("GOOGLE_GENAI_ENDPOINT")
MCP_URL = text("MCP_URL")

# /health/ responds within this time, even if its checks hang.
HEALTH_LIMIT_SECONDS = number("HEALTH_LIMIT_SECONDS", 3)
MAX_UPLOAD_BYTES = int(number("MAX_UPLOAD_BYTES", 10 * 1024 * 1024))
CSRF_FAILURE_VIEW = "core.views.csrf_failure"

# The same variable is compiled into the client when it is built.
USE_AUTH0 = flag("VITE_USE_AUTH0")

# Where the sidecar that sets replica counts finds the platform.
CAPACITY_URL = text("CAPACITY_URL", "http://127.0.0.1:49750")
SCALE_INTERVAL_SECONDS = number("SCALE_INTERVAL_SECONDS", 60)
FLOW_INTERVAL_SECONDS = number("FLOW_INTERVAL_SECONDS", 3600)

AUTH_USER_MODEL = "core.User"
AUTH_PASSWORD_VALIDATORS = [{"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"}]

TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# The built client is served from /, beside the admin's own files under /static/.
WHITENOISE_ROOT = CLIENT_DIR
WHITENOISE_INDEX_FILE = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {"pika": {"level": "CRITICAL"}},  # every health check opens a connection, and reports failures itself
    "root": {"handlers": ["console"], "level": text("LOG_LEVEL", "INFO")},
}
