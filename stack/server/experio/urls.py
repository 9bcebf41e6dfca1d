from django.contrib import admin
from django.urls import path

from core import views

# /health/ and /health/simple/ are handled in core/middleware.py, before these.
urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/session/", views.SessionView.as_view()),
    path("api/documents/", views.DocumentsView.as_view()),
    path("api/documents/<uuid:key>/", views.DocumentView.as_view()),
]
