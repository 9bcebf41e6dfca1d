"""The report of a release as a page and a timeline; made of `report.json` alone."""
