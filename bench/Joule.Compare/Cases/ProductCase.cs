using System.Text.Json.Nodes;
using Joule.Compare.Contenders;
using Joule.Compute;

namespace Joule.Compare.Cases;

/// <summary>One large matrix product, y = x·Wᵀ, with constant weights: packed once, as between two updates of a model.</summary>
internal sealed class ProductCase : ComparisonCase
{
    private const int Side = 1024;

    public override string Name => "product-1024";

    public override string Summary => $"a product of two {Side}×{Side} matrices";

    public override double? Flops => 2.0 * Side * Side * Side;

    public override CaseRun Open(Device device, bool quick) => new ProductRun(device);

    private sealed class ProductRun : CaseRun
    {
        private const int RowsOfBlock = 128;

        private readonly Device _device;
        private readonly ProductProgram _program;
        private readonly DenseKernel _kernel;
        private readonly DeviceBuffer _x;
        private readonly DeviceBuffer _w;
        private readonly DeviceBuffer _y;

        public ProductRun(Device device)
        {
            _device = device;
            _x = device.Allocate(Side * Side);
            _w = device.Allocate(Side * Side);
            _y = device.Allocate(Side * Side);
            new RandomStream(1, RandomPurpose.User, 0).FillNormal(_x.Span, 0);
            new RandomStream(1, RandomPurpose.User, 0).FillNormal(_w.Span, 1);
            _program = new ProductProgram(this);
            _kernel = Kernels.Dense(Side, Side);
            for (int task = 0; task < _kernel.PackTasks; task++)
                _kernel.Pack(_w.AsRows(Side, Side), task);
        }

        public override void Run() => _device.Launch(_program);

        public override IReadOnlyDictionary<string, float[]> Check()
        {
            Run();
            return new Dictionary<string, float[]> { ["product"] = _y.Span.ToArray() };
        }

        public override JsonObject Describe(WorkFolder folder) => new()
        {
            ["kind"] = "product",
            ["states"] = folder.Write("states", _x.Span),
            ["weights"] = folder.Write("weights", _w.Span),
            ["left"] = new JsonArray(Side, Side),
            ["right"] = new JsonArray(Side, Side),
        };

        public override void Dispose()
        {
            _kernel.Dispose();
            _x.Dispose();
            _w.Dispose();
            _y.Dispose();
        }

        private sealed class ProductProgram(ProductRun run) : DeviceProgram
        {
            public override string Name => "a product";

            public override int Count => Side;

            public override int BlockRows => RowsOfBlock;

            protected override void Run(int start, int count, int lane) => run._kernel.Forward(
                run._x.AsRows(Side, Side).Slice(start, count), default, run._y.AsRows(Side, Side).Slice(start, count), default);
        }
    }
}
