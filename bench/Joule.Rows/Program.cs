using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Joule.Data;
using Joule.Scoring;
using Joule.Tables;

// Times single rows through the library: Joule.Rows MODEL FILE.csv [ROWS]. The file has numbers alone, in the order of the model's columns.
const int warmUp = 5000;
if (args.Length is not (2 or 3))
{
    Console.Error.WriteLine("Usage: Joule.Rows MODEL FILE.csv [ROWS]");
    return 2;
}
RuntimeHelpers.RunModuleConstructor(typeof(RowStream).Module.ModuleHandle);
using Scorer scorer = Scorer.Load(args[0]);
int count = args.Length == 3 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 20_000;
RowCell[][] rows = [.. File.ReadLines(args[1]).Skip(1).Take(count).Select(Cells)];
double[] times = new double[rows.Length];
for (int i = -warmUp; i < rows.Length; i++)
{
    if (i == 0)
        Thread.Sleep(500); // the compiler's last tier
    long start = Stopwatch.GetTimestamp();
    scorer.Score(rows[(i + warmUp) % rows.Length]);
    if (i >= 0)
        times[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
}
Array.Sort(times);
Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
    $"{times.Length} rows: p50 {At(0.5):F1} µs, p90 {At(0.9):F1} µs, p99 {At(0.99):F1} µs, mean {times.Average():F1} µs"));
return 0;

static RowCell[] Cells(string line) => [.. line.Split(',').Select(c => (RowCell)double.Parse(c, CultureInfo.InvariantCulture))];

double At(double share) => times[Math.Min(times.Length - 1, (int)(share * times.Length))];
