"""The index: one SQLite file that holds everything a query, an audit or a rebuild needs.

    writing ─┐                      ┌─ audit      what is searched, explained, skipped
             ├─ schema  blocks  ────┤─ validate   every check, a row each
    reading ─┘  postings  digests   └─ stale      what changed since
                inversion

`reading` is on the way of every query: it imports NumPy and the standard library only.

A build writes a new file beside the index and puts it in place with one rename, so whoever reads
sees the old index or the new one, whole, for as long as they hold it open; an index file is never
changed. Files are written as they come, in the order of their paths, so that a chunk's number is
known at once and nothing has to be held but a few numbers of each chunk. (Updating in place under
WAL was measured against this: readers leave `-wal` and `-shm` files behind, an open reader must
pin a snapshot, and read-only folders need a special case.)
"""
