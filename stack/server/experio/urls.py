from django.contrib import admin
from django.urls import path

from core import views

# /health/ and /health/simple/ are answered before all this, see core/middleware.py.
urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/session/", views.SessionView.as_view()),
    path("api/documents/", views.DocumentsView.as_view()),
    path("api/documents/<uuid:key>/", views.DocumentView.as_view()),
]
