using Xunit;

namespace Joule.Cli.Tests;

/// <summary>Tests that send a signal. It reaches every command in the process, so they run alone.</summary>
[CollectionDefinition("signals", DisableParallelization = true)]
public sealed class SignalTests;
