"""Which images share layers, so that these are uploaded to a registry once.

A registry mounts a layer from another of its repositories, if that has it. Of many images that are pushed at the same
time none has it yet, and each uploads all; so the first of a group is pushed before the others.
"""

from collections import Counter
from collections.abc import Sequence


def push_groups(bases: Sequence[str]) -> tuple[str, ...]:
    """For each image the group with which it shares a base, `""` if it shares none."""
    count = Counter(bases)
    names = {base: f"base-{at}" for at, base in enumerate(dict.fromkeys(bases))}
    return tuple(names[base] if base and count[base] > 1 else "" for base in bases)
