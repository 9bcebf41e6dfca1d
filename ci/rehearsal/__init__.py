"""A stand-in Omnistrate API: what the real `omctl` needs to release a product, with no account and no network.

Standard library only, and nothing of the rest of `ci`, so that a bare Python image can run it. `ci/__init__.py` imports
dagger, so the folder is not started as `ci.rehearsal` but by itself: mounted at `/standin/rehearsal` and started with

    PYTHONPATH=/standin python -m rehearsal --host 0.0.0.0 --port 8080 --seed /standin/seed.json

One direction, one purpose a file: `compose_text` reads a compose file, `seed` says what is there at the start, `things`
and `world` are the state, `decide` moves it on, `answers_v1` and `answers_fleet` give it the shapes of the SDK,
`search`, `operations` and `routes` turn a request into an answer, `record` tells what was asked and what came of it,
`server` speaks HTTP.
"""
