"""Measurements of ncs; every figure in the README comes from a command here."""
