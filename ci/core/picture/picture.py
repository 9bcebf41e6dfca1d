"""The picture of a product, drawn from its compose file as SVG; the same file gives the same picture, byte for byte."""

from ci.core.picture.graph import nodes, queues
from ci.core.picture.svg import svg
from ci.core.product.source import Source, compose_of
from ci.core.settings.product import Settings
from ci.core.yaml.values import plain


def picture(source: Source, settings: Settings) -> str:
    """The picture of the product in a source tree, as SVG.

    Raises:
        ConfigurationError: there is no compose file, or it or the setting `queues` is invalid.
    """
    compose = compose_of(source, settings)
    services = nodes(compose)
    between = queues(settings.queues, frozenset(one.name for one in services))
    name = compose.top_level.get("name")
    title = plain(name.raw) if name else settings.product_name
    return svg(str(title or settings.compose_file), services, between)
