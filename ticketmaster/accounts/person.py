"""Which inbox an address reaches, so that one person with many spellings counts once."""

DOTS_IGNORED = frozenset({"gmail.com", "googlemail.com"})


def person_of(email: str) -> str:
    """The address in lower case, without a `+tag`, and without dots where Gmail ignores them."""
    local, _, domain = email.strip().lower().rpartition("@")
    local = local.split("+", 1)[0] or local
    if domain in DOTS_IGNORED:
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}"
