"""The thesaurus: its source, and the command that makes what ships."""
