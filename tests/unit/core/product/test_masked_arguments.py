"""The build arguments whose values are kept nowhere."""

from ci.core.compose.model import Build
from ci.core.images.image import Image
from ci.core.product.masked_arguments import masked_arguments
from ci.core.settings.product import Settings


def test_an_argument_that_looks_like_a_secret_is_masked_also_where_a_setting_says_that_it_is_none() -> None:
    build = Build(".", args=(("PIP_TOKEN", "hunter2hunter2"), ("MODE", "fast"), ("OTHER_TOKEN", None)))
    image = Image(name="a", repository="r/a", context=".", dockerfile="D", build=build, services=("a",), line=1)
    settings = Settings(env_literals=("PIP_TOKEN",), build_args={"OTHER_TOKEN": "hunter2hunter2"})
    assert masked_arguments(image, settings) == {"PIP_TOKEN", "OTHER_TOKEN"}
