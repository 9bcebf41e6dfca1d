"""From a call's arguments to the inputs of a pipeline."""
