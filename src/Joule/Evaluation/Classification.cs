using Joule.Compute;
using Joule.Energies;
using Joule.Networks;
using Joule.States;

namespace Joule.Evaluation;

/// <summary>How well an energy classifies labelled states.</summary>
/// <param name="Count">Number of states.</param>
/// <param name="Error">The share whose most probable class is not their own.</param>
/// <param name="CrossEntropy">The mean of −ln p(class | state), in nats.</param>
/// <param name="CalibrationError">
/// The expected calibration error: states are put into 15 bins of equal width by the probability of their most probable class, and it is
/// the mean over states of the distance between a bin's mean probability and its share of right classes (Guo et al. 2017, ICML, equation
/// 3). 0: a class of probability p is right in a share p of the cases.
/// </param>
public sealed record ClassificationFigures(int Count, double Error, double CrossEntropy, double CalibrationError);

/// <summary>The classes and energies of n states.</summary>
/// <param name="Probabilities">n rows of K probabilities.</param>
/// <param name="Energies">n energies, in nats.</param>
public sealed record StateClasses(double[] Probabilities, float[] Energies);

/// <summary>Classifies states with an energy (<see cref="IClassifier"/>).</summary>
public static class Classification
{
    private const int Bins = 15;
    private const int ChunkRows = 512;

    /// <summary>The probabilities of the classes of all states of a set, and the energies, which follow from the same outputs.</summary>
    /// <param name="device">The device.</param>
    /// <param name="energy">The energy, which must classify.</param>
    /// <param name="states">The states.</param>
    /// <param name="progress">Receives the number of states done, after each chunk; may be null.</param>
    /// <param name="cancellation">Cancels between blocks of states.</param>
    /// <exception cref="InvalidInputException">The energy does not classify.</exception>
    /// <exception cref="DivergenceException">An output is not finite.</exception>
    public static StateClasses Run(
        Device device,
        Energy energy,
        StateSet states,
        Action<int>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(energy);
        ArgumentNullException.ThrowIfNull(states);
        int classes = energy.Require<IClassifier>("Classification").Classes, width = energy.Space.Width;
        int chunk = Math.Min(states.Count, ChunkRows);
        double[] probabilities = new double[(long)states.Count * classes];
        float[] energies = new float[states.Count], values = new float[chunk * classes];
        using DeviceBuffer memory = device.Allocate((long)chunk * width), outputs = device.Allocate((long)chunk * classes);
        LogitProgram program = new(energy, cancellation);
        for (int start = 0; start < states.Count; start += chunk)
        {
            int count = Math.Min(chunk, states.Count - start), first = start;
            Rows rows = memory.AsRows(chunk, width).Slice(0, count), logits = outputs.AsRows(chunk, classes).Slice(0, count);
            device.Write(rows, (i, state) => states.Read(first + i, state));
            program.Prepare(rows, logits);
            device.Launch(program);
            device.Download(logits, values.AsSpan(0, count * classes));
            for (int i = 0; i < count; i++)
            {
                ReadOnlySpan<float> row = values.AsSpan(i * classes, classes);
                _ = Softmax.Top(row, start + i);
                Softmax.Write(row, probabilities.AsSpan((start + i) * classes, classes));
                energies[start + i] = Softmax.Energy(row);
            }
            progress?.Invoke(start + count);
        }
        return new StateClasses(probabilities, energies);
    }

    /// <summary>Compares probabilities with the true classes.</summary>
    /// <param name="probabilities">n rows of K probabilities.</param>
    /// <param name="labels">The n classes.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or there is no state.</exception>
    public static ClassificationFigures Measure(ReadOnlySpan<double> probabilities, ReadOnlySpan<int> labels)
    {
        if (labels.Length == 0 || probabilities.Length % labels.Length != 0)
            throw new ArgumentException($"There are {probabilities.Length} probabilities for {labels.Length} labels.");
        int classes = probabilities.Length / labels.Length, wrong = 0;
        double entropy = 0;
        (int Count, double Sum, int Right)[] bins = new (int, double, int)[Bins];
        for (int i = 0; i < labels.Length; i++)
        {
            ReadOnlySpan<double> row = probabilities.Slice(i * classes, classes);
            int top = Top(row);
            bool right = top == labels[i];
            wrong += right ? 0 : 1;
            // A probability of 0 is a rounding: exp underflows below e⁻⁷⁴⁵.
            entropy -= Math.Log(Math.Max(row[labels[i]], double.Epsilon));
            ref (int Count, double Sum, int Right) bin = ref bins[Math.Clamp((int)Math.Ceiling(row[top] * Bins) - 1, 0, Bins - 1)];
            bin = (bin.Count + 1, bin.Sum + row[top], bin.Right + (right ? 1 : 0));
        }
        double calibration = 0;
        foreach ((_, double sum, int right) in bins)
            calibration += Math.Abs(sum - right);
        return new ClassificationFigures(
            labels.Length, (double)wrong / labels.Length, entropy / labels.Length, calibration / labels.Length);
    }

    /// <summary>The place of the largest number; of equal ones the first.</summary>
    public static int Top(ReadOnlySpan<double> probabilities)
    {
        int top = 0;
        for (int k = 1; k < probabilities.Length; k++)
        {
            if (probabilities[k] > probabilities[top])
                top = k;
        }
        return top;
    }

    private sealed class LogitProgram(Energy energy, CancellationToken cancellation) : DeviceProgram
    {
        private readonly IClassifier _classifier = (IClassifier)energy;
        private Rows _states;
        private Rows _logits;

        public override string Name => "the classification of states";

        public override int Count => _states.Count;

        public override int BlockRows => energy.BlockRows;

        public void Prepare(Rows states, Rows logits) => (_states, _logits) = (states, logits);

        protected override void Run(int start, int count, int lane)
        {
            cancellation.ThrowIfCancellationRequested();
            _classifier.Logits(_states.Slice(start, count), _logits.Slice(start, count));
        }
    }
}
