"""What a smoke boots, in which order, what is expected of it and how it is judged; pure, as all of `ci.core`.

One direction: `settings` (the table of the product's pyproject.toml), `boot` (services as values), `forms` and `read`
(a compose file read into them, `expressions` replaced), `checks`, `plan`; `spec` (what a keeper is told), `states` (how
far a service is), `steps` (what is asked, and what an answer is worth), `report`.
"""
