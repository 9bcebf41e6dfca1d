import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models.functions import Now


class UserManager(BaseUserManager["User"]):
    """Users are identified by their email address; there is no user name."""

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
        """The replicas that should run now; at least one of the configured graph database."""
        if self.service == settings.GRAPH_PROVIDER:
            return max(1, self.replicas)
        return self.replicas if self.mode == self.Mode.KEEP_ALIVE else 0


class Document(models.Model):
    """A file in the pipeline. The workers write here, too (jobs/base/ledger.py), so the defaults are PostgreSQL's."""

    class Status(models.TextChoices):
        RECEIVED = "received"
        PROCESSING = "processing"
        DONE = "done"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200)
    owner = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="documents")
    status = models.CharField(max_length=20, choices=Status, db_default=Status.RECEIVED)
    error = models.TextField(blank=True, db_default="")
    data = models.JSONField(default=dict, db_default={})
    created = models.DateTimeField(db_default=Now())
    updated = models.DateTimeField(db_default=Now())
    graphed = models.DateTimeField(null=True, blank=True, help_text="when it was written into the graph database")

    class Meta:
        ordering: ClassVar[list[str]] = ["-created"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["created"], name="due_for_graph", condition=models.Q(status="done", graphed__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return self.name


class Trace(models.Model):
    """The result of one step for one document."""

    class Status(models.TextChoices):
        DONE = "done"
        RETRYING = "retrying"
        FAILED = "failed"

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="trace")
    step = models.CharField(max_length=63)
    status = models.CharField(max_length=20, choices=Status)
    attempts = models.PositiveSmallIntegerField()
    started = models.DateTimeField()
    ms = models.FloatField()
    found = models.JSONField(default=dict, help_text="what the step found out")
    error = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["started"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["document", "step"], name="one_trace_a_step")
        ]

    def __str__(self) -> str:
        return f"{self.step}: {self.status}"
