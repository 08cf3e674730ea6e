namespace Joule.Data;

/// <summary>Explains array types that cannot hold pixels, and how to convert them.</summary>
internal static class NpyTypes
{
    /// <summary>The error of a type.</summary>
    /// <param name="descr">The type as NumPy writes it.</param>
    /// <param name="shape">The array's shape.</param>
    /// <param name="name">The file's name in messages.</param>
    public static InvalidInputException Unknown(string descr, IReadOnlyList<int> shape, string name)
    {
        (string what, string how) = descr.TrimStart('<', '>', '|', '=') switch
        {
            ['O', ..] => ("holds Python objects", shape.Count == 1
                ? "Where these are images of one size, stack them: numpy.save(path, numpy.stack(list(array)).astype('uint8'))"
                : "Where these are numbers from 0 to 255, say so: numpy.save(path, array.astype('uint8'))"),
            ['c', ..] => ("holds complex numbers",
                "Save their magnitude, scaled: numpy.save(path, (abs(array) / abs(array).max()).astype('float32'))"),
            ['f', ..] => ("is a float that NumPy has on some machines only", "Save it as numpy.save(path, array.astype('float64'))"),
            ['U' or 'S' or 'a', ..] => ("holds text",
                "Where the texts are numbers from 0 to 255, save them as numpy.save(path, array.astype('int64').astype('uint8'))"),
            ['M' or 'm', ..] => ("holds dates or times, no pixels", "Save the array of images"),
            ['V', ..] => ("holds raw bytes without a type", "Give it the type of its pixels: numpy.save(path, array.view('uint8'))"),
            _ => ("is not known", "Save it as numpy.save(path, array.astype('uint8')), values 0 to 255"),
        };
        return InvalidInputException.At(
            name, 10,
            $"the array's type '{MessageText.Of(descr)}' {what}; bool, integers of 8 to 64 bits and floats of 16 to 64 bits are read. "
                + $"{how}.");
    }
}
