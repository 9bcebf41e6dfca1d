"""Where the layer cache of an image is."""

from ci.core.images.layer_cache import github_cache, not_given, not_read, not_written, registry_cache


def test_a_product_has_one_cache_repository_with_a_tag_for_each_image() -> None:
    assert registry_cache("ghcr.io/o/shop", "web") == "type=registry,ref=ghcr.io/o/shop-buildcache:web"
    assert github_cache("web") == "type=gha,scope=web"


def test_warnings_name_the_images_and_the_setting() -> None:
    for warning in (not_read(["web", "mail"], "403"), not_written(["web", "mail"], "403")):
        assert "web, mail" in warning.what
        assert warning.value == "403"
        assert 'layer_cache = "off"' in warning.hint
    assert "--actions-token" in not_given().hint
