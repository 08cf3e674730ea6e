namespace Joule.Data;

/// <summary>Where an array came from, for messages.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Offset">Where its values start in the file; 0 if it is not from a file.</param>
internal readonly record struct ArrayOrigin(string Name, long Offset)
{
    /// <summary>Creates an error.</summary>
    public InvalidInputException Bad(string problem, long further = 0) =>
        Offset > 0 ? InvalidInputException.At(Name, Offset + further, problem) : new InvalidInputException($"{Name}: {problem}");
}

/// <summary>Reads arrays as images, with the same rules for NPY, NPZ, IDX and memory.</summary>
internal static class ArrayImages
{
    private const int Block = 1 << 13; // values

    /// <summary>Reads the values of an array from a stream.</summary>
    /// <param name="stream">The stream, at the first value.</param>
    /// <param name="origin">The array's name in messages.</param>
    /// <param name="type">The type of its values.</param>
    /// <param name="shape">Its shape; the caller has checked that the stream holds it.</param>
    /// <param name="fortran">Whether the first index varies fastest.</param>
    /// <param name="request">How to read it.</param>
    /// <exception cref="InvalidInputException">The array does not hold images, or a value lies outside its range.</exception>
    public static ImageSet Read(Stream stream, ArrayOrigin origin, ElementType type, int[] shape, bool fortran, ReadingRequest request) =>
        Make(origin, type, shape, request,
            sink => Fill(stream, type, sink, fortran ? new FortranOrder(shape) : null, (int)ShapeSize.Of(shape)));

    /// <summary>Reads an array in memory, which is not changed.</summary>
    public static ImageSet Of(NpyArray array, string name, ReadingRequest request) =>
        Make(new ArrayOrigin(name, array.FileOffset), array.Type, [.. array.Shape], request, sink =>
        {
            if (array.Bytes is { } bytes && sink.RawBytes is { } to)
            {
                bytes.CopyTo(to, 0);
                sink.CheckBytes();
            }
            else if (array.Floats is { } floats && sink.RawFloats is { } values)
            {
                floats.CopyTo(values, 0);
                sink.CheckFloats();
            }
            else
                Put(array.Floats!, sink);
        });

    private static ImageSet Make(ArrayOrigin origin, ElementType type, int[] shape, ReadingRequest request, Action<PixelSink> fill)
    {
        ArrayLayout layout = LayoutRules.Find(shape, request, problem => origin.Bad(problem));
        if (layout.Height > ImageSet.MaxSide || layout.Width > ImageSet.MaxValues || layout.Length > ImageSet.MaxValues)
        {
            throw origin.Bad(
                $"images of {layout.Channels}×{layout.Height}×{layout.Width} (channels×height×width) cannot be used: the height is at most "
                + $"{ImageSet.MaxSide}, and their product at most {ImageSet.MaxValues}. Make the images smaller.");
        }
        ValueRange range = request.RangeOf(type);
        PixelSink sink = new((int)ShapeSize.Of(shape), type, range, request.Domain,
            outside => RangeAdvice.Error(origin, type, range, request, layout, outside));
        fill(sink);
        sink.Finish();
        if (layout.Layout.IsChannelsLast())
            ChannelOrder.ToFirst(sink.Values, layout);
        return ImageSet.Of(origin.Name, layout.Channels, layout.Height, layout.Width, sink.Values, new ImageReading
        {
            Type = type.Name,
            Shape = shape,
            Layout = layout.Layout.Name(),
            Low = range.Low,
            High = range.High,
            Warnings = Warnings(origin, type, range, request, sink),
        });
    }

    private static void Fill(Stream stream, ElementType type, PixelSink sink, FortranOrder? order, int count)
    {
        if (order is null && sink.RawBytes is { } bytes)
        {
            stream.ReadExactly(bytes);
            sink.CheckBytes();
            return;
        }
        if (order is null && type == ElementType.Float32 && sink.RawFloats is { } floats)
        {
            FloatBytes.Read(stream, floats);
            sink.CheckFloats();
            return;
        }
        byte[] block = new byte[Math.Min(count, Block) * type.Size];
        double[] values = new double[Math.Min(count, Block)];
        for (int first = 0; first < count; first += Block)
        {
            int some = Math.Min(count - first, Block);
            stream.ReadExactly(block.AsSpan(0, some * type.Size));
            if (order is not null && sink.RawBytes is { } placed)
            {
                order.Place(block.AsSpan(0, some), placed);
                continue;
            }
            type.Decode(block, values.AsSpan(0, some));
            sink.Put(values.AsSpan(0, some), first, order);
        }
        if (order is not null && sink.RawBytes is not null)
            sink.CheckBytes();
    }

    private static void Put(float[] floats, PixelSink sink)
    {
        double[] values = new double[Math.Min(floats.Length, Block)];
        for (int first = 0; first < floats.Length; first += Block)
        {
            Span<double> some = values.AsSpan(0, Math.Min(floats.Length - first, Block));
            for (int i = 0; i < some.Length; i++)
                some[i] = floats[first + i];
            sink.Put(some, first, null);
        }
    }

    private static string[] Warnings(ArrayOrigin origin, ElementType type, ValueRange range, ReadingRequest request, PixelSink sink)
    {
        // The reading never depends on values; what looks odd is reported.
        if (type.Kind != ElementKind.Bool && range.High > 1 && sink.Most > 0 && sink.Most <= 1 && !sink.HasNegative)
        {
            string meant = type.IsWhole ? "If they are masks of 0 and 1" : "If the values are brightness";
            return [$"{origin.Name}: no value lies above 1, and {type.Name} is read as {range}: all images are nearly black. {meant}, give "
                + "--range 0..1"];
        }
        if (range.High > ValueRange.Bytes.High && sink.Most > 0 && sink.Most <= ValueRange.Bytes.High
            && sink.Most * ValueRange.Bytes.High <= range.High && !sink.HasNegative)
            return [$"{origin.Name}: no value lies above 255, and {type.Name} is read as {range}: all images are nearly black. If the "
                + "values are bytes, give --range 0..255"];
        if (request.Range is null && !type.IsWhole && range.Low < 0 && !sink.HasNegative)
            return [$"{origin.Name}: no value lies below 0, and {type.Name} is read as {range}, as the model's states are. If the values "
                + "are brightness, give --range 0..1"];
        return [];
    }
}
