using Joule.Gpu.Plans;
using Joule.Gpu.Ptx;

namespace Joule.Gpu.Kernels;

/// <summary>Where the sums of a <see cref="WeightProduct"/> lie.</summary>
internal static class WeightPlaces
{
    private const int Together = 8; // loads under way

    /// <summary>Adds four sums to the gradient of their parameters.</summary>
    /// <param name="w">The kernel.</param>
    /// <param name="product">The product.</param>
    /// <param name="gradient">The gradient, from the job's first parameter on.</param>
    /// <param name="row">The row.</param>
    /// <param name="quad">The columns from 4 · quad on.</param>
    /// <param name="sums">The sums; those of padding are left.</param>
    public static void Add(PtxWriter w, WeightProduct product, Address gradient, U32 row, U32 quad, F32[] sums)
    {
        WeightJob job = product.Job;
        ParameterSteps steps = product.Parameters;
        if (job.Window is not { } window)
        {
            U32 first = w.Multiply(quad, 4);
            Each(job.Anchor.Channels, first, c => w.Multiply(w.Add(first, (uint)c), (uint)steps.Anchor));
            return;
        }
        U32 start = w.Multiply(row, (uint)steps.Anchor);
        if (window.IsScalar)
        {
            U32 first = w.Multiply(quad, 4);
            Each(job.Height * job.Width, first, c => OfTap(w.Add(first, (uint)c)));
            return;
        }
        U32 channel = w.Multiply(w.Remainder(quad, (uint)window.Quads), 4), tap = OfTap(w.Divide(quad, (uint)window.Quads));
        Each(window.Channels, channel, c => w.MultiplyAdd(w.Add(channel, (uint)c), (uint)steps.Window, tap));

        U32 OfTap(U32 tap) => w.MultiplyAdd(w.Divide(tap, (uint)job.Width), (uint)steps.Row,
            w.MultiplyAdd(w.Remainder(tap, (uint)job.Width), (uint)steps.Column, start));

        void Each(int count, U32 first, Func<int, U32> parameter)
        {
            for (int c = 0; c < 4; c++)
            {
                int i = c;
                void AddOne()
                {
                    Address at = w.Element(gradient, parameter(i), sizeof(float));
                    w.StoreGlobal(at, 0, w.Add(w.LoadGlobal(at), sums[i]));
                }
                if (count % 4 == 0)
                    AddOne();
                else
                    w.If(w.Less(w.Add(first, (uint)i), (uint)count), AddOne);
            }
        }
    }

    /// <summary>The float, in groups of four, of four sums of a part: [part][row][column].</summary>
    public static U32 Partial(PtxWriter w, WeightProduct product, U32 part, U32 row, U32 quad) =>
        w.MultiplyAdd(w.MultiplyAdd(part, (uint)product.Rows, row), (uint)(product.Columns / 4), quad);

    /// <summary>Writes the sum over parts, in order, and adds it to the gradient: a thread for each four columns of a row.</summary>
    /// <param name="w">The kernel.</param>
    /// <param name="product">The product.</param>
    /// <param name="parts">Number of parts.</param>
    /// <param name="item">Row · quads + quad, below their number.</param>
    /// <param name="partials">The parts' sums.</param>
    /// <param name="gradient">The gradient, from the job's first parameter on.</param>
    public static void WriteSum(PtxWriter w, WeightProduct product, int parts, U32 item, Address partials, Address gradient)
    {
        uint quads = (uint)(product.Columns / 4);
        int bytes = checked(product.Rows * product.Columns * sizeof(float));
        Address from = w.Element(partials, item, 16);
        F32[] sum = [w.Constant(0f), w.Constant(0f), w.Constant(0f), w.Constant(0f)];
        int rounds = parts / Together;
        if (rounds > 0)
        {
            Label top = w.NewLabel();
            U32 left = w.Constant((uint)rounds);
            w.Place(top);
            AddParts(Together);
            w.Decrease(left, 1);
            w.JumpUnless(w.IsZero(left), top);
        }
        AddParts(parts % Together);
        Add(w, product, gradient, w.Divide(item, quads), w.Remainder(item, quads), sum);

        void AddParts(int count)
        {
            F32[][] next = new F32[count][];
            for (int p = 0; p < count; p++)
            {
                next[p] = w.LoadGlobal4(from);
                w.Increase(from, bytes);
            }
            foreach (F32[] four in next)
            {
                for (int c = 0; c < 4; c++)
                    w.AddTo(sum[c], four[c]);
            }
        }
    }
}
