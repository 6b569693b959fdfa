"""What can be wrong with an import: one row, or the whole file."""


class RowRefused(Exception):
    """This listing cannot be imported; its text is the reason, for people."""


class FileRefused(Exception):
    """Nothing of this file can be read; its text is the reason, for people."""
