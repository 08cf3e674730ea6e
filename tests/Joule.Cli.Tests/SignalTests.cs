using Xunit;

namespace Joule.Cli.Tests;

/// <summary>A signal reaches every command that runs in the process: tests that send one run alone.</summary>
[CollectionDefinition("signals", DisableParallelization = true)]
public sealed class SignalTests;
