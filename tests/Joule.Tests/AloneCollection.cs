using Xunit;

namespace Joule.Tests;

/// <summary>Tests that count bytes or processor time of the whole process; they run alone.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "alone";
}
