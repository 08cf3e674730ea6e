namespace Joule.Compute;

/// <summary>
/// Where Joule computes: memory, workers and kernels. Floors above call these and never touch intrinsics, pointers or threads.
/// Kernels work on rows of float32 and are called from inside <see cref="IBlockWork.Run"/>, on any worker; they hold no state but packed weights.
/// </summary>
public abstract class Device : IDisposable
{
    private static readonly Lazy<Device> SharedDevice = new(() => new CpuDevice(Environment.ProcessorCount));

    /// <summary>A device with one worker per processor, for callers that do not care. It lives as long as the process.</summary>
    public static Device Shared => SharedDevice.Value;

    /// <summary>The processor, with a number of worker threads (the calling thread is one of them).</summary>
    /// <exception cref="InvalidInputException">Fewer than 1 or more than 1024 threads.</exception>
    public static Device Cpu(int threads)
    {
        if (threads is < 1 or > 1024)
            throw new InvalidInputException($"The number of threads is {threads}; it must lie between 1 and 1024. This machine has {Environment.ProcessorCount} processors.");
        return new CpuDevice(threads);
    }

    /// <summary>What the device is, in words.</summary>
    public abstract string Description { get; }

    /// <summary>Workers, and so the number of lanes that <see cref="IBlockWork"/> sees.</summary>
    public abstract int Lanes { get; }

    /// <summary>Takes memory for a number of floats, all zero.</summary>
    public abstract DeviceBuffer Allocate(long length);

    /// <summary>Copies numbers of the host into the device's memory.</summary>
    /// <param name="from">The numbers.</param>
    /// <param name="to">Receives as many as there are: at least as long.</param>
    /// <exception cref="ArgumentException">There is no room for them.</exception>
    public abstract void Upload(ReadOnlySpan<float> from, Rows to);

    /// <summary>Copies numbers from the device's memory to the host.</summary>
    /// <param name="from">The numbers.</param>
    /// <param name="to">Receives them: at least as long.</param>
    /// <exception cref="ArgumentException">There is no room for them.</exception>
    public abstract void Download(Rows from, Span<float> to);

    /// <summary>Copies numbers inside the device's memory.</summary>
    /// <param name="from">The numbers.</param>
    /// <param name="to">Receives them: at least as long.</param>
    /// <exception cref="ArgumentException">There is no room for them.</exception>
    public abstract void Copy(Rows from, Rows to);

    /// <summary>Sets numbers in the device's memory to 0.</summary>
    public abstract void Clear(Rows rows);

    /// <summary>Runs every block once, on all lanes, and returns when all are done. An exception in a block reaches the caller.</summary>
    public abstract void Run(IBlockWork work, int blocks);

    /// <summary>A dense linear map y = x·Wᵀ + b with weights [outputs, inputs].</summary>
    public abstract DenseKernel CreateDense(int inputs, int outputs);

    /// <summary>A convolution over rows laid out [height, width, channels] with weights [outputs, channels, kernel height, kernel width].</summary>
    public abstract ConvolutionKernel CreateConvolution(ConvolutionShape shape);

    /// <summary>Average pooling without overlap over rows laid out [height, width, channels].</summary>
    public abstract void AveragePool(Rows x, Rows y, int height, int width, int channels, int size);

    /// <summary>The reverse of <see cref="AveragePool"/>: dx (+)= the gradient dy spread evenly.</summary>
    public abstract void AveragePoolReverse(Rows dy, Rows dx, int height, int width, int channels, int size, bool accumulate);

    /// <summary>[a, b] → [b, a] in every row: between channels-first and channels-last.</summary>
    public abstract void Transpose(Rows x, Rows y, int a, int b, bool accumulate);

    /// <summary>y = f(x) and, where there are rows of <paramref name="slope"/>, slope = f′(x), element by element; y may be x.</summary>
    public abstract void Pointwise(PointwiseFunction function, float parameter, Rows x, Rows y, Rows slope);

    /// <summary>y (+)= a ⊙ b, element by element.</summary>
    public abstract void Multiply(Rows a, Rows b, Rows y, bool accumulate);

    /// <summary>y (+)= scale · x.</summary>
    public abstract void Scale(Rows x, float scale, Rows y, bool accumulate);

    /// <summary>y[i] = Σⱼ x[i, j].</summary>
    public abstract void SumRows(Rows x, Rows y);

    /// <summary>y[i, j] (+)= x[i].</summary>
    public abstract void Spread(Rows x, Rows y, bool accumulate);

    /// <summary>Limits every element to [low, high]. NaN stays NaN.</summary>
    public abstract void Clamp(Rows x, float low, float high);

    /// <summary>
    /// One Langevin update in one pass: x ← clamp(x − stepSize · clip(g) + noiseScale · ξ), where ξ is row i's normal draws of
    /// <c>noise</c> as chain <c>firstChain + i</c>. Writes each row's squared gradient norm before clipping, which is non-finite exactly
    /// where a gradient is non-finite or beyond 10¹⁹.
    /// </summary>
    public abstract void LangevinUpdate(Rows x, Rows gradient, in LangevinCoefficients coefficients, in RandomStream noise, uint firstChain, Span<float> squaredNorms);

    /// <summary>x ← clamp(x + noiseScale · ξ): the noise of <see cref="LangevinUpdate"/> alone.</summary>
    public abstract void AddNoise(Rows x, float noiseScale, float low, float high, in RandomStream noise, uint firstChain);

    /// <summary>total[j] = Σₛ slots[s, j] (+ total[j]), s ascending.</summary>
    public abstract void SumSlots(Rows slots, Rows total, bool accumulate);

    /// <summary>One Adam step over a range of parameters (Kingma and Ba 2015, with decoupled weight decay as in Loshchilov and Hutter 2019). The gradient is 0 afterwards.</summary>
    public abstract void Adam(Rows parameters, Rows gradient, Rows mean, Rows square, in AdamCoefficients c);

    /// <summary>One step of gradient descent with momentum: v ← μ·v + g, θ ← θ − η·v. The gradient is 0 afterwards.</summary>
    public abstract void Momentum(Rows parameters, Rows gradient, Rows velocity, float learningRate, float momentum, float gradientScale, float decay);

    /// <summary>One RMSProp step: s ← ρ·s + (1 − ρ)·g², θ ← θ − η·g / (√s + ε). The gradient is 0 afterwards.</summary>
    public abstract void RmsProp(Rows parameters, Rows gradient, Rows square, float learningRate, float smoothing, float epsilon, float gradientScale, float decay);

    /// <summary>average ← decay · average + (1 − decay) · x.</summary>
    public abstract void MovingAverage(Rows average, Rows x, float decay);

    /// <summary>Σ x², added up in float64 in an order that depends on the length alone.</summary>
    public abstract double SquaredNorm(Rows x);

    /// <summary>Σ (a − b)², added up in float64 in an order that depends on the length alone.</summary>
    public abstract double SquaredDistance(Rows a, Rows b);

    /// <summary>How many elements are at most <paramref name="low"/>, and how many at least <paramref name="high"/>.</summary>
    public abstract (int Low, int High) CountAtWalls(Rows x, float low, float high);

    /// <summary>energies[i] = h·Σⱼ (x[i, j]² − b)² and gradient = 4h·x·(x² − b), in one pass.</summary>
    public abstract void DoubleWell(Rows x, float height, float b, Span<float> energies, Rows gradient);

    /// <summary>energies[i] = h·Σⱼ (x[i, j]² − b)²: the same bits as with the gradient.</summary>
    public abstract void DoubleWell(Rows x, float height, float b, Span<float> energies);

    /// <summary>
    /// The start of a Hamiltonian trajectory: the momentum p of row i is the normal draws of <c>noise</c> as chain <c>firstChain + i</c>;
    /// p ← p − ½κ·g, proposal = x + ε·p. Writes each row's kinetic energy ½Σp² before the kick, and its squared gradient norm.
    /// </summary>
    public abstract void LeapfrogStart(Rows x, Rows gradient, Rows momentum, Rows proposal, in LeapfrogCoefficients coefficients,
        in RandomStream noise, uint firstChain, Span<double> kinetic, Span<float> squaredNorms);

    /// <summary>One step of a Hamiltonian trajectory in one pass: p ← p − κ·g, x ← x + ε·p.</summary>
    public abstract void LeapfrogStep(Rows x, Rows momentum, Rows gradient, in LeapfrogCoefficients coefficients);

    /// <summary>The end of a Hamiltonian trajectory in one pass: p ← p − ½κ·g. Writes each row's kinetic energy after it, and its squared gradient norm.</summary>
    public abstract void LeapfrogEnd(Rows momentum, Rows gradient, in LeapfrogCoefficients coefficients, Span<double> kinetic, Span<float> squaredNorms);

    /// <summary>Gives back threads.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives back what a device holds.</summary>
    protected abstract void Dispose(bool disposing);
}

/// <summary>The coefficients of one Langevin update.</summary>
/// <param name="StepSize">η, in units of state² per nat.</param>
/// <param name="NoiseScale">σ, in units of the state; 0 draws nothing.</param>
/// <param name="GradientClip">Every element of the gradient is limited to ± this; positive infinity leaves it alone.</param>
/// <param name="Low">Lower wall of the domain; negative infinity where there is none.</param>
/// <param name="High">Upper wall of the domain; positive infinity where there is none.</param>
public readonly record struct LangevinCoefficients(float StepSize, float NoiseScale, float GradientClip, float Low, float High);

/// <summary>The coefficients of Hamiltonian dynamics. Walls reflect; there are two, or none.</summary>
/// <param name="Drift">ε, in units of the state over those of a unit momentum.</param>
/// <param name="Kick">κ = ε/T.</param>
/// <param name="Low">Lower wall of the domain; negative infinity where there is none.</param>
/// <param name="High">Upper wall of the domain; positive infinity where there is none.</param>
public readonly record struct LeapfrogCoefficients(float Drift, float Kick, float Low, float High)
{
    internal bool HasWalls => float.IsFinite(High - Low);
}

/// <summary>The coefficients of one Adam step.</summary>
/// <param name="LearningRate">η.</param>
/// <param name="Beta1">Decay of the mean of gradients.</param>
/// <param name="Beta2">Decay of the mean of squared gradients.</param>
/// <param name="Epsilon">Added to the root of the second moment.</param>
/// <param name="Correction1">1 / (1 − β₁ᵗ).</param>
/// <param name="Correction2">1 / (1 − β₂ᵗ).</param>
/// <param name="GradientScale">Multiplies the gradient first: the factor of norm clipping.</param>
/// <param name="Decay">Decoupled weight decay, times the learning rate.</param>
public readonly record struct AdamCoefficients(
    float LearningRate, float Beta1, float Beta2, float Epsilon, float Correction1, float Correction2, float GradientScale, float Decay);

/// <summary>The pointwise functions that networks are made of.</summary>
public enum PointwiseFunction
{
    /// <summary>max(0, x).</summary>
    Relu,

    /// <summary>x for x &gt; 0, parameter · x below.</summary>
    LeakyRelu,

    /// <summary>x · sigmoid(x), also called swish. At −∞ it is NaN, and its slope at both infinities.</summary>
    Silu,

    /// <summary>ln(1 + eˣ).</summary>
    Softplus,

    /// <summary>x for x &gt; 0, parameter · (eˣ − 1) below.</summary>
    Elu,

    /// <summary>Hyperbolic tangent.</summary>
    Tanh,

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    Sigmoid,

    /// <summary>x².</summary>
    Square,
}
