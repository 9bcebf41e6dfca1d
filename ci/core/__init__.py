"""Decisions as pure functions over values: no dagger, no network, no clock, no environment."""
