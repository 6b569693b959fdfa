"""What stops a run, told in one sentence to the person who typed the command."""


class CannotRun(Exception):
    """Something outside our power is in the way; the message is one sentence that says what to do.

    `details` is what a program printed about it, shown below the sentence.
    """

    def __init__(self, message: str, *, details: str = "") -> None:
        super().__init__(message)
        self.details = details
