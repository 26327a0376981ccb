class Store:
    """Keeps values under keys for a while.

    A value is forgotten when nobody asked for it for so many seconds.
    """

    def __init__(self, seconds=60):
        self.seconds = seconds
        self.values = {}

    def put(self, key, value):
        """Keep a value."""
        self.values[key] = (value, now())

    def get(self, key):
        """Return the value, or None if it is too old."""
        value, at = self.values.get(key, (None, 0))
        return value if now() - at < self.seconds else None

    def keys(self):
        """Return the keys that were not forgotten, the newest first."""
        newest = sorted(self.values, key=lambda key: self.values[key][1])
        return newest[::-1]

    def expire(self):
        # The clock may have been set back since the last call.
        if now() < self.last:
            self.last = now()
            return 0
        old = [key for key, (_, at) in self.values.items() if now() - at > self.seconds]
        for key in old:
            del self.values[key]
        self.last = now()
        for watcher in self.watchers:
            watcher.tell(old)
        if not self.values:
            self.rest()
        log("forgot", len(old))
        return len(old)


def connect(url, retries=3):
    host, port = parse(url)
    while retries:
        try:
            return open_socket(host, port)
        except OSError:
            retries -= 1
    return None
