from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models


class UserManager(BaseUserManager["User"]):
    """Users are known by their email address; there is no user name."""

    def create_user(self, email: str, password: str, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractUser):
    username = None
    email = models.EmailField(unique=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()


class Setting(models.Model):
    """A setting of the running product, seeded once from the environment and then changed in the admin."""

    key = models.CharField(max_length=100, unique=True)
    value = models.TextField(blank=True)
    secret = models.BooleanField(default=False)
    updated = models.DateTimeField(auto_now=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["key"]

    def __str__(self) -> str:
        return self.key


class ServiceConfiguration(models.Model):
    """How many replicas of a service the platform should keep."""

    class Mode(models.TextChoices):
        KEEP_ALIVE = "keep_alive", "kept up"
        KEEP_DOWN = "keep_down", "kept down"

    service = models.CharField(max_length=63, unique=True)
    mode = models.CharField(max_length=20, choices=Mode)
    replicas = models.PositiveSmallIntegerField()
    updated = models.DateTimeField(auto_now=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["service"]

    def __str__(self) -> str:
        return f"{self.service}: {self.mode}"

    @property
    def target(self) -> int:
        """The replicas that should run now."""
        return self.replicas if self.mode == self.Mode.KEEP_ALIVE else 0
