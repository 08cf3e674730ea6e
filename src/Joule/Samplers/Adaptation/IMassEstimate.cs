namespace Joule.Samplers;

/// <summary>What a <see cref="WarmUp"/> estimates inverse masses from: moments of the states that chains visit.</summary>
internal interface IMassEstimate
{
    /// <summary>How many numbers <see cref="Save"/> writes.</summary>
    int NumberCount { get; }

    /// <summary>Adds states.</summary>
    /// <param name="states">Any number of rows, one after another.</param>
    void Add(ReadOnlySpan<float> states);

    /// <summary>The estimate, as options take it.</summary>
    /// <exception cref="InvalidOperationException">There are fewer than two states.</exception>
    float[] InverseMass();

    /// <summary>Forgets all states.</summary>
    void Clear();

    /// <summary>Writes the state to <see cref="NumberCount"/> numbers.</summary>
    void Save(Span<double> numbers);

    /// <summary>Restores what <see cref="Save"/> wrote.</summary>
    void Load(ReadOnlySpan<double> numbers);
}
