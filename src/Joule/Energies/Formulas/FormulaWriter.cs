namespace Joule.Energies;

/// <summary>A function of one number in a formula.</summary>
public enum FormulaFunction
{
    /// <summary>−x.</summary>
    Negate,

    /// <summary>eˣ.</summary>
    Exp,

    /// <summary>ln x.</summary>
    Log,

    /// <summary>√x.</summary>
    Sqrt,

    /// <summary>sin 2πx.</summary>
    SineOfTurns,

    /// <summary>cos 2πx.</summary>
    CosineOfTurns,
}

/// <summary>An operation on two numbers in a formula.</summary>
public enum FormulaOperation
{
    /// <summary>x + y.</summary>
    Add,

    /// <summary>x − y.</summary>
    Subtract,

    /// <summary>x·y.</summary>
    Multiply,

    /// <summary>x / y.</summary>
    Divide,

    /// <summary>The larger of x and y.</summary>
    Max,
}

/// <summary>
/// Receives the formula of an energy, operation by operation, so that a device can make a kernel of it. Numbers are float32 or wider; what
/// the device does with them is its own affair.
/// </summary>
public abstract class FormulaWriter
{
    /// <summary>A constant.</summary>
    public abstract FormulaNumber Constant(double value);

    /// <summary>A function of a number.</summary>
    public abstract FormulaNumber Apply(FormulaFunction function, FormulaNumber x);

    /// <summary>An operation on two numbers.</summary>
    public abstract FormulaNumber Combine(FormulaOperation operation, FormulaNumber x, FormulaNumber y);

    /// <summary>A table of constants.</summary>
    public abstract FormulaTable Table(IEnumerable<double> values);

    /// <summary>A number of a table.</summary>
    public abstract FormulaNumber Read(FormulaTable table, FormulaIndex index);

    /// <summary>The index factor·i + j.</summary>
    public abstract FormulaIndex Combine(FormulaIndex i, int factor, FormulaIndex j);

    /// <summary>A constant index.</summary>
    public abstract FormulaIndex Index(int value);

    /// <summary>eˣ.</summary>
    public FormulaNumber Exp(FormulaNumber x) => Apply(FormulaFunction.Exp, x);

    /// <summary>ln x.</summary>
    public FormulaNumber Log(FormulaNumber x) => Apply(FormulaFunction.Log, x);

    /// <summary>√x.</summary>
    public FormulaNumber Sqrt(FormulaNumber x) => Apply(FormulaFunction.Sqrt, x);
}

/// <summary>Receives a formula of a whole state.</summary>
public abstract class StateFormulaWriter : FormulaWriter
{
    /// <summary>A number of the state.</summary>
    public abstract FormulaNumber State(FormulaIndex index);

    /// <summary>What was last written to ∂E/∂xᵢ.</summary>
    public abstract FormulaNumber Slope(FormulaIndex index);

    /// <summary>Writes ∂E/∂xᵢ; every number's must be written.</summary>
    public abstract void SetSlope(FormulaIndex index, FormulaNumber value);

    /// <summary>Writes a loop over the indices from 0 to count − 1, in order.</summary>
    public abstract void ForEach(int count, Action<FormulaIndex> body);

    /// <summary>A number that can be changed, for sums in loops.</summary>
    public abstract FormulaNumber Variable(FormulaNumber initial);

    /// <summary>Changes a <see cref="Variable"/>.</summary>
    public abstract void Assign(FormulaNumber variable, FormulaNumber value);
}

/// <summary>A number in a formula that is being written.</summary>
/// <param name="Writer">The writer.</param>
/// <param name="Id">What the writer calls it.</param>
public readonly record struct FormulaNumber(FormulaWriter Writer, int Id)
{
    /// <summary>x + y.</summary>
    public static FormulaNumber operator +(FormulaNumber x, FormulaNumber y) => x.Writer.Combine(FormulaOperation.Add, x, y);

    /// <summary>x − y.</summary>
    public static FormulaNumber operator -(FormulaNumber x, FormulaNumber y) => x.Writer.Combine(FormulaOperation.Subtract, x, y);

    /// <summary>x·y.</summary>
    public static FormulaNumber operator *(FormulaNumber x, FormulaNumber y) => x.Writer.Combine(FormulaOperation.Multiply, x, y);

    /// <summary>x / y.</summary>
    public static FormulaNumber operator /(FormulaNumber x, FormulaNumber y) => x.Writer.Combine(FormulaOperation.Divide, x, y);

    /// <summary>x + y, with a constant.</summary>
    public static FormulaNumber operator +(FormulaNumber x, double y) => x + x.Writer.Constant(y);

    /// <summary>x − y, with a constant.</summary>
    public static FormulaNumber operator -(FormulaNumber x, double y) => x - x.Writer.Constant(y);

    /// <summary>x·y, with a constant.</summary>
    public static FormulaNumber operator *(double x, FormulaNumber y) => y.Writer.Constant(x) * y;

    /// <summary>−x.</summary>
    public static FormulaNumber operator -(FormulaNumber x) => x.Writer.Apply(FormulaFunction.Negate, x);
}

/// <summary>An index in a formula that is being written.</summary>
/// <param name="Id">What the writer calls it.</param>
public readonly record struct FormulaIndex(int Id);

/// <summary>A table in a formula that is being written.</summary>
/// <param name="Id">What the writer calls it.</param>
public readonly record struct FormulaTable(int Id);
