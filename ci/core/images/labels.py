"""A label for each image of a product, made from the path of its Dockerfile."""

from collections.abc import Collection, Iterable


def labels(paths: Collection[str]) -> dict[str, str]:
    """For each Dockerfile's path its label, `""` if there is only one.

    The label is the first segment in which the paths differ, in lower case: `Dockerfile.download` beside
    `Dockerfile.parser` gives `dockerfile.download`. That is the rule of `omctl build-from-repo`
    (GetFirstDifferentSegmentInFilePaths of omnistrate-ctl), which named the repositories that a registry already has.

    Paths with the same label get the same rule applied once more among themselves: `api/v1/Dockerfile` and
    `api/v2/Dockerfile` beside `web/Dockerfile` are `api-v1` and `api-v2`.
    """
    groups: dict[str, list[str]] = {}
    segments = _first_difference(dict.fromkeys(paths)) if paths else {}
    for path, label in segments.items():
        groups.setdefault(label, []).append(path)
    result: dict[str, str] = {}
    for label, group in groups.items():
        inner = labels(group) if 1 < len(group) < len(segments) else {}
        for path in group:
            result[path] = f"{label}-{inner[path]}" if inner.get(path) else label
    return result


def _first_difference(paths: Iterable[str]) -> dict[str, str]:
    """For each path the first segment after those that all paths share, in lower case; `""` if there is none."""
    split = {path: path.split("/") for path in paths}
    if len(split) == 1:
        return dict.fromkeys(split, "")
    shared = min(split.values(), key=len)
    for segments in split.values():
        while segments[: len(shared)] != shared:
            shared = shared[:-1]
    at = len(shared)
    return {path: segments[at].lower() if at < len(segments) else "" for path, segments in split.items()}
