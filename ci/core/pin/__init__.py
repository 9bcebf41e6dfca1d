"""The edit: every own image at its sha tag, by changes of the text."""
