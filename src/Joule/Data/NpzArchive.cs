namespace Joule.Data;

/// <summary>An opened NPZ archive: which arrays it has, and one or two of them.</summary>
internal sealed class NpzArchive
{
    private const string Extension = ".npy";
    private const int MostListed = 10;
    private static readonly (string Train, string Test)[] Pairs = [("x_train", "x_test"), ("train", "test")];
    private readonly Stream stream;
    private readonly string file;
    private readonly ZipDirectory directory;
    private readonly ZipMember[] arrays;

    /// <summary>Reads the directory.</summary>
    /// <param name="stream">The archive; left open.</param>
    /// <param name="file">What messages call it.</param>
    /// <exception cref="InvalidInputException">It is no whole zip archive, or it has no arrays.</exception>
    public NpzArchive(Stream stream, string file)
    {
        if (!stream.CanSeek) throw new InvalidInputException($"{file}: an NPZ archive must be a regular file, not a pipe. Save it to disk first.");
        this.stream = stream;
        this.file = file;
        directory = ZipDirectory.Read(stream, file);
        arrays = [.. directory.Members.Where(member => member.Name.EndsWith(Extension, StringComparison.Ordinal))];
        if (directory.Members.Count == 0) throw Bad("the archive is empty. Write arrays into it: numpy.savez('images.npz', images=array).");
        if (arrays.Length == 0)
        {
            throw Bad(
                "this zip archive holds no arrays: NPZ has members NAME.npy, as numpy.savez writes them, and this one has "
                + $"{Listed([.. directory.Members.Select(member => MessageText.Of(member.Name))])}. Unpack it, and name what was in it.");
        }
    }

    /// <summary>The names of the arrays, in the order of the archive.</summary>
    public IReadOnlyList<string> Names => [.. arrays.Select(NameOf)];

    /// <summary>Reads one array.</summary>
    /// <param name="wanted">Its name; null for the only one.</param>
    /// <exception cref="InvalidInputException">There is none of that name, or more than one array and no name, or it cannot be read.</exception>
    public NpyArray Read(string? wanted)
    {
        var member = Choose(wanted);
        CheckLength([member]);
        return Read(member);
    }

    /// <summary>Reads one array as images.</summary>
    /// <param name="wanted">Its name; null for the only one.</param>
    /// <exception cref="InvalidInputException">As for <see cref="Read(string?)"/>, or it holds no images.</exception>
    public ImageSet ReadImages(string? wanted)
    {
        var member = Choose(wanted);
        CheckLength([member]);
        return Images(member).With(name: $"{Path.GetFileName(file)}:{MessageText.Of(NameOf(member))}");
    }

    /// <summary>Reads training and test images where the archive has arrays of both names: <c>x_train</c> and <c>x_test</c>, as Keras'
    /// mnist.npz, or <c>train</c> and <c>test</c>. Other arrays, such as labels, are left alone.</summary>
    /// <returns>The two, or null where there is no such pair.</returns>
    /// <exception cref="InvalidInputException">One of them cannot be read, or they differ in size.</exception>
    public TrainTest? ReadTrainTest()
    {
        foreach (var pair in Pairs)
        {
            if (Find(pair.Train) is not { } first || Find(pair.Test) is not { } second) continue;
            CheckLength([first, second]);
            var (train, test) = (Images(first), Images(second));
            if ((train.Channels, train.Height, train.Width) != (test.Channels, test.Height, test.Width))
            {
                throw Bad(
                    $"the images of {pair.Train} are {train.Channels}×{train.Height}×{train.Width} and those of {pair.Test} {test.Channels}×{test.Height}×{test.Width} "
                    + $"(channels×height×width). Both must be of one size; to use one alone, name it: {file}:{pair.Train}.");
            }
            return TrainTest.Of(file, train.With(name: "train"), test.With(name: "test"));
        }
        return null;
    }

    private ImageSet Images(ZipMember member) => Read(member).ToImages(Shown(member), inPlace: true);

    private NpyArray Read(ZipMember member)
    {
        using var content = ZipContent.Open(stream, directory, member, file, Shown(member));
        var array = NpyFile.ReadSized(content, Shown(member));
        content.CheckEnd();
        return array;
    }

    private ZipMember Choose(string? wanted)
    {
        if (wanted is null && arrays.Length == 1) return arrays[0];
        if (wanted is not null && Find(wanted) is { } found) return found;
        var example = MessageText.Of(NameOf(arrays[0]));
        if (wanted is null) throw Bad($"the archive holds {arrays.Length} arrays: {Described()}. Choose one: {file}:{example}.");
        var nearest = NearestName.Find(wanted, Names);
        throw Bad(
            $"the archive holds no array '{MessageText.Of(wanted)}'.{(nearest is null ? "" : $" Did you mean '{MessageText.Of(nearest)}'?")} It holds {Described()}. "
            + $"Choose one: {file}:{(nearest is null ? example : MessageText.Of(nearest))}.");
    }

    /// <summary>An array by its name, with or without <c>.npy</c>, or null.</summary>
    private ZipMember? Find(string wanted)
    {
        foreach (var name in new[] { wanted + Extension, wanted })
        {
            var found = directory.Members.Where(member => member.Name == name).ToArray();
            if (found.Length == 1) return found[0];
            if (found.Length > 1)
            {
                throw InvalidInputException.At(
                    file, found[1].Place, $"{found.Length} members of the archive are called '{MessageText.Of(name)}'; names must differ. Write it again with numpy.savez.");
            }
        }
        return null;
    }

    /// <summary>The memory for what is unpacked is bounded by the size of the archive without its directory, which is in memory too.</summary>
    private void CheckLength(ReadOnlySpan<ZipMember> members)
    {
        UInt128 length = 0;
        foreach (var member in members)
        {
            ZipContent.Find(stream, directory, member, file); // a damaged claim is called that
            length += member.Length;
        }
        var most = ReadLimit.Unpacked(directory.Start);
        if (length <= (UInt128)most) return;
        var names = new List<string>();
        foreach (var member in members) names.Add(MessageText.Of(NameOf(member)));
        throw InvalidInputException.At(
            file, members[0].Place,
            $"{string.Join(" and ", names)} would unpack to {length} bytes, and an archive of {stream.Length} bytes may unpack to {most}. Unpack it first: write it with numpy.savez "
            + "instead of numpy.savez_compressed, or the array alone with numpy.save.");
    }

    private string Described() => Listed([.. arrays.Take(MostListed + 1).Select(Described)], arrays.Length);

    private string Described(ZipMember member)
    {
        var name = MessageText.Of(NameOf(member));
        try
        {
            using var content = ZipContent.Open(stream, directory, member, file, name);
            var header = NpyHeader.Read(content, name);
            return $"{name} {NpyArray.Describe(header.Shape)} of type {MessageText.Of(header.Descr)}";
        }
        catch (InvalidInputException)
        {
            return $"{name} (which cannot be read)"; // The list is part of an error that is raised anyway.
        }
    }

    private static string Listed(IReadOnlyList<string> texts, int count = 0) =>
        string.Join(", ", texts.Take(MostListed)) + (Math.Max(texts.Count, count) is var all and > MostListed ? $" and {all - MostListed} more" : "");

    private static string NameOf(ZipMember member) => member.Name.EndsWith(Extension, StringComparison.Ordinal) ? member.Name[..^Extension.Length] : member.Name;

    private string Shown(ZipMember member) => $"{file}:{MessageText.Of(NameOf(member))}";

    private InvalidInputException Bad(string problem) => InvalidInputException.At(file, directory.Start, problem);
}
