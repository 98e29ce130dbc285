"""Key pairs as files and texts: every format met in the wild, read by content and written.

Runs on: any
"""

from webpush_admin.push.key_formats.reading import read_keys
from webpush_admin.push.key_formats.records import EnvStyle, FoundKeys, KeyFormat
from webpush_admin.push.key_formats.writing import write_keys

__all__ = ["EnvStyle", "FoundKeys", "KeyFormat", "read_keys", "write_keys"]
