"""Sends a request to the broker, `METHOD URL`, and prints the response."""

import os
import sys
import urllib.error
import urllib.request


def send(method: str, url: str) -> str:
    headers = {"X-Password": os.environ["PASSWORD"]}
    message = urllib.request.Request(url, method=method, headers=headers)
    try:
        with urllib.request.urlopen(message, timeout=5) as response:
            return response.read().decode()
    except urllib.error.HTTPError as error:
        sys.exit(f"the broker refuses: {error.read().decode()}")


if __name__ == "__main__":
    print(send(sys.argv[1], sys.argv[2]))
