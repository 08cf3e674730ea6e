using Joule.Energies;
using Joule.Tests.Data;
using Xunit;

namespace Joule.Tests.Energies;

public sealed class ClampedNamesTests
{
    [Fact]
    public void Names_find_the_numbers_and_values_come_back_bit_for_bit()
    {
        Energy schools = new EightSchoolsOptions().Create();
        float value = float.BitIncrement(2.5f);
        using ClampedEnergy clamped = ClampedNames.Clamp(schools, [new("log_tau", value), new("eta[1]", -0.0f)]);
        int[] fixedNumbers = [.. Enumerable.Range(0, 10).Except(clamped.Free)];
        Assert.Equal(["eta[1]", "log_tau"], fixedNumbers.Select(i => ClampedNames.Of(schools, i)).Order(StringComparer.Ordinal));
        Assert.Equal([int.MinValue, BitConverter.SingleToInt32Bits(value)],
            fixedNumbers.OrderBy(i => ClampedNames.Of(schools, i), StringComparer.Ordinal)
                .Select(i => BitConverter.SingleToInt32Bits(clamped.Values[i])));
        Assert.Equal(Enumerable.Range(0, 8).Select(i => ClampedNames.Of(schools, clamped.Free[i])),
            Enumerable.Range(0, 8).Select(clamped.ParameterName));
    }

    [Fact]
    public void What_cannot_be_clamped_is_named()
    {
        Energy gaussian = new GaussianOptions().Create(), box = new RastriginOptions().Create();
        Refused.With(() => ClampedNames.Clamp(gaussian, [new("x2", 0)]), "no parameter \"x2\"", "parameters are x0, x1.");
        Refused.With(() => ClampedNames.Clamp(new EightSchoolsOptions().Create(), [new("log_tua", 0)]), "Did you mean \"log_tau\"?");
        Refused.With(() => ClampedNames.Clamp(gaussian, [new("x0", 1), new("x0", 1.5f)]), "x0 is clamped twice, to 1 and to 1.5");
        Refused.With(() => ClampedNames.Clamp(gaussian, [new("x0", 1), new("x1", 1)]), "All parameters are clamped (x0, x1)");
        Refused.With(() => ClampedNames.Clamp(gaussian, []), "No parameter is clamped");
        Refused.With(() => ClampedNames.Clamp(box, [new("x1", 1000)]), "x1 is clamped to 1000, outside its domain", "in [");
        Refused.With(() => ClampedNames.Clamp(gaussian, [new("x0", float.NaN)]), "x0 is clamped to NaN");
        Refused.With(() => ClampedNames.Clamp(new IsingChainEnergy([0], [1, 1]), [new("x0", 1)]), "gradient");
    }
}
