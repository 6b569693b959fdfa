"""Reading a QR symbol back from its modules.

Without error correction: what was drawn is exact, so that the data modules can be read as they are.
"""


def masked(mask: int, row: int, column: int) -> bool:
    """Whether this mask flips the module."""
    rules = [
        (row + column) % 2,
        row % 2,
        column % 3,
        (row + column) % 3,
        (row // 2 + column // 3) % 2,
        row * column % 2 + row * column % 3,
        (row * column % 2 + row * column % 3) % 2,
        ((row + column) % 2 + row * column % 3) % 2,
    ]
    return rules[mask] == 0


def text_of_qr(rows: list[list[bool]]) -> str:
    """The text of a version 1 to 6 byte-mode symbol with one block of data."""
    size = len(rows)
    version = (size - 17) // 4
    format_bits = [rows[8][column] for column in (0, 1, 2, 3, 4, 5, 7, 8)]
    mask = (format_bits[2] << 2 | format_bits[3] << 1 | format_bits[4]) ^ 0b101
    bits = "".join(
        str(int(rows[row][column] ^ masked(mask, row, column)))
        for row, column in _walk(size)
        if not _reserved(version, size, row, column)
    )
    assert bits[:4] == "0100", "byte mode"
    length = int(bits[4:12], 2)
    data = bits[12 : 12 + 8 * length]
    return bytes(int(data[at : at + 8], 2) for at in range(0, len(data), 8)).decode()


def _walk(size: int) -> list[tuple[int, int]]:
    order, upwards, column = [], True, size - 1
    while column > 0:
        if column == 6:
            column -= 1
        rows = range(size - 1, -1, -1) if upwards else range(size)
        order += [(row, at) for row in rows for at in (column, column - 1)]
        upwards, column = not upwards, column - 2
    return order


def _reserved(version: int, size: int, row: int, column: int) -> bool:
    corner = size - 9
    if (row <= 8 and (column <= 8 or column > corner)) or (column <= 8 and row > corner):
        return True
    if 6 in (row, column):
        return True
    if version == 1:
        return False
    middle = size - 7  # the one alignment pattern of versions 2 to 6
    return abs(row - middle) <= 2 and abs(column - middle) <= 2
