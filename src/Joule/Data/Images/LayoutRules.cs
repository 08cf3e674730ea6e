namespace Joule.Data;

/// <summary>
/// Finds the meaning of an array's dimensions: by the request, or else by the shape and the model. An ambiguous shape is refused with both
/// readings.
/// </summary>
internal static class LayoutRules
{
    private const int LeastSide = 5; // of a single colour picture

    private const string Expected =
        "Expected (n, h, w), (n, h, w, c), (n, c, h, w) or (n, pixels), with 1 or 3 channels; give one image as array[None].";

    /// <summary>Reads a shape.</summary>
    /// <param name="shape">The shape.</param>
    /// <param name="request">The request, with what the model takes.</param>
    /// <param name="refuse">Creates the error from what is wrong.</param>
    /// <exception cref="InvalidInputException">The shape is not one of images, is empty, or is ambiguous.</exception>
    public static ArrayLayout Find(IReadOnlyList<int> shape, ReadingRequest request, Func<string, InvalidInputException> refuse)
    {
        string shown = NpyArray.Describe(shape);
        if (shape.Contains(0))
            throw refuse($"the array of shape {shown} is empty. At least one image is needed.");
        if (request.Layout is { } asked)
        {
            if (ArrayLayout.Dimensions(asked) != shape.Count)
            {
                throw refuse($"layout {asked.Name()} has {ArrayLayout.Dimensions(asked)} dimensions, and the array of shape {shown} has "
                    + $"{shape.Count}. Leave --layout away, or give one of: "
                    + $"{string.Join(", ", Of(shape).Select(layout => layout.Name()))}.");
            }
            return Rows(ArrayLayout.Of(asked, shape), request.Model);
        }
        if (shape.Count is < 2 or > 4)
            throw refuse($"an array of shape {shown} is not a set of images. {Expected} Use array.reshape.");
        if (request.AreSets && shape.Count == 3)
            return ArrayLayout.Of(ImageLayout.Nhw, shape);
        return request.Model is { } model ? OfModel(shape, shown, model, request, refuse) : Alone(shape, shown, request, refuse);
    }

    private static IEnumerable<ImageLayout> Of(IReadOnlyList<int> shape) =>
        Enum.GetValues<ImageLayout>().Where(layout => ArrayLayout.Dimensions(layout) == shape.Count);

    /// <summary>Without a model: by the shape alone.</summary>
    private static ArrayLayout Alone(
        IReadOnlyList<int> shape, string shown, ReadingRequest request, Func<string, InvalidInputException> refuse)
    {
        if (shape.Count == 2)
            return ArrayLayout.Of(ImageLayout.Nd, shape);
        if (shape.Count == 3)
        {
            ArrayLayout images = ArrayLayout.Of(ImageLayout.Nhw, shape);
            // A picture a few pixels wide is not one: it is many tiny images.
            return IsPicture(shape[2]) && Math.Min(shape[0], shape[1]) >= LeastSide
                ? throw Ambiguous(shown, [images, ArrayLayout.Of(ImageLayout.Hwc, shape)], refuse, request)
                : images;
        }
        ArrayLayout[] readings = [.. Of(shape).Select(layout => ArrayLayout.Of(layout, shape))];
        ArrayLayout[] pictures = [.. readings.Where(reading => IsPicture(reading.Channels))];
        if (pictures.Length == 1 || (pictures.Length > 1 && AreSame(pictures)))
            return pictures[0];
        throw pictures.Length > 1 ? Ambiguous(shown, pictures, refuse, request) : Neither(shown, readings, refuse);
    }

    /// <summary>With a model: by the size of its images, and by the shape if none fits.</summary>
    private static ArrayLayout OfModel(
        IReadOnlyList<int> shape, string shown, ModelImages model, ReadingRequest request, Func<string, InvalidInputException> refuse)
    {
        ArrayLayout[] readings = [.. Of(shape).Select(layout => Rows(ArrayLayout.Of(layout, shape), model))
            .Where(reading => Fits(reading, model, shape.Count))];
        if (readings.FirstOrDefault(reading => reading.Layout == request.ModelLayout) is { } known)
            return known;
        if (readings.Length == 1 || (readings.Length > 1 && AreSame(readings)))
            return readings[0];
        // Grey images are the rule; colour to be made grey is the exception.
        if (shape.Count == 3 && model.Channels == 1 && readings.Length == 2
            && readings.All(r => r.Layout is ImageLayout.Nhw or ImageLayout.Chw))
            return readings.First(reading => reading.Layout == ImageLayout.Nhw);
        if (readings.Length > 1)
            throw Ambiguous(shown, readings, refuse, request);
        if (shape.Count == 2)
        {
            throw refuse($"an array of shape {shown} does not fit the model: it takes rows of "
                + $"{model.Channels * (model.Height - (2 * model.Pad)) * (model.Width - (2 * model.Pad))} "
                + $"values, or one image of {model.Sizes}. Scale or cut the images to that size.");
        }
        ArrayLayout[] all = [.. Of(shape).Select(layout => ArrayLayout.Of(layout, shape))];
        ArrayLayout[] pictures = [.. all.Where(reading => IsPicture(reading.Channels) || reading.Channels == model.Channels)];
        throw refuse($"an array of shape {shown} does not fit the model, which takes {ArrayLayout.Kind(model.Channels)} images of "
            + $"{model.Sizes}: it would be "
            + $"{string.Join("; or ", (pictures.Length > 0 ? pictures : all).Select(reading => reading.Describe()))}.{Alpha(all)} Scale or "
            + "cut the images to that size.");
    }

    private static bool Fits(ArrayLayout reading, ModelImages model, int dimensions)
    {
        bool channels = reading.Channels == model.Channels || (IsPicture(reading.Channels) && IsPicture(model.Channels));
        return channels && model.Fits(reading.Height, reading.Width)
            && (dimensions != 2 || reading.Layout == ImageLayout.Nd || model.Channels is 1 or 3);
    }

    /// <summary>Rows of values become images of the model's size if they have as many values.</summary>
    private static ArrayLayout Rows(ArrayLayout reading, ModelImages? model)
    {
        if (reading.Layout != ImageLayout.Nd || model is null)
            return reading;
        foreach (int pad in (int[])[model.Pad, 0])
        {
            (int height, int width) = (model.Height - (2 * pad), model.Width - (2 * pad));
            foreach (int channels in IsPicture(model.Channels) ? (int[])[model.Channels, 1] : [model.Channels])
            {
                if (reading.Length == (long)channels * height * width)
                    return reading with { Channels = channels, Height = height, Width = width };
            }
        }
        return reading;
    }

    private static bool IsPicture(int channels) => channels is 1 or 3;

    /// <summary>Whether all readings give every value the same place.</summary>
    private static bool AreSame(ArrayLayout[] readings) =>
        readings.All(reading => (reading.Count, reading.Channels, reading.Height,
            reading.Width) == (readings[0].Count, readings[0].Channels, readings[0].Height, readings[0].Width))
        && (readings[0].Channels == 1 || readings.All(reading => reading.Layout.IsChannelsLast() == readings[0].Layout.IsChannelsLast()));

    private static InvalidInputException Ambiguous(
        string shown, ArrayLayout[] readings, Func<string, InvalidInputException> refuse, ReadingRequest request) => refuse(
        $"an array of shape {shown} can be read in {readings.Length} ways: "
        + $"{string.Join("; or ", readings.Select(reading => reading.Describe()))}. "
        + (request.IsSettled
            ? "Save it in the shape that the images of the training have."
            : $"Say which: {string.Join(" or ", readings.Select(reading => $"--layout {reading.Layout.Name()}"))}."));

    private static InvalidInputException Neither(string shown, ArrayLayout[] readings, Func<string, InvalidInputException> refuse)
    {
        return refuse($"an array of shape {shown} has neither 1 nor 3 channels, first or last: it would be "
            + $"{string.Join("; or ", readings.Select(reading => reading.Describe()))}. "
            + $"Say which: {string.Join(" or ", readings.Select(reading => $"--layout {reading.Layout.Name()}"))}.{Alpha(readings)}");
    }

    private static string Alpha(ArrayLayout[] readings) => readings.Any(reading => reading is { Layout: ImageLayout.Nhwc, Channels: 4 })
        ? " Where the fourth channel is alpha, leave it out: array[..., :3]."
        : "";
}
