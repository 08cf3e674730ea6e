using Joule.Compute;

namespace Joule.Samplers;

public sealed partial class ChainLoop
{
    /// <summary>The launch of some steps.</summary>
    private sealed class ChainProgram(ChainLoop loop) : StepProgram, IChainLaunch
    {
        public override string Name => "chains";

        public override int Count => loop._states.Count;

        public override int BlockRows => loop._energy.BlockRows;

        public override int LeastRows => loop._results.LeastRows;

        public override int Steps => loop._steps;

        Sampler IChainLaunch.Sampler => loop._sampler;

        Rows IChainLaunch.States => loop._states;

        RandomStream IChainLaunch.Noise => loop._noise.At(loop._firstStep);

        uint IChainLaunch.FirstChain => loop.FirstChain;

        IReadOnlyList<DeviceProgram> IChainLaunch.Starts => loop._starts;

        Rows IChainLaunch.Energies => loop._results.Energies.Slice(0, Count);

        Rows IChainLaunch.SquaredNorms => loop._results.Norms.Slice(0, Count);

        Rows IChainLaunch.Accepted => loop._results.Accepted.Slice(0, Count);

        Rows IChainLaunch.Divergent => loop._results.Divergent.Slice(0, Count);

        Rows IChainLaunch.EnergyErrors => loop._results.Errors.Slice(0, Count);

        Rows IChainLaunch.Failures => loop._results.Failures.Slice(0, Count);

        void IChainLaunch.BeginPart(int done)
        {
            if (done > 0)
                loop.Complete();
            loop._part = done;
        }

        CancellationToken IChainLaunch.Cancellation => loop._cancellation;

        protected internal override bool Run(int start, int count, int firstStep, int steps, int lane)
        {
            for (int i = 0; i < loop._starts.Count && firstStep == 0; i++)
                loop._starts[i].RunRows(start, count, lane);
            return loop.Advance(start, count, firstStep, steps);
        }
    }
}
