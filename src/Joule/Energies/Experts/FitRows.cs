using Joule.Compute;
using Joule.States;

namespace Joule.Energies;

/// <summary>The training rows of a fit, in host memory, in an order that the seed draws.</summary>
internal sealed class FitRows
{
    /// <summary>Largest number of rows whose energies are computed as if they were left out.</summary>
    public const int MostJudged = 4000;

    private readonly float[] _values;

    private FitRows(Device device, float[] values, int count, int width, RandomStream draws, CancellationToken cancellation)
    {
        (Device, _values, Count, Width, Draws, Cancellation) = (device, values, count, width, draws, cancellation);
        Judged = Math.Min(count, MostJudged);
    }

    /// <summary>Where the fit runs.</summary>
    public Device Device { get; }

    /// <summary>Number of rows.</summary>
    public int Count { get; }

    /// <summary>Numbers of a row.</summary>
    public int Width { get; }

    /// <summary>The first of the rows, which are evaluated as if they were left out.</summary>
    public int Judged { get; init; }

    /// <summary>The draws of the fit.</summary>
    public RandomStream Draws { get; }

    /// <summary>Cancels the fit.</summary>
    public CancellationToken Cancellation { get; }

    /// <summary>One row.</summary>
    public ReadOnlySpan<float> this[int row] => _values.AsSpan(row * Width, Width);

    /// <summary>Reads the rows of a set.</summary>
    /// <exception cref="InvalidInputException">There are too few or too many, or one holds a number that is not finite.</exception>
    public static FitRows Read(Device device, StateSet data, ulong seed, CancellationToken cancellation)
    {
        int count = data.Count, width = data.Space.Width;
        if (count < 8)
        {
            throw new InvalidInputException($"{data.Name} has {Counted.Of(count, data.Noun)}; at least 8 are needed to fit an energy. "
                + "Add some.");
        }
        if ((long)count * width > Array.MaxLength)
        {
            throw new InvalidInputException($"{data.Name} has {count:N0} {data.Noun}s of {width:N0} numbers, too many to hold at once. "
                + "Give a part of them.");
        }
        RandomStream draws = new(seed, RandomPurpose.ExpertFit, 0);
        int[] order = new int[count];
        draws.FillPermutation(order, 0);
        float[] values = new float[count * width];
        FitTasks read = new("the rows of a fit", count, i =>
        {
            Span<float> row = values.AsSpan(i * width, width);
            data.Read(order[i], row);
            if (row.ContainsAnyExceptInRange(float.MinValue, float.MaxValue))
                throw new InvalidInputException($"Training {data.Noun} {order[i]} of {data.Name} holds a number that is not finite; "
                    + $"every number of a state must be finite. Repair or remove that {data.Noun}.");
        }, cancellation);
        device.Launch(read);
        return new FitRows(device, values, count, width, draws, cancellation);
    }

    /// <summary>The same rows, all of them judged.</summary>
    public FitRows JudgeAll() => new(Device, _values, Count, Width, Draws, Cancellation) { Judged = Count };

    /// <summary>The rows of lowest energy.</summary>
    /// <param name="energies">One energy for each row.</param>
    /// <param name="count">Number of rows to keep.</param>
    public FitRows Lowest(ReadOnlySpan<double> energies, int count)
    {
        int[] rows = [.. Enumerable.Range(0, Count)];
        energies.ToArray().AsSpan().Sort(rows.AsSpan());
        Array.Sort(rows, 0, count);
        float[] values = new float[count * Width];
        for (int i = 0; i < count; i++)
            this[rows[i]].CopyTo(values.AsSpan(i * Width));
        return new FitRows(Device, values, count, Width, Draws, Cancellation);
    }

    /// <summary>One column.</summary>
    public double[] Column(int column)
    {
        double[] values = new double[Count];
        for (int i = 0; i < values.Length; i++)
            values[i] = _values[i * Width + column];
        return values;
    }

    /// <summary>Runs tasks on all workers.</summary>
    public void Run(string name, int count, Action<int> task) => Device.Launch(new FitTasks(name, count, task, Cancellation));
}
