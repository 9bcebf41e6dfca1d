"""`slipway check`: every problem that can be found before a release without an engine."""

from argparse import Namespace

from ci.adapters import disk
from ci.cli import terminal
from ci.cli.reading import read
from ci.core.env_files import migration
from ci.core.images import published_names
from ci.core.product.product import read_product
from ci.core.release.pinned import pin_spec
from ci.core.release.plan import NO_COMMIT


def run(arguments: Namespace) -> int:
    """Print what was read, and what could be migrated."""
    call = read(arguments, read_product)
    spec, files, texts = call.result.spec, call.source.files, call.source.texts
    pinned = pin_spec(spec, call.settings, f"sha-{NO_COMMIT}")
    terminal.out(
        f"{call.file}: {len(spec.images)} images, {len(pinned.changes)} references to pin, "
        f"version {call.result.version}; no problem was found without an engine\n"
    )
    names = migration.variable_names(spec.compose, files, texts)
    contexts = migration.build_contexts(spec.compose)
    mentioned = disk.mentioned(call.top, contexts, names) if names else frozenset[str]()
    terminal.out(migration.render(migration.uses(spec.compose, files, texts, call.settings, mentioned)))
    terminal.out(published_names.render(spec.compose, spec.images, call.settings.image_prefix))
    return 0
