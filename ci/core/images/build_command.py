"""What BuildKit is told to build an image: the shell program that runs `buildctl` once.

It is run by `ci/adapters/buildkit.sh` as `sh PROGRAM build | store | push | cache`: build the image; also keep its
layers compressed; also push it by its digest alone; export its steps to the layer cache.
"""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from shlex import quote

from ci.core.compose.paths import from_top, is_remote
from ci.core.images.image import Image

SOURCE = "/slipway/source"
"""Where the source tree is in the builder's container."""
JOBS = "/slipway/jobs"
"""Where the programs are, each in a folder of its image."""
SECRETS = "/slipway/secrets"
SSH_AGENT = "/slipway/ssh.sock"
PROGRAM = "run"
"""The name of an image's program in its folder; an inline Dockerfile is beside it."""


@dataclass(frozen=True, kw_only=True)
class BuildRequest:
    """An image to build, and what its compose file does not say of it."""

    image: Image
    repository: str
    """Where it is pushed: the image's repository, or its place in the registry of a rehearsal."""
    folder: str
    """The image's folder below `JOBS`."""
    compose_file: str = ""
    """The compose file, relative to the top of the source: the paths in it start in its folder."""
    platform: str = ""
    arguments: tuple[tuple[str, str], ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    bases: tuple[tuple[str, str], ...] = ()
    """Base images by name, with the digests to build on."""
    frontend: str = ""
    """The image that `# syntax=` names."""
    compression: str = "gzip"
    cache: str = ""
    """The image's layer cache without its mode, `type=registry,ref=…`; empty for none."""


def program(request: BuildRequest) -> str:
    """The shell program of one image; everything from outside is quoted."""
    build = " ".join(quote(word) for word in ("buildctl", "build", "--progress=plain", *_arguments(request)))
    layers = f"compression={request.compression},oci-mediatypes=true"
    push = f"name={request.repository},push=true,push-by-digest=true"
    inline = [one for one in request.image.build.options.cache_to if "type=inline" in one]
    # An export that fails must not fail the build, and so comes after it, by itself.
    exported = [one for one in request.image.build.options.cache_to if one not in inline]
    exported += [f"{request.cache},mode=max"] if request.cache else []
    once = ["--no-cache"] if request.image.build.options.no_cache else []
    cases = {
        "build": once,
        "store": [*once, *_each("--export-cache", inline), "--output", f"type=image,{layers}"],
        "push": [*once, *_each("--export-cache", inline), "--output", f"type=image,{push},{layers}"],
        "cache": [*_each("--export-cache", exported)],
    }
    lines = [f"  {name}) set -- {' '.join(map(quote, words))} ;;" for name, words in cases.items()]
    lines[2] = lines[2].replace(" ;;", ' --metadata-file "$2" ;;')
    return "\n".join(["case $1 in", *lines, "esac", f'exec {build} "$@"', ""])


def familiar(name: str) -> str:
    """The name of an image as BuildKit looks a named context up: `docker.io/library/alpine:latest` is `alpine`."""
    short = name.removeprefix("docker.io/").removeprefix("library/")
    return short.removesuffix(":latest")


def exports_cache(image: Image, cache: str) -> bool:
    """Whether an image has a layer cache to which it is exported by itself."""
    return bool(cache) or any("type=inline" not in one for one in image.build.options.cache_to)


def _arguments(request: BuildRequest) -> Iterator[str]:
    image, options = request.image, request.image.build.options
    yield from ("--frontend", "dockerfile.v0")
    yield from ("--local", f"context={_folder(image.context)}")
    if image.build.inline:
        yield from ("--local", f"dockerfile={JOBS}/{request.folder}", "--opt", "filename=Dockerfile")
    else:
        folder, name = posixpath.split(image.dockerfile)
        yield from ("--local", f"dockerfile={_folder(folder)}", "--opt", f"filename={name}")
    yield from _contexts(request)
    for key, value in _options(request):
        yield from ("--opt", f"{key}={value}")
    yield from (word for cache in options.cache_from for word in ("--import-cache", cache))
    yield from ("--import-cache", request.cache) if request.cache else ()
    for secret in image.build.secrets:
        yield from ("--secret", f"id={secret.id},src={secret_path(secret.id)}")
    if image.build.ssh:
        yield from ("--ssh", f"default={SSH_AGENT}")
    if options.network == "host":
        yield from ("--allow", "network.host")


def _contexts(request: BuildRequest) -> Iterator[str]:
    """The additional contexts of the compose file, and the base images with their digests."""
    contexts = request.image.build.options.contexts
    for name, source in contexts:
        if is_remote(source):
            yield from ("--opt", f"context:{name}={source}")
        else:
            folder = _folder(from_top(request.compose_file, source))
            yield from ("--local", f"{name}={folder}", "--opt", f"context:{name}=local:{name}")
    named = {name for name, _ in contexts}
    for name, digest in request.bases:
        if name == request.frontend:
            yield from ("--opt", f"build-arg:BUILDKIT_SYNTAX={name}@{digest}")
        elif familiar(name) not in named:
            yield from ("--opt", f"context:{familiar(name)}=docker-image://{name}@{digest}")


def secret_path(name: str) -> str:
    """Where a build secret is in the builder's container; its id may have a slash."""
    return f"{SECRETS}/{name.encode().hex()}"


def _options(request: BuildRequest) -> Iterator[tuple[str, str]]:
    build, options = request.image.build, request.image.build.options
    platforms = options.platforms or ((request.platform,) if request.platform else ())
    if platforms:
        yield "platform", ",".join(platforms)
    if build.target:
        yield "target", build.target
    for name, value in request.arguments:
        yield f"build-arg:{name}", value
    for name, value in (*build.labels, *request.labels):
        yield f"label:{name}", value
    if options.network:
        yield "force-network-mode", options.network
    if options.hosts:
        yield "add-hosts", ",".join(f"{name}={address}" for name, address in options.hosts)
    if options.shm_bytes:
        yield "shm-size", str(options.shm_bytes)
    if options.ulimits:
        yield "ulimit", ",".join(f"{name}={limit}" for name, limit in options.ulimits)
    if options.no_cache_stages:
        yield "no-cache", ",".join(options.no_cache_stages)


def _folder(path: str) -> str:
    """A folder of the source in the builder's container."""
    return posixpath.normpath(f"{SOURCE}/{path}")


def _each(flag: str, values: list[str]) -> Iterator[str]:
    for value in values:
        yield from (flag, value)
