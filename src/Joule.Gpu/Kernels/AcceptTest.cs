using Joule.Gpu.Ptx;

namespace Joule.Gpu.Kernels;

/// <summary>The test of Metropolis for a leapfrog proposal.</summary>
/// <param name="Takes">1 if the proposal is accepted, else 0.</param>
/// <param name="IsThere">Whether the proposal is not divergent.</param>
/// <param name="IsBoth">Whether also the state itself has a finite energy and gradient.</param>
/// <param name="Fall">By how much H / T falls.</param>
internal readonly record struct AcceptTest(U32 Takes, Condition IsThere, Condition IsBoth, F64 Fall)
{
    private const double DivergentRise = 1000;

    /// <summary>Writes the test.</summary>
    /// <param name="w">The kernel.</param>
    /// <param name="temperature">The temperature.</param>
    /// <param name="now">Energy, squared gradient norm and kinetic energy at the start.</param>
    /// <param name="next">The same of the proposal.</param>
    /// <param name="logUniform">The logarithm of the uniform draw of the test.</param>
    public static AcceptTest Emit(
        PtxWriter w, F64 temperature, (F32 Energy, F32 Norm, F64 Kinetic) now, (F32 Energy, F32 Norm, F64 Kinetic) next, F64 logUniform)
    {
        F64 fall = w.Add(w.Divide(w.Subtract(w.ToDouble(now.Energy), w.ToDouble(next.Energy)), temperature),
            w.Subtract(now.Kinetic, next.Kinetic));
        Condition isHere = w.Both(w.IsFinite(now.Energy), w.IsFinite(now.Norm));
        Condition isThere = w.Both(w.Both(w.IsFinite(next.Energy), w.IsFinite(next.Norm)), w.AtLeast(fall, -DivergentRise));
        Condition isBoth = w.Both(isHere, isThere);
        U32 passes = w.Select(w.AtLeast(fall, 0), w.Constant(1u), w.Select(w.Less(logUniform, fall), w.Constant(1u), w.Constant(0u)));
        return new AcceptTest(w.Select(isBoth, passes, w.Constant(0u)), isThere, isBoth, fall);
    }
}
