"""The first files of a product that is to be released with Slipway."""
