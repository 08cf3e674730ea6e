using Joule.Compute;
using Joule.Evaluation;
using Joule.Training;
using Xunit;

namespace Joule.Tests.Evaluation;

public sealed class AdamProgramTests
{
    [Fact]
    public void It_is_the_optimiser_of_the_training_bit_for_bit()
    {
        const int Length = 20_000; // more than one block
        using Device device = Device.Cpu(2);
        Rows a = TestRows.Normal(1, Length, 1), b = TestRows.Normal(1, Length, 1), gradientOfA = TestRows.Empty(1, Length),
            gradientOfB = TestRows.Empty(1, Length);
        using AdamProgram program = new(device, a, gradientOfA);
        using Optimizer adam = new AdamOptions { LearningRate = 0.01f, WeightDecay = 0.1f }.Create(device, Length);
        for (int update = 0; update < 3; update++)
        {
            TestRows.Normal(1, Length, 5 + (ulong)update).Span.CopyTo(gradientOfA.Span);
            gradientOfA.Span.CopyTo(gradientOfB.Span);
            program.Prepare(update, 0.01f, 0.1f);
            device.Launch(program);
            adam.Step(b, gradientOfB, update, 1, 1);
            Assert.True(TestRows.SameBits(a.Span, b.Span));
            Assert.Equal(-1, gradientOfA.Span.IndexOfAnyExcept(0f));
        }
    }
}
