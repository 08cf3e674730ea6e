using System.Text.RegularExpressions;
using Joule.Objectives;
using Xunit;

namespace Joule.Tests;

/// <summary>
/// The layers of src/Joule: a file uses its own folder and lower layers, never a higher one. Of two folders in one layer, only one may use
/// the other. Threads, pointers and intrinsics are allowed in the lowest layer only.
/// </summary>
public sealed partial class ArchitectureTests
{
    private static readonly Dictionary<string, int> Floors = new()
    {
        ["Compute"] = 0,
        ["States"] = 1,
        ["Networks"] = 2,
        ["Data"] = 2,
        ["Energies"] = 3,
        ["Samplers"] = 4,
        ["Objectives"] = 5,
        ["Evaluation"] = 5,
        ["Training"] = 6,
        ["Runs"] = 7,
        ["Scoring"] = 7,
    };

    private static readonly Source[] Sources = [.. ReadSources()];

    [Fact]
    public void The_sources_are_found() => Assert.True(Sources.Length > 3, "src/Joule was not found from the folder of this test.");

    [Fact]
    public void Every_folder_has_a_layer_and_every_file_the_namespace_of_its_folder()
    {
        Assert.Empty(Sources.Where(s => s.Folder.Length > 0 && !Floors.ContainsKey(s.Folder)).Select(s => s.Path));
        Assert.Empty(Sources.Where(s => s.Namespace != (s.Folder.Length == 0 ? "Joule" : "Joule." + s.Folder))
            .Select(s => $"{s.Path}: {s.Namespace}"));
    }

    [Fact]
    public void No_file_uses_a_higher_layer() => Assert.Empty(UpwardArrows(Sources));

    [Fact]
    public void Two_folders_of_one_layer_do_not_use_each_other() => Assert.Empty(Circles(Sources));

    [Fact]
    public void Intrinsics_pointers_and_threads_stay_in_the_lowest_layer() => Assert.Empty(ForbiddenMachinery(Sources));

    [Fact]
    public void Nothing_above_the_objectives_names_a_particular_one() =>
        Assert.Empty(NamedObjectives(Sources.Where(s => s.Folder is "Training" or "Runs").Concat(CliSources())));

    [Fact]
    public void A_file_over_400_lines_says_why_in_its_first_comment() => Assert.Empty(TooLong(Sources));

    // The tests below show that the checks above can fail.
    [Theory]
    [InlineData("Compute", "using Joule.Training;")]
    [InlineData("Samplers", "class C { Joule.Objectives.Cd x; }")]
    [InlineData("Energies", "using static Joule.Samplers.Langevin;")]
    [InlineData("Energies", "using L = Joule.Samplers.Langevin;")]
    [InlineData("Networks", "class C { Training.Trainer x; }")]
    [InlineData("Energies", "class C { global::Joule.Runs.MetricsRow x; }")]
    public void A_use_of_a_higher_layer_is_found(string folder, string text) => Assert.Single(UpwardArrows([Source.Of(folder, text)]));

    [Theory]
    [InlineData("Training", "using Joule.Compute;")]
    [InlineData("Samplers", "using Joule.Samplers;")]
    [InlineData("Compute", "// see Joule.Training.Trainer")]
    [InlineData("Compute", "/// <summary>As <c>Joule.Runs.X</c> says.</summary>")]
    [InlineData("Compute", "/* Joule.Runs.X */ class C { string s = \"Joule.Runs.X\"; }")]
    [InlineData("Networks", "class C { void Use(bool training) { options.Training.ToString(); } }")]
    public void Allowed_uses_are_not_reported(string folder, string text) =>
        Assert.Empty(UpwardArrows([Source.Of(folder, text)]));

    [Fact]
    public void A_circle_in_one_layer_is_found()
    {
        Source networks = Source.Of("Networks", "using Joule.Data;"), data = Source.Of("Data", "using Joule.Networks;");
        Assert.Single(Circles([networks, data]));
        Assert.Empty(Circles([networks]));
    }

    [Theory]
    [InlineData("Samplers", "using System.Runtime.Intrinsics;")]
    [InlineData("Networks", "unsafe class C { }")]
    [InlineData("Training", "class C { void M() => Parallel.For(0, 1, _ => { }); }")]
    [InlineData("Training", "class C { void M() => new Thread(M).Start(); }")]
    [InlineData("Data", "class C { void M() => Task.Run(M); }")]
    [InlineData("Data", "class C { void M() => System.Threading.ThreadPool.QueueUserWorkItem(_ => { }); }")]
    [InlineData("Networks", "class C { readonly Lock _turns = new(); }")]
    [InlineData("Samplers", "class C { void M() { lock (this) { } } }")]
    [InlineData("Samplers", "class C { void M() => Interlocked.Increment(ref _count); }")]
    [InlineData("Energies", "class C { void M() => Monitor.Enter(this); }")]
    [InlineData("Training", "class C { int M() => Volatile.Read(ref _count); }")]
    [InlineData("Runs", "class C { volatile bool _stop; }")]
    [InlineData("Objectives", "class C { [ThreadStatic] static int s_count; }")]
    public void Machinery_in_a_higher_layer_is_found(string folder, string text)
    {
        Assert.Single(ForbiddenMachinery([Source.Of(folder, text)]));
        Assert.Empty(ForbiddenMachinery([Source.Of("Compute", text)]));
    }

    [Theory]
    [InlineData("class C { bool M(object o) => o is ContrastiveDivergence; }", 1)]
    [InlineData("class C { BufferNegativesOptions o; }", 1)]
    [InlineData("/// <see cref=\"NoiseNegatives\"/>\nclass C { string s = \"DataNegatives\"; Objective o; }", 0)]
    public void The_name_of_an_objective_is_found(string text, int found) =>
        Assert.Equal(found, NamedObjectives([Source.Of("Training", text)]).Count());

    [Fact]
    public void A_file_that_is_too_long_is_found()
    {
        string lines = string.Join('\n', Enumerable.Repeat("class C;", 401));
        Assert.Single(TooLong([Source.Of("Compute", lines)]));
        Assert.Empty(TooLong([Source.Of("Compute", "// Long because every kernel is alone here.\n" + lines)]));
    }

    private static IEnumerable<string> UpwardArrows(IEnumerable<Source> sources) =>
        from source in sources
        where source.Folder.Length > 0
        from used in source.Uses
        where Floors[used] > Floors[source.Folder]
        select $"{source.Path} (floor {Floors[source.Folder]}) uses Joule.{used} (floor {Floors[used]})";

    private static IEnumerable<string> Circles(IEnumerable<Source> sources)
    {
        (string From, string To, string Path)[] arrows =
        [
            .. from s in sources
               from used in s.Uses
               where s.Folder.Length > 0 && used != s.Folder && Floors[used] == Floors[s.Folder]
               select (s.Folder, used, s.Path),
        ];
        return from a in arrows
               from b in arrows
               where a.From == b.To && a.To == b.From && string.CompareOrdinal(a.From, b.From) < 0
               select $"{a.Path} uses Joule.{a.To} and {b.Path} uses Joule.{b.To}: a circle";
    }

    private static IEnumerable<string> ForbiddenMachinery(IEnumerable<Source> sources) =>
        from source in sources
        where source.Folder != "Compute"
        let found = Machinery().Match(source.Code)
        where found.Success
        select $"{source.Path} uses '{found.Value.Trim()}', which belongs to Compute/";

    private static IEnumerable<string> NamedObjectives(IEnumerable<Source> sources)
    {
        Type[] kinds = [typeof(Objective), typeof(ObjectiveOptions), typeof(Negatives), typeof(NegativesOptions)];
        string[] names =
        [
            .. typeof(Objective).Assembly.GetExportedTypes().Where(t => !t.IsAbstract && kinds.Any(k => k.IsAssignableFrom(t)))
                .Select(t => t.Name),
            nameof(Negatives), nameof(NegativesOptions),
        ];
        Regex any = new($@"\b({string.Join('|', names)})\b");
        return from source in sources
               let found = any.Match(source.Code)
               where found.Success
               select $"{source.Path} names {found.Value}, which is one objective among others";
    }

    private static IEnumerable<Source> CliSources()
    {
        string root = Path.Combine(Repository.Root, "src", "Joule.Cli");
        return from path in Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
               let relative = Path.GetRelativePath(root, path).Replace('\\', '/')
               where !relative.StartsWith("bin/", StringComparison.Ordinal) && !relative.StartsWith("obj/", StringComparison.Ordinal)
               select new Source($"Joule.Cli/{relative}", File.ReadAllText(path));
    }

    private static IEnumerable<string> TooLong(IEnumerable<Source> sources) =>
        from source in sources
        let lines = source.Text.Count(c => c == '\n') + 1
        where lines > 400 && !source.Text.TrimStart().StartsWith("//", StringComparison.Ordinal)
        select $"{source.Path} has {lines} lines and no first comment with a reason";

    private static IEnumerable<Source> ReadSources()
    {
        string root = Path.Combine(Repository.Root, "src", "Joule");
        return from path in Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
               let relative = Path.GetRelativePath(root, path).Replace('\\', '/')
               where !relative.StartsWith("bin/", StringComparison.Ordinal) && !relative.StartsWith("obj/", StringComparison.Ordinal)
               select new Source(relative, File.ReadAllText(path));
    }

    [GeneratedRegex(@"System\.Runtime\.Intrinsics|\bunsafe\b|\bnew\s+Thread\s*\(|\bThreading\.Thread\b"
        + @"|\bThread\.(?!CurrentThread\b)|\bParallel\.|\bTask\.Run\b|\bTask\.Factory\b|\bThreadPool\b"
        + @"|\block\s*\(|\bLock\b|\bInterlocked\b|\bMonitor\b|\bVolatile\b|\bvolatile\b|\bThreadStatic\b"
        + @"|\bSemaphoreSlim\b|\bMutex\b|\bManualResetEvent\w*")]
    private static partial Regex Machinery();

    /// <summary>A C# file: its path below src/Joule, its text, and its code without comments and strings.</summary>
    private sealed partial record Source(string Path, string Text)
    {
        public string Folder { get; } = Path.Contains('/', StringComparison.Ordinal)
            ? Path[..Path.IndexOf('/', StringComparison.Ordinal)]
            : "";

        public string Code { get; } = Noise().Replace(Text, match => match.Value.StartsWith('/') ? " " : "\"\"");

        public string Namespace => NamespaceLine().Match(Code).Groups[1].Value;

        /// <summary>
        /// The folders that the code names, as <c>Joule.X</c>, or as <c>X.Type</c>, which means the same inside the namespace Joule.
        /// </summary>
        public IEnumerable<string> Uses => References().Matches(NamespaceLine().Replace(Code, ""))
            .Select(m => m.Groups[1].Success ? m.Groups[1].Value : m.Groups[2].Value).Where(Floors.ContainsKey).Distinct();

        public static Source Of(string folder, string text) =>
            new($"{folder}/MadeUp.cs", $"namespace Joule.{folder};\n{text}") { Text = text };

        [GeneratedRegex("//[^\n]*|/\\*.*?\\*/|\"\"\".*?\"\"\"|@\"(?:[^\"]|\"\")*\""
            + "|\"(?:\\\\.|[^\"\\\\\n])*\"|'(?:\\\\.|[^'\\\\\n])+'", RegexOptions.Singleline)]
        private static partial Regex Noise();

        [GeneratedRegex(@"^\s*namespace\s+([\w.]+)\s*;", RegexOptions.Multiline)]
        private static partial Regex NamespaceLine();

        [GeneratedRegex(@"\bJoule\.([A-Z]\w*)|(?<![\w.])([A-Z]\w*)\.[A-Z]")]
        private static partial Regex References();
    }
}
