using Joule.Data;
using Joule.States;

namespace Joule.Cli.Commands;

/// <summary>The replay buffer that training leaves next to its model.</summary>
internal static class SavedBuffer
{
    /// <summary>The path of a model's buffer, which may not exist.</summary>
    public static string Beside(string modelFile) =>
        Path.Combine(Path.GetDirectoryName(Path.GetFullPath(modelFile)) ?? "", "buffer.safetensors");

    /// <summary>Reads its states.</summary>
    /// <param name="modelFile">The model's file.</param>
    /// <param name="space">The model's state space.</param>
    /// <exception cref="InvalidInputException">There is no buffer, or it does not fit the model.</exception>
    public static float[] Read(string modelFile, StateSpace space)
    {
        string file = Beside(modelFile);
        if (!File.Exists(file))
        {
            throw new InvalidInputException($"There is no replay buffer {file}. Only a run with a buffer of chains "
                + "(objective.negatives.type is \"buffer\") leaves one next to its model; use --from noise.");
        }
        NamedTensor? states = SafeTensors.Read(file).Tensors.FirstOrDefault(t => t.Name == "states");
        if (states?.Floats is not { } values || states.Shape.Count != 4)
            throw new InvalidInputException($"{file} has no float32 tensor \"states\" of four dimensions: it is not a replay buffer.");
        int[] expected = [space.Shape.Channels, space.Shape.Height, space.Shape.Width];
        if (!states.Shape.Skip(1).SequenceEqual(expected) || values.Length == 0)
        {
            throw new InvalidInputException($"{file} holds states {string.Join("×", states.Shape)}; "
                + $"the model needs n×{string.Join("×", expected)} with n of at least 1.");
        }
        int bad = Array.FindIndex(values, v => !(v >= space.Low && v <= space.High));
        if (bad >= 0)
        {
            throw new InvalidInputException($"{file}: the value {values[bad]} at row {bad / space.Width}, column {bad % space.Width} "
                + $"lies outside [{space.Low}, {space.High}]. The file is damaged.");
        }
        return values;
    }
}
