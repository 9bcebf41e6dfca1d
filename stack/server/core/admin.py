from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.http import HttpRequest

from core.models import Document, ServiceConfiguration, Setting, Trace, User


@admin.register(User)
class EmailUserAdmin(UserAdmin):
    ordering = ("email",)
    list_display = ("email", "is_staff", "is_active", "last_login")
    search_fields = ("email",)
    fieldsets = (
        (None, {"fields": ("email", "password")}),
        ("Permissions", {"fields": ("is_active", "is_staff", "is_superuser", "groups")}),
    )
    add_fieldsets = ((None, {"classes": ("wide",), "fields": ("email", "password1", "password2")}),)


@admin.register(Setting)
class SettingAdmin(admin.ModelAdmin):
    list_display = ("key", "shown", "updated")
    readonly_fields = ("updated",)

    @admin.display(description="value")
    def shown(self, setting: Setting) -> str:
        return "••••••" if setting.secret else setting.value

    def get_form(self, request: HttpRequest, obj: Setting | None = None, **kwargs: Any) -> type[forms.ModelForm]:
        if obj and obj.secret:  # a secret can be replaced here, never read
            kwargs["widgets"] = {"value": forms.PasswordInput(render_value=False)}
        return super().get_form(request, obj, **kwargs)

    def save_model(self, request: HttpRequest, obj: Setting, form: forms.ModelForm, change: bool) -> None:
        if change and obj.secret and not obj.value:  # left empty: not replaced
            obj.value = Setting.objects.get(pk=obj.pk).value
        super().save_model(request, obj, form, change)


@admin.register(ServiceConfiguration)
class ServiceConfigurationAdmin(admin.ModelAdmin):
    list_display = ("service", "mode", "replicas", "target", "updated")
    list_editable = ("mode", "replicas")
    readonly_fields = ("updated",)


class ReadOnly:
    """The workers write these; here they are looked at."""

    def has_add_permission(self, *args: Any) -> bool:
        return False

    def has_change_permission(self, *args: Any) -> bool:
        return False

    def has_delete_permission(self, *args: Any) -> bool:
        return False


class TraceInline(ReadOnly, admin.TabularInline):
    model = Trace
    fields = ("step", "status", "attempts", "started", "ms", "found", "error")


@admin.register(Document)
class DocumentAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("name", "status", "owner", "created", "updated", "graphed")
    list_filter = ("status",)
    search_fields = ("=id", "name")
    inlines = (TraceInline,)
