"""The results that a report is made of."""

from fakes import NAMES, digest_of, sha_ref
from sample_reports import BUILT, VERSION, failed_report, good_report

from ci.core.release.report import NO_RESULTS, ImageAction, ImageResult, Results, pushed_digests


def test_newer_results_replace_older_ones_and_keep_the_rest() -> None:
    first = Results(images=(ImageResult("web", ImageAction.BUILT),))
    second = first.updated(Results(plan_version=VERSION))
    assert second == Results(first.images, VERSION)
    assert second.updated(Results(images=BUILT)) == Results(BUILT, VERSION)
    assert second.updated(NO_RESULTS) == second


def test_pushed_digests_are_those_of_the_pinned_references() -> None:
    path = f"{sha_ref('web').partition('/')[2].rpartition(':')[0]}@{digest_of('web')}"
    assert pushed_digests(failed_report()) == {sha_ref("web"): path}
    assert pushed_digests(good_report()).keys() == {sha_ref(name) for name in NAMES}
