"""The index: one SQLite file that holds everything a query, an audit or a rebuild needs.

    writing ─┐  schema  digests     ┌─ audit      what is searched, explained, skipped
             ├─ texts  postings  ───┤─ validate   every check, a row each
    reading ─┘  blocks  packing     └─ stale      what changed since
                inversion  numbers

`reading` is on the way of every query: it imports NumPy and the standard library only.

Text, names and postings lie in small compressed blocks, so that an answer unpacks a few of them:
a third of the bytes that rows took, and not slower to read.

A build writes a new file beside the index and puts it in place with one rename, so whoever reads
sees the old index or the new one, whole, for as long as they hold it open; an index file is never
changed. Files are written as they come, in the order of their paths, so that a chunk's number is
known at once and nothing has to be held but a few numbers of each chunk. (Updating in place under
WAL was measured against this: readers leave `-wal` and `-shm` files behind, an open reader must
pin a snapshot, and read-only folders need a special case.)
"""
