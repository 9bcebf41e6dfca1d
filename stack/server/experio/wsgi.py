import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "experio.settings")

application = get_wsgi_application()
settings.SECRET_KEY  # noqa: B018 - empty, it is an error: now, and not at the first sign-in
