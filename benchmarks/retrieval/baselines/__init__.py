"""Other ways of searching code, run side by side with ncs on the same machine."""
