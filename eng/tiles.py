#!/usr/bin/env python3
"""Writes the register tiles of the matrix product, src/Joule/Compute/Cpu/Generated/GemmTiles*.cs: run it in the root of the repository, and look at the difference.

A tile is a method whose accumulators are locals, so that the compiler keeps them in registers; that leaves loops over rows and vectors to this file.
"""

def tile(V, L, R, cols):
    bits = L * 32
    nv = cols // L
    names = 'abcd'[:nv]
    o = []
    full = R == FULL
    I = "        " if not full else "            "
    o.append("    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]")
    o.append(f"    private static void Tile{R}x{cols}(TileCall* t, float* a, nint* ar, float* panel, float* c, nint* cr, float* bias, float* slope{', int count' if full else ''})")
    o.append("    {")
    if full:
        o.append("        for (; count > 0; count--, a += t->ANext, ar += t->ARowsNext, c += t->CNext, cr += t->CRowsNext, slope += slope == null ? 0 : t->CNext)")
        o.append("        {")
    for r in range(R):
        o.append(f"{I}{V}<float> " + ", ".join(f"c{r}{n} = default" for n in names) + ";")
    if cols == 16 and bits == 512:
        o.append(f"{I}{V}<float> " + ", ".join(f"d{r} = default" for r in range(R)) + ";")
    o.append(I + "if (t->Accumulate)")
    o.append(I + "{")
    for r in range(R):
        for i, n in enumerate(names):
            o.append(f"{I}    c{r}{n} = {V}.Load(c + cr[{r}]{f' + {i*L}' if i else ''});")
    o.append(I + "}")
    o.append(I + "else if (bias != null)")
    o.append(I + "{")
    for i, n in enumerate(names):
        o.append(I + "    " + " = ".join(f"c{r}{n}" for r in range(R)) + f" = {V}.Load(bias{f' + {i*L}' if i else ''});")
    o.append(I + "}")
    o.append(I + "nint " + ", ".join(f"r{r} = ar[{r}]" for r in range(R)) + ", step = t->Step, next = t->BStep, length = step * t->Length;")
    o.append(I + "float* b = panel, g = a;")
    o.append(I + "for (int groups = t->Groups; groups > 0; groups--, g += t->GroupStep)")
    o.append(I + "{")
    o.append(I + "    float* s = g;")
    o.append(I + "    for (int segments = t->Segments; segments > 0; segments--, s += t->SegmentStep)")
    o.append(I + "    {")
    o.append(I + "        float* p = s;")
    two = cols == 16 and bits == 512
    if two:
        # Sums of every other k apart: too few of them to hide their latency otherwise.
        o.append(I + "        float* end = p + length, last = end - step;")
        o.append(I + "        for (; p < last; p += 2 * step, b += 2 * next)")
        o.append(I + "        {")
        o.append(f"{I}            {V}<float> b0 = {V}.Load(b), b1 = {V}.Load(b + next);")
        o.append(f"{I}            float* q = p + step;")
        for r in range(R):
            o.append(f"{I}            c{r}a = {V}.MultiplyAddEstimate({V}.Create(p[r{r}]), b0, c{r}a);")
            o.append(f"{I}            d{r} = {V}.MultiplyAddEstimate({V}.Create(q[r{r}]), b1, d{r});")
        o.append(I + "        }")
        o.append(I + "        if (p != end)")
        o.append(I + "        {")
        o.append(f"{I}            {V}<float> b0 = {V}.Load(b);")
        o.append(I + "            b += next;")
        for r in range(R):
            o.append(f"{I}            c{r}a = {V}.MultiplyAddEstimate({V}.Create(p[r{r}]), b0, c{r}a);")
        o.append(I + "        }")
    else:
        o.append(I + "        for (float* end = p + length; p != end; p += step)")
        o.append(I + "        {")
        for i, n in enumerate(names):
            o.append(f"{I}            {V}<float> b{i} = {V}.Load(b{f' + {i*L}' if i else ''});")
        o.append(I + "            b += next;")
        for r in range(R):
            o.append(f"{I}            {V}<float> v{r} = {V}.Create(p[r{r}]);")
            for i, n in enumerate(names):
                o.append(f"{I}            c{r}{n} = {V}.MultiplyAddEstimate(v{r}, b{i}, c{r}{n});")
        o.append(I + "        }")
    o.append(I + "    }")
    o.append(I + "}")
    if two:
        for r in range(R):
            o.append(f"{I}c{r}a += d{r};")
    o.append(I + "if (slope != null)")
    o.append(I + "{")
    for r in range(R):
        for i, n in enumerate(names):
            o.append(f"{I}    c{r}{n} *= {V}.Load(slope + cr[{r}]{f' + {i*L}' if i else ''});")
    o.append(I + "}")
    for r in range(R):
        for i, n in enumerate(names):
            o.append(f"{I}c{r}{n}.Store(c + cr[{r}]{f' + {i*L}' if i else ''});")
    if full:
        o.append("        }")
    o.append("    }")
    return "\n".join(o)


def along(V, L, R, cols, unroll=4):
    """A tile of full height whose steps are one float long."""
    nv = cols // L
    names = 'abcd'[:nv]
    two = nv == 1
    o = []
    w = o.append
    I = "            "
    w("    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]")
    w(f"    private static void Along{R}x{cols}(TileCall* t, float* a, nint* ar, float* panel, float* c, nint* cr, float* bias, float* slope, int count)")
    w("    {")
    w("        for (; count > 0; count--, a += t->ANext, ar += t->ARowsNext, c += t->CNext, cr += t->CRowsNext, slope += slope == null ? 0 : t->CNext)")
    w("        {")
    for r in range(R):
        w(f"{I}{V}<float> " + ", ".join(f"c{r}{n} = default" for n in names) + ";")
    if two: w(f"{I}{V}<float> " + ", ".join(f"d{r} = default" for r in range(R)) + ";")
    w(I + "if (t->Accumulate)"); w(I + "{")
    for r in range(R):
        for i, n in enumerate(names):
            w(f"{I}    c{r}{n} = {V}.Load(c + cr[{r}]{f' + {i*L}' if i else ''});")
    w(I + "}"); w(I + "else if (bias != null)"); w(I + "{")
    for i, n in enumerate(names):
        w(I + "    " + " = ".join(f"c{r}{n}" for r in range(R)) + f" = {V}.Load(bias{f' + {i*L}' if i else ''});")
    w(I + "}")
    if not two:
        w(I + "nint " + ", ".join(f"r{r} = ar[{r}]" for r in range(R)) + ", next = t->BStep, aheadStep = t->AheadStep;")
        w(I + "float* ahead = t->Ahead;")
    else: w(I + "nint next = t->BStep;")
    w(I + "float* b = panel, g = a;")
    w(I + "for (int groups = t->Groups; groups > 0; groups--, g += t->GroupStep)"); w(I + "{")
    w(I + "    float* s = g;")
    w(I + "    for (int segments = t->Segments; segments > 0; segments--, s += t->SegmentStep)"); w(I + "    {")
    J = I + "        "
    if two:
        w(J + "float* " + ", ".join(f"p{r} = s + ar[{r}]" for r in range(R)) + f", last = p0 + t->Length - {unroll-1};")
        w(J + "while (p0 < last)"); w(J + "{")
        for k in range(unroll):
            w(f"{J}    {V}<float> b{k} = {V}.Load(b);"); w(f"{J}    b += next;")
            for r in range(R):
                acc = f"c{r}a" if k % 2 == 0 else f"d{r}"
                w(f"{J}    {acc} = {V}.MultiplyAddEstimate({V}.Create(p{r}[{k}]), b{k}, {acc});")
        for r in range(R): w(f"{J}    p{r} += {unroll};")
        w(J + "}")
        w(J + f"for (last += {unroll-1}; p0 < last;)"); w(J + "{")
        w(f"{J}    {V}<float> b0 = {V}.Load(b);"); w(f"{J}    b += next;")
        for r in range(R): w(f"{J}    c{r}a = {V}.MultiplyAddEstimate({V}.Create(p{r}[0]), b0, c{r}a);")
        w(f"{J}    if (++p0 == last)"); w(f"{J}        break;")
        w(f"{J}    b0 = {V}.Load(b);"); w(f"{J}    b += next;")
        w(f"{J}    d0 = {V}.MultiplyAddEstimate({V}.Create(p0[0]), b0, d0);")
        w(f"{J}    p0++;")
        for r in range(1, R): w(f"{J}    d{r} = {V}.MultiplyAddEstimate({V}.Create(p{r}[1]), b0, d{r});")
        for r in range(1, R): w(f"{J}    p{r} += 2;")
        w(J + "}")
    else:
        w(J + f"float* p = s, last = p + t->Length - {unroll-1};")
        def body(k, ind):
            for i, n in enumerate(names):
                w(f"{ind}{V}<float> b{k}{n} = {V}.Load(b{f' + {i*L}' if i else ''});")
            w(f"{ind}b += next;")
            for r in range(R):
                w(f"{ind}{V}<float> v{k}{r} = {V}.Create(p[r{r}{f' + {k}' if k else ''}]);")
                for i, n in enumerate(names):
                    w(f"{ind}c{r}{n} = {V}.MultiplyAddEstimate(v{k}{r}, b{k}{n}, c{r}{n});")
        w(J + f"for (; p < last; p += {unroll}, ahead += aheadStep)"); w(J + "{")
        for k in range(unroll):
            if k % 2 == 0: w(f"{J}    Cache.Fetch(ahead{' + 16' if k else ''});")
            body(k, J + "    ")
        w(J + "}")
        w(J + f"for (last += {unroll-1}; p < last; p++)"); w(J + "{")
        body(0, J + "    ")
        w(J + "}")
    w(I + "    }"); w(I + "}")
    if not two: w(I + "t->Ahead = ahead;")
    if two:
        for r in range(R): w(f"{I}c{r}a += d{r};")
    w(I + "if (slope != null)"); w(I + "{")
    for r in range(R):
        for i, n in enumerate(names):
            w(f"{I}    c{r}{n} *= {V}.Load(slope + cr[{r}]{f' + {i*L}' if i else ''});")
    w(I + "}")
    for r in range(R):
        for i, n in enumerate(names):
            w(f"{I}c{r}{n}.Store(c + cr[{r}]{f' + {i*L}' if i else ''});")
    w("        }"); w("    }")
    return "\n".join(o)

def run(sets):
    o = []
    def chain(cols, rowset, ind):
        o.append(f"{ind}switch (height)"); o.append(f"{ind}{{")
        for R in rowset:
            label = f"case {R}" if R != 1 else "default"
            if (R, cols) in ALONG:
                o.append(f"{ind}    {label} when t->Step == 1: Along{R}x{cols}(t, a, ar, b, c, cr, bias, slope, count); break;")
            o.append(f"{ind}    {label}: Tile{R}x{cols}(t, a, ar, b, c, cr, bias, slope{', count' if R == rowset[0] else ''}); break;")
        o.append(f"{ind}}}")
    if len(sets) == 1:
        chain(*sets[0], "        ")
    else:
        for i, (cols, rowset) in enumerate(sets):
            o.append(f"        {'else ' if i else ''}if (width == {cols})" if i < len(sets) - 1 else "        else")
            o.append("        {"); chain(cols, rowset, "            "); o.append("        }")
    return "\n".join(o)

def file(bits, sets, doc, longer=()):
    global FULL, ALONG
    ALONG = longer
    V = f"Vector{bits}"; L = bits // 32
    def h(rowset): return " : ".join(f"rows >= {r} ? {r}" for r in rowset[:-1]) + " : 1"
    if len(sets) == 1:
        width = str(sets[0][0]); height = h(sets[0][1])
    else:
        width = " : ".join(f"columns >= {sets[i][0]} ? {sets[i][0]}" for i in range(len(sets)-2)) + f" : columns > {sets[-1][0]} ? {sets[-2][0]} : {sets[-1][0]}"
        height = f"width == {sets[0][0]} ? rows == 8 ? 4 : {h(sets[0][1])}\n        : {h(sets[1][1])}"
    parts = []
    for cols, rowset in sets:
        FULL = rowset[0]
        parts += [tile(V, L, R, cols) for R in rowset]
    s = f'''// Register tiles of the matrix product, written out so that every accumulator is a local the compiler keeps in a register: long, boring and alone.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Joule.Compute;

/// <summary>{doc}</summary>
internal unsafe {"partial " if longer else ""}struct GemmTiles{bits} : IGemmTiles
{{
    public static int Width(int columns) => {width};

    public static int Height(int width, int rows) => {height};

    public static void Run(int height, int width, int count, TileCall* t, float* a, nint* ar, float* b, float* c, nint* cr, float* bias, float* slope)
    {{
{run(sets)}
    }}

''' + "\n\n".join(parts) + "\n}\n"
    open(f"src/Joule/Compute/Cpu/Generated/GemmTiles{bits}.cs", "w", encoding="utf-8").write(s)
    if longer:
        s = f'''// Register tiles once more, for rows whose numbers lie side by side: long, boring and alone.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Joule.Compute;

/// <summary>
/// Tiles for walks whose steps are one float long, four steps at a time: a narrow tile has a pointer for every row, so that a multiply-add takes its number
/// from memory in one operation, and a second set of sums, since eight alone would wait for each other.
/// </summary>
internal unsafe partial struct GemmTiles{bits}
{{
''' + "\n\n".join(along(V, L, R, cols) for R, cols in longer) + "\n}\n"
        open(f"src/Joule/Compute/Cpu/Generated/GemmTiles{bits}Along.cs", "w", encoding="utf-8").write(s)


file(512, [(64,[6,4,2,1]),(32,[8,4,2,1]),(16,[8,4,2,1])], "Tiles for 512-bit registers: 6 rows by 64 columns, 24 accumulators of 32 registers; for fewer columns 8 rows.", [(6, 64), (8, 16)])
file(256, [(16,[6,4,2,1])], "Tiles for 256-bit registers: up to 6 rows by 16 columns, 12 accumulators of 16 registers.")
file(128, [(8,[4,2,1])], "Tiles for 128-bit registers: up to 4 rows by 8 columns, 8 accumulators of at least 16 registers.")
