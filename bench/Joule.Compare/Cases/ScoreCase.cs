using System.Text.Json.Nodes;
using Joule.Compare.Contenders;
using Joule.Compare.Measuring;
using Joule.Compute;
using Joule.Data;
using Joule.Energies;
using Joule.Networks;
using Joule.States;

namespace Joule.Compare.Cases;

/// <summary>The energies of all test images, from memory.</summary>
internal sealed class ScoreCase : ComparisonCase
{
    private const int Images = 10_000;
    private const int QuickImages = 2048;

    public override string Name => "score";

    public override string Summary => $"energies of {Images} images, the book's network";

    public override double? Flops => NetworkWork.Of(BenchNetworks.BookShape, BenchNetworks.BookLayers).Forward * Images;

    public override double QuickShare => (double)QuickImages / Images;

    public override CaseRun Open(Device device, bool quick) => new ScoreRun(device, quick ? QuickImages : Images);

    private sealed class ScoreRun : CaseRun
    {
        private readonly NetworkEnergy _energy;
        private readonly EnergyEvaluation _evaluation;
        private readonly DeviceBuffer _states;
        private readonly float[] _energies;

        public ScoreRun(Device device, int count)
        {
            ImageTransform transform = BenchNetworks.BookImages;
            Network network = new(device, BenchNetworks.BookShape, BenchNetworks.BookLayers);
            network.Initialize(seed: 1);
            _energy = new NetworkEnergy(network, StateSpace.Box(BenchNetworks.BookShape, transform.Low, transform.High));
            _evaluation = new EnergyEvaluation(device, _energy);
            _energies = new float[count];
            _states = device.Allocate((long)count * _energy.Space.Width);
            for (int i = 0; i < count; i++)
                transform.Read(BenchImages.Test, i, States[i]);
        }

        private Rows States => _states.AsRows(_energies.Length, _energy.Space.Width);

        public override void Run() => _evaluation.Run(States, _energies);

        public override IReadOnlyDictionary<string, float[]> Check()
        {
            Run();
            return new Dictionary<string, float[]> { ["energies"] = [.. _energies] };
        }

        public override JsonObject Describe(WorkFolder folder)
        {
            JsonObject specification = new() { ["kind"] = "score", ["states"] = folder.Write("states", _states.Span) };
            Describe(specification, _energy.Network, folder);
            return specification;
        }

        public override void Dispose()
        {
            _states.Dispose();
            _energy.Dispose();
        }
    }
}
