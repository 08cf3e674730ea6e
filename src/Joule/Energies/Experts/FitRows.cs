using Joule.Compute;
using Joule.States;

namespace Joule.Energies;

/// <summary>The training rows of a fit, in host memory, in an order that the seed draws.</summary>
internal sealed class FitRows
{
    /// <summary>Largest number of rows whose energies are computed as if they were left out.</summary>
    public const int MostJudged = 4000;

    /// <summary>Smallest number of rows that a fit needs.</summary>
    public const int Least = 8;

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
        if (count < Least)
        {
            throw new InvalidInputException($"{data.Name} has {Counted.Of(count, data.Noun)}; at least {Least} are needed to fit an "
                + "energy. Add some.");
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

    /// <summary>Some of the rows.</summary>
    /// <param name="rows">Their places, in ascending order.</param>
    public FitRows Take(int[] rows)
    {
        float[] values = new float[rows.Length * Width];
        for (int i = 0; i < rows.Length; i++)
            this[rows[i]].CopyTo(values.AsSpan(i * Width));
        return new FitRows(Device, values, rows.Length, Width, Draws, Cancellation);
    }

    /// <summary>Evaluates some of the rows on all workers.</summary>
    /// <param name="energy">The energy.</param>
    /// <param name="rows">Their places.</param>
    /// <param name="energies">Receives one energy for each of them, at its place.</param>
    public void Evaluate(Energy energy, int[] rows, double[] energies)
    {
        int block = energy.BlockRows;
        Run("the energies of rows", (rows.Length + block - 1) / block, task =>
        {
            int start = task * block, count = Math.Min(block, rows.Length - start);
            using DeviceBuffer states = DeviceBuffer.OnHost((long)count * Width), values = DeviceBuffer.OnHost(count);
            for (int i = 0; i < count; i++)
                this[rows[start + i]].CopyTo(states.AsRows(count, Width)[i]);
            energy.Evaluate(states.AsRows(count, Width), values.AsRows(count, 1));
            for (int i = 0; i < count; i++)
                energies[rows[start + i]] = values.Span[i];
        });
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
