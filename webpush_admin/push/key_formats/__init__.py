"""Key pairs as files and texts: every format met in the wild, read by content and written."""
