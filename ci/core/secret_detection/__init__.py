"""What looks like a secret: names by rules of our own, values by those of gitleaks and a few of our own."""
