using Joule.Compute;
using Joule.Data;
using Joule.Energies;
using Joule.Runs;
using Joule.States;

namespace Joule.Cli.Commands;

/// <summary>
/// What <c>joule sample --clamp</c> holds fixed: an image where its mask is black, or the cells of a table's row that have a value.
/// </summary>
internal sealed class SampleClamp : IDisposable
{
    private SampleClamp(ClampedEnergy energy) => Energy = energy;

    /// <summary>The energy of the free numbers.</summary>
    public ClampedEnergy Energy { get; }

    /// <summary>Reads what is held fixed.</summary>
    /// <param name="model">The model.</param>
    /// <param name="file">One image, or a table of one row.</param>
    /// <param name="mask">For an image: an image of the same size, white where pixels are free.</param>
    /// <param name="request">How files are read.</param>
    /// <exception cref="InvalidInputException">A file does not fit the model, or nothing or everything is free.</exception>
    public static SampleClamp Of(Model model, string file, string? mask, DataRequest request)
    {
        DataTransform transform = model.Transform;
        StateSet states = One(transform.OpenOne(file, request), file, "--clamp");
        int width = states.Space.Width;
        float[] state = new float[width];
        bool[] isFree = new bool[width];
        states.ReadKnown(0, state, isFree);
        bool isTable = transform.Columns.Count > 0;
        if (isTable && mask is not null)
            throw new InvalidInputException("--mask is for images; the free cells of a row are those without a value. Leave it out.");
        if (!isTable)
            ReadMask(transform, mask, request, isFree);
        if (!isFree.Contains(true) || !isFree.Contains(false))
        {
            string all = isFree.Contains(true) ? "free: nothing is held fixed" : "held fixed: nothing is left to draw";
            string place = isTable ? $"Every cell of {file} is" : $"Every pixel of {mask} is";
            throw new InvalidInputException($"{place} {all}. {(isTable ? "Cells without a value are" : "White pixels are")} free.");
        }
        return new SampleClamp(new ClampedEnergy(model.Energy, state, isFree));
    }

    /// <summary>Whole states of free numbers, one after another.</summary>
    public float[] Whole(Rows free)
    {
        int width = Energy.Values.Length;
        float[] states = new float[free.Count * width];
        for (int i = 0; i < free.Count; i++)
            Energy.Expand(free[i], states.AsSpan(i * width, width));
        return states;
    }

    public void Dispose() => Energy.Dispose();

    private static void ReadMask(DataTransform transform, string? mask, DataRequest request, bool[] isFree)
    {
        if (mask is null)
        {
            throw new InvalidInputException(
                "--clamp holds an image fixed where its mask is black. Give --mask FILE, white where it is free.");
        }
        StateSet marks = One(transform.OpenOne(mask, request), mask, "--mask");
        float[] mark = new float[isFree.Length];
        marks.Read(0, mark);
        float middle = (marks.Space.Low + marks.Space.High) / 2;
        for (int i = 0; i < mark.Length; i++)
            isFree[i] = mark[i] > middle;
    }

    private static StateSet One(StateSet states, string file, string option) => states.Count == 1
        ? states
        : throw new InvalidInputException($"{option} {file} has {Counted.Of(states.Count, states.Noun)}; it takes one. "
            + "Save that one in a file of its own.");
}
