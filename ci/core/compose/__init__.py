"""What a compose file says, with the places where it says it."""
