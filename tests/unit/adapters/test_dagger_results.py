"""Of a release that ends, the message is sent, and then its result is returned or its failure raised."""

import anyio
import anyio.lowlevel
import pytest
from sample_reports import failed_report

from ci.adapters.dagger_results import reported
from ci.core.release.notification import Message
from ci.errors import PipelineError
from ci.results import ResultTexts, release_texts


@pytest.mark.parametrize(("url", "sent"), [("json://127.0.0.1/x", ["Release 1.2.0 of Shop: FAILED"]), ("", [])])
def test_the_message_of_a_failure_is_sent_before_it_ends_the_call(
    url: str, sent: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found: list[str] = []

    async def send(message: Message, _: str) -> str:
        await anyio.lowlevel.checkpoint()
        found.append(message.title)
        return "no response within 30 seconds"

    async def given(_: object) -> str:
        await anyio.lowlevel.checkpoint()
        return url

    async def ended(texts: ResultTexts) -> None:
        await reported(texts, None, return_failed=False)

    monkeypatch.setattr("ci.adapters.notify.send", send)
    monkeypatch.setattr("ci.adapters.dagger_results.notify_url", given)
    with pytest.raises(PipelineError):
        anyio.run(ended, release_texts(failed_report()))
    assert found == sent
    assert capsys.readouterr().err == ("No message was sent: no response within 30 seconds\n" if url else "")
