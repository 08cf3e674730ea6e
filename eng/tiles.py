"""The register tiles of the matrix product, GemmTiles*.cs.

A tile is a method whose accumulators are locals, so that the compiler keeps them in registers; loops over rows and vectors are unrolled
here. Row 0 of a tile has the accumulators c0a, c0b and so on, one for each vector of columns. Tiles of one vector have a second set of
sums: d0, d1 and so on.
"""
from dataclasses import dataclass

from generated import METHOD, declaration, method, source

REASON = "Long because every accumulator is a local, which the compiler keeps in a register."
CALL = "TileCall* t, float* a, nint* ar, float* panel, float* c, nint* cr, float* bias, float* slope"


@dataclass(frozen=True)
class Tile:
    """A tile of `rows` rows by `columns` columns on registers of `bits` bits."""

    bits: int
    rows: int
    columns: int
    full: bool = False  # a full tile runs over a count of tiles below each other

    @property
    def vector(self):
        return f"Vector{self.bits}"

    @property
    def lanes(self):
        return self.bits // 32

    @property
    def vectors(self):
        """Pairs of a vector's letter and what its first column adds to a pointer."""
        return [(letter, f" + {k * self.lanes}" if k else "") for k, letter in enumerate("abcd"[:self.columns // self.lanes])]

    @property
    def cells(self):
        """The accumulators, each with its row and with what its first column adds to a pointer."""
        return [(r, f"c{r}{letter}", offset) for r in range(self.rows) for letter, offset in self.vectors]

    def load(self, place):
        return f"{self.vector}.Load({place})"

    def create(self, number):
        return f"{self.vector}.Create({number})"

    def add(self, total, value, weights):
        return f"{total} = {self.vector}.MultiplyAddEstimate({value}, {weights}, {total});"


def indented(lines, by=1):
    return ["    " * by + line for line in lines]


def block(head, lines):
    return [head, "{", *indented(lines), "}"]


def over_tiles(lines):
    """Runs the lines for `count` tiles below each other."""
    step = "count--, a += t->ANext, ar += t->ARowsNext, c += t->CNext, cr += t->CRowsNext, slope += slope == null ? 0 : t->CNext"
    return ["for (; count > 0;", f"    {step})", "{", *indented(lines), "}"]


def start(tile, second):
    """Declares the accumulators and sets them to zero, to C, or to the bias."""
    lines = []
    for r in range(tile.rows):
        lines += declaration("", f"{tile.vector}<float>", [f"c{r}{letter} = default" for letter, _ in tile.vectors])
    if second:
        lines += declaration("", f"{tile.vector}<float>", [f"d{r} = default" for r in range(tile.rows)])
    lines += block("if (t->Accumulate)", [f"{cell} = {tile.load(f'c + cr[{r}]{offset}')};" for r, cell, offset in tile.cells])
    bias = [" = ".join([f"c{r}{letter}" for r in range(tile.rows)] + [f"{tile.load(f'bias{offset}')};"]) for letter, offset in tile.vectors]
    return lines + block("else if (bias != null)", bias)


def walk(lines):
    """Runs the lines for every segment of every group; a segment starts at s."""
    return [
        "float* b = panel, g = a;",
        "nint skip = next * t->SegmentSkip;",
        *block("for (int groups = t->Groups; groups > 0; groups--, g += t->GroupStep, b += next * t->GroupSkip)", [
            "float* s = g;",
            *block("for (int segments = t->Segments; segments > 0; segments--, s += t->SegmentStep, b += skip)", lines),
        ]),
    ]


def finish(tile, second):
    """Joins the two sets of sums, multiplies by the slope and stores."""
    return [
        *([f"c{r}a += d{r};" for r in range(tile.rows)] if second else []),
        *block("if (slope != null)", [f"{cell} *= {tile.load(f'slope + cr[{r}]{offset}')};" for r, cell, offset in tile.cells]),
        *[f"{cell}.Store(c + cr[{r}]{offset});" for r, cell, offset in tile.cells],
    ]


def steps_of_any_length(tile, second):
    """The sums over one segment, for any distance between two of a row's numbers."""
    rows = range(tile.rows)
    kind = f"{tile.vector}<float>"
    if second:
        # Every other k has its own sums: there would be too few to hide their latency otherwise.
        pair = [f"{kind} b0 = {tile.load('b')}, b1 = {tile.load('b + next')};", "float* q = p + step;"]
        for r in rows:
            pair += [tile.add(f"c{r}a", tile.create(f"p[r{r}]"), "b0"), tile.add(f"d{r}", tile.create(f"q[r{r}]"), "b1")]
        last = [f"{kind} b0 = {tile.load('b')};", "b += next;", *[tile.add(f"c{r}a", tile.create(f"p[r{r}]"), "b0") for r in rows]]
        return ["float* p = s;", "float* end = p + length, last = end - step;",
                *block("for (; p < last; p += 2 * step, b += 2 * next)", pair), *block("if (p != end)", last)]
    one = [f"{kind} b{k} = {tile.load(f'b{offset}')};" for k, (_, offset) in enumerate(tile.vectors)]
    one.append("b += next;")
    for r in rows:
        one.append(f"{kind} v{r} = {tile.create(f'p[r{r}]')};")
        one += [tile.add(f"c{r}{letter}", f"v{r}", f"b{k}") for k, (letter, _) in enumerate(tile.vectors)]
    return ["float* p = s;", *block("for (float* end = p + length; p != end; p += step)", one)]


def steps_of_one(tile, second, unroll=4):
    """The sums over one segment of contiguous numbers."""
    rows = range(tile.rows)
    kind = f"{tile.vector}<float>"
    before_last = unroll - 1
    if second:
        some = []
        for k in range(unroll):
            some += [f"{kind} b{k} = {tile.load('b')};", "b += next;"]
            some += [tile.add(f"d{r}" if k % 2 else f"c{r}a", tile.create(f"p{r}[{k}]"), f"b{k}") for r in rows]
        some += [f"p{r} += {unroll};" for r in rows]
        rest = [f"{kind} b0 = {tile.load('b')};", "b += next;", *[tile.add(f"c{r}a", tile.create(f"p{r}[0]"), "b0") for r in rows],
                "if (++p0 == last)", "    break;", f"b0 = {tile.load('b')};", "b += next;",
                tile.add("d0", tile.create("p0[0]"), "b0"), "p0++;",
                *[tile.add(f"d{r}", tile.create(f"p{r}[1]"), "b0") for r in rows[1:]], *[f"p{r} += 2;" for r in rows[1:]]]
        return [*declaration("", "float*", [*[f"p{r} = s + ar[{r}]" for r in rows], f"last = p0 + t->Length - {before_last}"]),
                *block("while (p0 < last)", some), *block(f"for (last += {before_last}; p0 < last;)", rest)]

    def one(k):
        lines = [f"{kind} b{k}{letter} = {tile.load(f'b{offset}')};" for letter, offset in tile.vectors]
        lines.append("b += next;")
        for r in rows:
            lines.append(f"{kind} v{k}{r} = {tile.create(f'p[r{r} + {k}]' if k else f'p[r{r}]')};")
            lines += [tile.add(f"c{r}{letter}", f"v{k}{r}", f"b{k}{letter}") for letter, _ in tile.vectors]
        return lines

    some = []
    for k in range(unroll):
        some += [f"Cache.Fetch(ahead{' + 16' if k else ''});"] if k % 2 == 0 else []
        some += one(k)
    return [f"float* p = s, last = p + t->Length - {before_last};",
            *block(f"for (; p < last; p += {unroll}, ahead += aheadStep)", some),
            *block(f"for (last += {before_last}; p < last; p++)", one(0))]


def tile_method(tile):
    """A tile for steps of any length."""
    second = tile.columns == 16 and tile.bits == 512
    rows = [f"r{r} = ar[{r}]" for r in range(tile.rows)]
    body = [
        *start(tile, second),
        *declaration("", "nint", [*rows, "step = t->Step", "next = t->BStep", "length = step * t->Length"]),
        *walk(steps_of_any_length(tile, second)),
        *finish(tile, second),
    ]
    head = method("", f"private static void Tile{tile.rows}x{tile.columns}", CALL + (", int count" if tile.full else ""))
    return [METHOD, *head, "{", *indented(over_tiles(body) if tile.full else body), "}"]


def along_method(tile):
    """A tile of full height for steps of one float."""
    second = tile.columns == tile.lanes
    rows = [f"r{r} = ar[{r}]" for r in range(tile.rows)]
    body = [
        *start(tile, second),
        *(["nint next = t->BStep;"] if second
          else [*declaration("", "nint", [*rows, "next = t->BStep", "aheadStep = t->AheadStep"]), "float* ahead = t->Ahead;"]),
        *walk(steps_of_one(tile, second)),
        *([] if second else ["t->Ahead = ahead;"]),
        *finish(tile, second),
    ]
    head = method("", f"private static void Along{tile.rows}x{tile.columns}", CALL + ", int count")
    return [METHOD, *head, "{", *indented(over_tiles(body)), "}"]


def choice(columns, heights, along):
    """The switch over the heights of the tiles of one width."""
    lines = []
    for rows in heights:
        label = f"case {rows}" if rows > 1 else "default"
        if (rows, columns) in along:
            lines.append(f"{label} when t->Step == 1: Along{rows}x{columns}(t, a, ar, b, c, cr, bias, slope, count); break;")
        count = ", count" if rows == heights[0] else ""
        lines.append(f"{label}: Tile{rows}x{columns}(t, a, ar, b, c, cr, bias, slope{count}); break;")
    return block("switch (height)", lines)


def struct(bits, sets, summary, width, height, along=()):
    """The file of the tiles on registers of one size. `sets` holds pairs of a width and the heights at that width, tallest first."""
    if len(sets) == 1:
        run = choice(*sets[0], along)
    else:
        heads = [f"{'else ' if k else ''}if (width == {columns})" for k, (columns, _) in enumerate(sets[:-1])] + ["else"]
        run = [line for head, one in zip(heads, sets) for line in block(head, choice(*one, along))]
    signature = "int height, int width, int count, TileCall* t, float* a, nint* ar, float* b, float* c, nint* cr, float* bias, float* slope"
    members = [
        [f"public static int Width(int columns) => {width};"],
        [f"public static int Height(int width, int rows) => {height[0]}", *indented(height[1:])],
        [*method("", "public static void Run", signature), "{", *indented(run), "}"],
        *[tile_method(Tile(bits, rows, columns, rows == heights[0])) for columns, heights in sets for rows in heights],
    ]
    head = f"internal unsafe {'partial ' if along else ''}struct GemmTiles{bits} : IGemmTiles"
    return source("tiles.py", REASON, f"/// <summary>{summary}</summary>\n" + body(head, members))


def along_struct(bits, along, summary):
    members = [along_method(Tile(bits, rows, columns, True)) for rows, columns in along]
    text = "/// <summary>\n" + "".join(f"/// {line}\n" for line in summary) + "/// </summary>\n"
    return source("tiles.py", REASON, text + body(f"internal unsafe partial struct GemmTiles{bits}", members))


def body(head, members):
    """A type with its members, separated by empty lines."""
    lines = [line for k, member in enumerate(members) for line in ([""] if k else []) + indented(member)]
    return "\n".join([head, "{", *(line.rstrip() for line in lines), "}"]) + "\n"


def files():
    along = [(6, 64), (8, 16)]
    return {
        "GemmTiles512.cs": struct(
            512, [(64, [6, 4, 2, 1]), (32, [8, 4, 2, 1]), (16, [8, 4, 2, 1])],
            "Tiles for 512-bit registers: 6 rows by 64 columns, 24 accumulators of 32 registers; for fewer columns 8 rows.",
            "columns >= 64 ? 64 : columns > 16 ? 32 : 16",
            ["width == 64 ? rows == 8 ? 4 : rows >= 6 ? 6 : rows >= 4 ? 4 : rows >= 2 ? 2 : 1",
             ": rows >= 8 ? 8 : rows >= 4 ? 4 : rows >= 2 ? 2 : 1;"], along),
        "GemmTiles512Along.cs": along_struct(512, along, [
            "Tiles for walks whose steps are one float long, four steps at a time. A narrow tile has a pointer for every row, so that a",
            "multiply-add takes its number from memory in one operation, and a second set of sums, since eight alone would wait for each",
            "other."]),
        "GemmTiles256.cs": struct(
            256, [(16, [6, 4, 2, 1])], "Tiles for 256-bit registers: up to 6 rows by 16 columns, 12 accumulators of 16 registers.",
            "16", ["rows >= 6 ? 6 : rows >= 4 ? 4 : rows >= 2 ? 2 : 1;"]),
        "GemmTiles128.cs": struct(
            128, [(8, [4, 2, 1])], "Tiles for 128-bit registers: up to 4 rows by 8 columns, 8 accumulators of at least 16 registers.",
            "8", ["rows >= 4 ? 4 : rows >= 2 ? 2 : 1;"]),
    }
