"""Digests of bytes: BLAKE2 as hashlib has it, without OpenSSL.

hashlib loads that first, and a cold query would wait 3 ms for what it never calls.
"""

try:
    from _blake2 import blake2b
except ImportError:  # another Python than CPython, or one that was built without it
    from hashlib import blake2b

__all__ = ["blake2b"]
