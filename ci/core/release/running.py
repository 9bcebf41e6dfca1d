"""Whether what an instance runs is what was released: the images that omctl shows of it are the pinned ones."""

from collections.abc import Iterable

from ci.core.references import repository_of, sha_tag
from ci.core.release.plan import Plan
from ci.errors import Problem


def foreign_images(plan: Plan, instance_id: str, running: Iterable[tuple[str, str]]) -> list[Problem]:
    """A problem for each own image that runs with another tag than this commit's; `running` is resource and image.

    An image by digest alone, or in a form that is no reference, says nothing of the commit.
    """
    own, tag = {one.image.repository for one in plan.images}, sha_tag(plan.git_sha)
    return [
        Problem(
            what=f"The resource {resource} of {instance_id} runs an image of another commit",
            value=image,
            expected=f"{repository_of(image)}:{tag}",
            hint=f"read `omctl instance describe {instance_id} --deployment-status`: if a later release has upgraded "
            "the instance, nothing is wrong; else run the same call again",
        )
        for resource, image in running
        if repository_of(image) in own and ":" in image.rpartition("/")[2].partition("@")[0] and f":{tag}" not in image
    ]
