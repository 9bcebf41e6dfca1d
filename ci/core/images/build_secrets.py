"""Which of the secrets that a call is given each build gets, and which are missing."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ci.core.compose.model import BuildSecret
from ci.core.images.image import Image
from ci.errors import Problem


def chosen(images: Iterable[Image], addresses: Sequence[str]) -> Mapping[str, str]:
    """The address of the secret for each id that a build names; ids of which none is given are missing in it.

    A secret is known by its address: it ends with the id, in small or capital letters (`env://PIP_TOKEN` for
    `pip_token`), or is that of the compose file's top-level `secrets`, of a file its name.
    """
    wanted = {secret.id: secret for image in images for secret in image.build.secrets}
    found = {one.id: next((given for given in addresses if _is(one, given)), "") for one in wanted.values()}
    return {name: address for name, address in found.items() if address}


def missing_problems(images: Iterable[Image], found: Mapping[str, str], *, has_ssh: bool) -> Iterator[Problem]:
    """A problem for each secret, and for the SSH agent, that builds need and that is not given."""
    for image in images:
        for secret in image.build.secrets:
            if secret.id not in found:
                yield Problem(
                    what=f"The build of `{image.name}` uses the secret `{secret.id}`, which is not given",
                    value=secret.id,
                    expected="every secret that `build.secrets` names",
                    hint=f"give it to the call: dagger call --build-secret env://{secret.id.upper()} …",
                )
        if image.build.ssh and not has_ssh:
            yield Problem(
                what=f"The build of `{image.name}` uses an SSH agent, which is not given",
                value="default",
                expected="an agent, since `build.ssh` names one",
                hint='give it to the call: dagger call --ssh "$SSH_AUTH_SOCK" …',
            )


def _is(secret: BuildSecret, address: str) -> bool:
    last = address.rpartition("/")[2]
    return last.lower() == secret.id.lower() or last == secret.address.rpartition("/")[2]
