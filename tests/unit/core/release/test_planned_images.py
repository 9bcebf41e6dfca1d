"""What a plan says of each image."""

from dataclasses import replace

from fakes import small_plan

from ci.core.images.inputs import Inputs
from ci.core.images.tree import Entry, EntryKind
from ci.core.release.planned_images import PlannedAction, PlannedImage, as_json, as_lines, not_looked_up

PLAN = small_plan()
WEB, WORKER, MAIL = PLAN.images
TREE = {"VERSION": Entry(EntryKind.FILE, "v1"), "other": Entry(EntryKind.FILE, "o1")}


def test_what_is_done_with_each_image_and_why() -> None:
    noted = replace(MAIL, recipe=replace(MAIL.recipe, notes=("all of its build context counts",), unknown=("moves",)))
    images = (
        PlannedImage(WEB, PlannedAction.BUILD, ("a changed since 1a2b3c4", "b was added")),
        PlannedImage(WORKER, PlannedAction.REUSE, ("built in 1a2b3c4, 3 days old",), "1a2b3c4"),
        PlannedImage(noted, PlannedAction.BUILD, ("moves",)),
    )
    assert [*as_lines(images)] == [
        "  web     build    a changed since 1a2b3c4",
        "                   b was added",
        "  worker  reuse    built in 1a2b3c4, 3 days old",
        "  mail    build    moves",
        "                   all of its build context counts",
    ]


def test_without_a_registry_it_says_so_and_shows_what_is_known_without_one() -> None:
    noted = replace(MAIL, recipe=replace(MAIL.recipe, notes=("all of its build context counts",)))
    images = (*not_looked_up(PLAN)[:2], PlannedImage(noted, PlannedAction.UNKNOWN))
    assert [*as_lines(images)] == [
        "Which of them are built is not known: that needs the registry and an engine: dagger call plan --sha …",
        "  mail    unknown",
        "                   all of its build context counts",
    ]


def test_all_that_an_image_is_made_of_is_shown_on_request() -> None:
    images = not_looked_up(PLAN, TREE)
    lines = [*as_lines(images, explain=True)]
    assert "            file  VERSION  3bfc269594ef649228e9a74bab00f042"[:30] in "\n".join(lines)
    assert not any("other" in line for line in lines)
    found = as_json(images[0], explain=True)
    assert found["inputs"] == (images[0].image.inputs or Inputs(())).hash
    assert set(found["made_of"]["file"]) == {"VERSION"}
    assert "made_of" not in as_json(images[0])


def test_what_all_images_share_is_said_once() -> None:
    images = tuple(replace(one, reasons=("401 Unauthorized",)) for one in not_looked_up(PLAN))
    assert [*as_lines(images)] == ["Which of them are built is not known: 401 Unauthorized"]
