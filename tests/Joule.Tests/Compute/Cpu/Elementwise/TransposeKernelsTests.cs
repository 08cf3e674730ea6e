using Joule.Compute;
using Xunit;

namespace Joule.Tests.Compute;

public sealed unsafe class TransposeKernelsTests
{
    [Fact]
    public void Every_number_goes_to_its_place_and_nothing_else_is_written()
    {
        int[] sides = [1, 3, 4, 5, 7, 8, 9, 12, 13, 16, 19];
        foreach (int rows in sides)
            foreach (int columns in sides)
            {
                Rows source = TestRows.Normal(rows, columns + 2, 1), target = TestRows.Empty(columns + 1, rows + 3);
                target.Span.Fill(777);
                TransposeKernels.Transpose(source.Pointer, source.Width, target.Pointer, target.Width, rows, columns);
                for (int j = 0; j < columns; j++)
                {
                    for (int i = 0; i < rows; i++)
                        Assert.Equal(source[i][j], target[j][i]);
                    Assert.False(target[j][rows..].ContainsAnyExcept(777f));
                }
                Assert.False(target[columns].ContainsAnyExcept(777f));
            }
    }
}
