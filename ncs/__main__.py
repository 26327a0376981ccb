"""`python -m ncs`: the same as the `ncs` command."""

from ncs.cli import main

if __name__ == "__main__":
    main()
