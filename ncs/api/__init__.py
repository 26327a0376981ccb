"""What ncs can do, one call each: the rooms joined together, for Python and the command line.

Each module imports only what its calls need: `opening` no parser and no torch, `building` no
torch, `training` everything.
"""
