"""Does one job after the other, slowly, and acknowledges each after its work; waits for a broker that is away."""

import json
import os
import time

from request import send

print(os.environ["GREETING"], "from the worker")
while True:
    try:
        job = json.loads(send("GET", "http://broker:8080/next"))["job"]
        time.sleep(0.3)
        if job:
            send("POST", f"http://broker:8080/done?{job}")
    except OSError as error:
        print("waiting for the broker:", error)
        time.sleep(0.3)
