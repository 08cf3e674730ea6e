"""The kernels of convolutions of few channels: LaneKernels.cs, PlaneSums.cs, PairTile.cs and Taps.cs.

Their sums are locals, so that the compiler keeps them in registers; loops over rows, positions and taps are unrolled here.
"""
from generated import METHOD, declaration, method, source

MOST_TAPS = 5
NAMES = ["One", "Two", "Three", "Four", "Five"]
REASON = "Long because every sum is a local, which the compiler keeps in a register."
COUNT = "where T : struct, Taps.ICount"


def times(k, name):
    return "" if k == 0 else f" + {name}" if k == 1 else f" + {k} * {name}"


def declared(sums):
    return declaration("        ", "Vector512<float>", [f"a{i} = default" for i in range(sums)])


def add(indent, tap, total, least):
    """One multiply-add, guarded where the kernel may have fewer taps than the surrounding block needs."""
    line = f"a{total} = Vector512.MultiplyAddEstimate(w{tap}, v, a{total});"
    return [f"{indent}{line}"] if tap <= least else [f"{indent}if (T.Count > {tap})", f"{indent}    {line}"]


def load(pairs, load_of, after=()):
    """Loads v for the pairs (tap, sum) that use it."""
    least = min(t for t, _ in pairs)
    indent = "                "
    lines = []
    if least > 0:
        lines += [f"{indent}if (T.Count > {least})", f"{indent}{{"]
        indent += "    "
    lines.append(f"{indent}v = {load_of};")
    for tap, total in sorted(pairs):
        lines += add(indent, tap, total, least)
    lines += [f"{indent}{a}" for a in after]
    if least > 0:
        lines.append("                }")
    return lines


def whole(head, lines):
    """A method: its signature, then its lines in braces."""
    return "\n".join([f"    {METHOD}", *head, "    {", *lines, "    }"])


def positions(name, stride):
    lines = [*declared(16), "        Vector512<float> v;",
             "        " + " = ".join(f"a{p}" for p in range(16)) + " = Vector512.Load(start);",
             "        for (float* q = x; rows > 0; rows--, q += pitchOfRows, w += T.Count * Lanes)", "        {",
             "            Vector512<float> w0 = Vector512.Load(w);"]
    lines += [f"            Vector512<float> w{k} = T.Count > {k} ? Vector512.Load(w + {k} * Lanes) : default;"
              for k in range(1, MOST_TAPS)]
    for j in range(15 * stride + MOST_TAPS):
        pairs = [(t, (j - t) // stride) for t in range(MOST_TAPS) if (j - t) % stride == 0 and 0 <= (j - t) // stride < 16]
        if pairs:
            lines += [line[4:] for line in load(pairs, f"Vector512.Create(q[{j}])")]
    lines.append("        }")
    lines += [f"        a{p}.Store(y{times(p, 'pitch')});" for p in range(16)]
    parameters = "float* x, nint pitchOfRows, int rows, float* w, float* start, float* y, nint pitch"
    return whole(method("    ", f"private static void {name}<T>", parameters, COUNT), lines)


def planes(name, rows):
    lines = [*declared(rows), "        if (accumulate)", "        {"]
    lines += [f"            a{r} = Vector512.Load(sums{times(r, 'pitchOfSums')});" for r in range(rows)]
    lines += ["        }", "        for (; count > 0; count--, planes += plane)", "        {", "            float* p = planes;",
              "            for (int x = columns; x > 0; x--, p--, w += T.Count)", "            {",
              "                Vector512<float> w0 = Vector512.Create(w[0]), v;"]
    lines += [f"                Vector512<float> w{k} = T.Count > {k} ? Vector512.Create(w[{k}]) : default;" for k in range(1, MOST_TAPS)]
    lines.append("                float* q = p;")
    last = rows + MOST_TAPS - 2
    for r in range(last + 1):
        pairs = [(k, r - k) for k in range(MOST_TAPS) if 0 <= r - k < rows]
        lines += load(pairs, "Vector512.Load(q)", ["q += pitch;"] if r < last else [])
    lines += ["            }", "        }"]
    lines += [f"        a{r}.Store(sums{times(r, 'pitchOfSums')});" for r in range(rows)]
    parameters = "float* planes, nint plane, nint pitch, int count, int columns, float* w, float* sums, nint pitchOfSums, bool accumulate"
    return whole(method("    ", f"private static void {name}<T>", parameters, COUNT), lines)


def pairs():
    rows = range(8)
    lines = [line for n in "abd" for line in declaration("        ", "Vector512<float>", [f"{n}{r} = default" for r in rows])]
    lines += ["        if (accumulate)", "        {"]
    for r in rows:
        lines += [f"            a{r} = Vector512.Load(y + to[{r}]);", f"            b{r} = Vector512.Load(y + to[{r}] + Lanes);"]
    lines += ["        }", "        nint " + ", ".join(f"r{r} = from[{r}]" for r in rows) + ";",
              "        for (int segments = walk.Segments; segments > 0; segments--, x += walk.SegmentStep)", "        {",
              "            float* p = x;"]

    def loop(length, body):
        lines.extend([f"            for (float* end = p + {length}; p != end; p++)", "            {"])
        lines.extend([*[f"                {b}" for b in body], "            }"])

    loop("walk.Head", ["Vector512<float> l = Vector512.Load(w);", "w += Lanes;"]
         + [f"a{r} = Vector512.MultiplyAddEstimate(Vector512.Create(p[r{r}]), l, a{r});" for r in rows])
    both = ["Vector512<float> l = Vector512.Load(w), r = Vector512.Load(w + Lanes), v;", "w += 2 * Lanes;"]
    for r in rows:
        both += [f"v = Vector512.Create(p[r{r}]);", f"a{r} = Vector512.MultiplyAddEstimate(v, l, a{r});",
                 f"b{r} = Vector512.MultiplyAddEstimate(v, r, b{r});"]
    loop("walk.Both", both)
    # Eight sums alone would wait for each other: every other step has a second set.
    lines += ["            float* last = p + walk.Tail - 1;", "            for (; p < last; p += 2, w += 2 * Lanes)", "            {",
              "                Vector512<float> even = Vector512.Load(w), odd = Vector512.Load(w + Lanes);"]
    for r in rows:
        lines += [f"                b{r} = Vector512.MultiplyAddEstimate(Vector512.Create(p[r{r}]), even, b{r});",
                  f"                d{r} = Vector512.MultiplyAddEstimate(Vector512.Create(p[r{r} + 1]), odd, d{r});"]
    lines += ["            }", "            if (p == last)", "            {", "                Vector512<float> even = Vector512.Load(w);",
              "                w += Lanes;"]
    lines += [f"                b{r} = Vector512.MultiplyAddEstimate(Vector512.Create(p[r{r}]), even, b{r});" for r in rows]
    lines += ["            }", "        }"]
    lines += [f"        b{r} += d{r};" for r in rows]
    lines += ["        if (slope != null)", "        {"]
    for r in rows:
        lines += [f"            a{r} *= Vector512.Load(slope + to[{r}]);", f"            b{r} *= Vector512.Load(slope + to[{r}] + Lanes);"]
    lines.append("        }")
    for r in rows:
        lines += [f"        a{r}.Store(y + to[{r}]);", f"        b{r}.Store(y + to[{r}] + Lanes);"]
    parameters = "in PairWalk walk, float* x, nint* from, float* w, float* y, nint* to, float* slope, bool accumulate"
    return whole(method("    ", "public static void Run", parameters), lines)


def switch(call):
    labels = [f"case {k}" for k in range(1, MOST_TAPS)] + ["default"]
    cases = [f"            {label}: {call.replace('#', 'Taps.' + name)} break;" for label, name in zip(labels, NAMES)]
    return "        switch (taps)\n        {\n" + "\n".join(cases) + "\n        }"


def lane_kernels():
    parameters = "int stride, float* x, nint pitchOfRows, float* w, float* start, float* y, nint pitch"
    run = "\n".join(method("    ", "private static void Run<T>", parameters, COUNT))
    return '''/// <summary>
/// Sixteen neighbouring positions of a convolution of one channel on 512-bit registers, with a position in a register and output
/// channels in its lanes. Each loaded pixel serves every tap of its row, so the multiply-adds wait for no load.
/// </summary>
internal static unsafe class LaneKernels
{
    /// <summary>Positions processed together, and output channels.</summary>
    public const int Lanes = 16;

    /// <summary>The largest side of a kernel.</summary>
    public const int MostTaps = ''' + str(MOST_TAPS) + ''';

    /// <summary>
    /// y[i·pitch + lane] = start[lane] + Σ over rows and taps of x[row·pitchOfRows + i·stride + tap] · w[row, tap, lane], for
    /// sixteen positions i.
    /// </summary>
    /// <param name="stride">Floats from one position to the next: 1 or 2.</param>
    /// <param name="taps">The kernel's side, 1 to <see cref="MostTaps"/>.</param>
    /// <param name="x">The first pixel of the first position.</param>
    /// <param name="pitchOfRows">Floats from one row of pixels to the next.</param>
    /// <param name="w">The weights.</param>
    /// <param name="start">The initial values of the sums.</param>
    /// <param name="y">Receives the sums.</param>
    /// <param name="pitch">Floats from the sums of one position to those of the next.</param>
    public static void Run(int stride, int taps, float* x, nint pitchOfRows, float* w, float* start, float* y, nint pitch)
    {
''' + switch("Run<#>(stride, x, pitchOfRows, w, start, y, pitch);") + '''
    }

''' + run + '''
    {
        if (stride == 1)
            Next<T>(x, pitchOfRows, T.Count, w, start, y, pitch);
        else
            EverySecond<T>(x, pitchOfRows, T.Count, w, start, y, pitch);
    }

''' + positions("Next", 1) + "\n\n" + positions("EverySecond", 2) + "\n}\n"


def plane_sums():
    return "internal static unsafe partial class PlaneKernels\n{\n" + planes("Eight", 8) + "\n\n" + planes("Sixteen", 16) + "\n}\n"


def pair_tile():
    return '''/// <summary>How a tile of pairs walks over its input: segments of contiguous numbers.</summary>
internal struct PairWalk
{
    /// <summary>Numbers at the start of a segment that only the left half uses.</summary>
    public int Head;

    /// <summary>Numbers after them that both halves use.</summary>
    public int Both;

    /// <summary>Numbers after those that only the right half uses.</summary>
    public int Tail;

    /// <summary>Number of segments.</summary>
    public int Segments;

    /// <summary>Floats from one segment to the next.</summary>
    public nint SegmentStep;
}

/// <summary>
/// A tile of a matrix product on 512-bit registers: eight rows of two halves of sixteen columns, where some numbers of a row count
/// for one half only.
/// </summary>
internal static unsafe class PairTile
{
    /// <summary>Rows.</summary>
    public const int Rows = 8;

    /// <summary>Columns of a half.</summary>
    public const int Lanes = 16;

    /// <summary>y[to[r] …] = (y +) Σ x[from[r] + …]·w, ⊙ slope if that is not null, for eight rows r.</summary>
    /// <param name="walk">The walk over the numbers of a row.</param>
    /// <param name="x">The input.</param>
    /// <param name="from">Where its eight rows start.</param>
    /// <param name="w">
    /// The weights, in the order in which the walk meets them: sixteen for a number that counts for one half, else those of the left
    /// half and those of the right.
    /// </param>
    /// <param name="y">The output.</param>
    /// <param name="to">Where its eight rows start; the same as those of the slope.</param>
    /// <param name="slope">The factor of the sums, or null.</param>
    /// <param name="accumulate">Whether to add to y.</param>
''' + pairs() + "\n}\n"


def taps():
    members = [f"    internal readonly struct {name} : ICount\n    {{\n        public static int Count => {k};\n    }}"
               for k, name in enumerate(NAMES, 1)]
    return '''/// <summary>The numbers of taps that a kernel is compiled for.</summary>
internal static class Taps
{
    /// <summary>A number known to the compiler.</summary>
    internal interface ICount
    {
        static abstract int Count { get; }
    }

''' + "\n\n".join(members) + "\n}\n"


def files():
    return {
        "LaneKernels.cs": source("lanes.py", REASON, lane_kernels()),
        "PlaneSums.cs": source("lanes.py", REASON, plane_sums()),
        "PairTile.cs": source("lanes.py", REASON, pair_tile()),
        "Taps.cs": source("lanes.py", "One type for each number of taps, so that the compiler unrolls for it.", taps(), usings=""),
    }
