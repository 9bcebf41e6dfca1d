"""Asks the broker, `METHOD URL`; shows what it says."""

import os
import sys
import urllib.error
import urllib.request


def ask(method: str, url: str) -> str:
    headers = {"X-Password": os.environ["PASSWORD"]}
    question = urllib.request.Request(url, method=method, headers=headers)
    try:
        with urllib.request.urlopen(question, timeout=5) as answer:
            return answer.read().decode()
    except urllib.error.HTTPError as error:
        sys.exit(f"the broker refuses: {error.read().decode()}")


if __name__ == "__main__":
    print(ask(sys.argv[1], sys.argv[2]))
