using System.Diagnostics;
using System.Globalization;

namespace Joule.Fuzz.Tests;

/// <summary>
/// Reads mutated files and checks each result: a value, or a <see cref="JouleException"/> that names the file and the position, within a
/// second and within the memory limit of readers. It reads on another thread, so that a reader that hangs is found and named.
/// </summary>
/// <param name="target">The reader.</param>
/// <param name="settings">How many inputs, from which seed.</param>
internal sealed class FuzzRun(FuzzTarget target, FuzzSettings settings)
{
    private const double LongestSeconds = 1;
    private const int HangSeconds = 120; // generous, because the machine may be busy
    private const int MostShown = 1 << 17; // bytes; enough for every mutated input
    private const long SlackBytes = 64L << 20;
    private byte[] _input = [];
    private long _iteration;
    private long _began;
    private Exception? _failure;

    /// <summary>Inputs that gave a value.</summary>
    public long Values { get; private set; }

    /// <summary>Inputs that gave a <see cref="JouleException"/>.</summary>
    public long Errors { get; private set; }

    /// <summary>Reads all inputs.</summary>
    /// <exception cref="FuzzException">An input broke the rules; the message says how to replay it.</exception>
    public void Run()
    {
        _began = Stopwatch.GetTimestamp();
        Thread worker = new(Work) { IsBackground = true };
        worker.Start();
        while (!worker.Join(200))
        {
            if (Stopwatch.GetElapsedTime(Volatile.Read(ref _began)).TotalSeconds > HangSeconds)
                throw Failed($"it hangs: no outcome after {HangSeconds} s", null);
        }
        if (_failure is not null)
            throw _failure;
    }

    /// <summary>Reads one input, on this thread.</summary>
    /// <exception cref="FuzzException">The input broke the rules.</exception>
    public void Run(byte[] input)
    {
        _input = input;
        Check();
    }

    private void Work()
    {
        try
        {
            for (long i = 0; i < settings.Inputs; i++)
            {
                _iteration = i;
                _input = target.Input(settings.Seed, i);
                if (settings.Trace)
                    Keep();
                Check();
            }
        }
        catch (FuzzException e)
        {
            _failure = e;
        }
        catch (Exception e)
        {
            _failure = Failed("the mutation itself failed", e);
        }
    }

    private void Check()
    {
        (double seconds, long bytes) = Once();
        if (bytes > (long)target.MemoryPerByte * _input.Length + SlackBytes)
            throw Failed($"it takes {bytes:N0} bytes for a file of {_input.Length:N0}", null);
        // On a busy machine the processor time counts, if the system reports it.
        for (int again = 0; again < 2 && seconds > LongestSeconds; again++)
        {
            double before = ProcessorSeconds();
            (double wall, _) = Once();
            seconds = before > 0 ? ProcessorSeconds() - before : wall;
        }
        if (seconds > LongestSeconds)
            throw Failed($"it takes {seconds:0.0} s", null);
    }

    /// <summary>The processor time of this thread on Linux; 0 elsewhere.</summary>
    internal static double ProcessorSeconds() =>
        File.Exists("/proc/thread-self/schedstat")
            ? long.Parse(File.ReadAllText("/proc/thread-self/schedstat").Split(' ')[0], CultureInfo.InvariantCulture) / 1e9
            : 0;

    private (double Seconds, long Bytes) Once()
    {
        long bytes = GC.GetAllocatedBytesForCurrentThread(), began = Stopwatch.GetTimestamp();
        Volatile.Write(ref _began, began);
        try
        {
            target.Read(_input);
            Values++;
        }
        catch (JouleException e)
        {
            if (!target.IsPlaced(e))
                throw Failed("the error names no file, or no place in it", e);
            Errors++;
        }
        catch (Exception e)
        {
            throw Failed("an error that is not ours", e);
        }
        return (Stopwatch.GetElapsedTime(began).TotalSeconds, GC.GetAllocatedBytesForCurrentThread() - bytes);
    }

    private FuzzException Failed(string what, Exception? error) => new(
        $"{target.Name}, seed {settings.Seed}, input {_iteration}: {what}. The input is {Keep()}, in base64 "
        + $"{Convert.ToBase64String(_input.AsSpan(0, Math.Min(_input.Length, MostShown)))}\n"
        + $"Read it again with JOULE_FUZZ_REPLAY=FILE --filter-class '*{target.GetType().Name}'.{(error is null ? "" : $"\n{error}")}");

    private string Keep()
    {
        string path = Path.Combine(settings.Failures, $"{target.Name}-{settings.Seed}-{(settings.Trace ? "last" : _iteration)}");
        Directory.CreateDirectory(settings.Failures);
        File.WriteAllBytes(path, _input);
        return path;
    }
}

/// <summary>A reader broke the rules.</summary>
internal sealed class FuzzException(string message) : Exception(message);
