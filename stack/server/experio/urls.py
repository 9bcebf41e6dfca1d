from django.contrib import admin
from django.urls import path

from core import views

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/session/", views.SessionView.as_view()),
    path("health/", views.health),
    path("health/simple/", views.alive),
]
