"""A stand-in Omnistrate API: enough of it for the real omctl to release a product without an account or a network.

It uses the standard library only and nothing else of `ci`, so that a plain Python image can run it. It is started as
the top-level package `rehearsal`, from a copy of this folder:

    PYTHONPATH=/standin python -m rehearsal --host 0.0.0.0 --port 8080 --seed /standin/seed.json

The files, each importing only those before it:

    seed.py             what exists at the start, and which faults are shown
    compose_file.py     what the API reads of a compose file
    models.py           plans, versions, instances, upgrades, and the API's error
    state.py            all of these as one immutable value
    rules.py            how a build, an upgrade or a poll changes the state
    responses_v1.py, responses_fleet.py     models as JSON, in the shapes of Omnistrate's SDK
    search.py           searches and lists
    request.py, auth.py, operations_v1.py, operations_fleet.py     one function for each operation of the API
    routes.py           which operation a request means
    state_json.py       the state as JSON, for tests
    server.py           HTTP
"""
