namespace Joule.Data;

/// <summary>An open NPZ archive: the list of its arrays, and access to them.</summary>
internal sealed class NpzArchive
{
    private const string Extension = ".npy";
    private const int MostListed = 10;
    private readonly Stream _stream;
    private readonly string _file;
    private readonly ZipDirectory _directory;
    private readonly ZipMember[] _arrays;

    /// <summary>Reads the directory.</summary>
    /// <param name="stream">The archive; left open.</param>
    /// <param name="file">Its name in messages.</param>
    /// <exception cref="InvalidInputException">It is not a complete zip archive, or it has no arrays.</exception>
    public NpzArchive(Stream stream, string file)
    {
        if (!stream.CanSeek)
            throw new InvalidInputException($"{file}: an NPZ archive must be a regular file, not a pipe. Save it to disk first.");
        _stream = stream;
        _file = file;
        _directory = ZipDirectory.Read(stream, file);
        _arrays = [.. _directory.Members.Where(member => member.Name.EndsWith(Extension, StringComparison.Ordinal))];
        if (_directory.Members.Count == 0)
            throw Bad("the archive is empty. Write arrays into it: numpy.savez('images.npz', images=array).");
        if (_arrays.Length == 0)
        {
            FileKind kind = FileKind.OfMember(_directory.Members[0].Name);
            throw Bad(
                $"this is {kind.Name}, and it holds no arrays: NPZ has members NAME.npy, as numpy.savez writes them, and this one has "
                + $"{Listed([.. _directory.Members.Select(member => MessageText.Of(member.Name))])}. "
                + $"{(kind.AsImages.Length > 0 ? kind.AsImages : "It holds no images")}.");
        }
    }

    /// <summary>The names of the arrays, in the order of the archive.</summary>
    public IReadOnlyList<string> Names => [.. _arrays.Select(NameOf)];

    /// <summary>Reads one array.</summary>
    /// <param name="wanted">Its name; null for the only one.</param>
    /// <exception cref="InvalidInputException">
    /// There is no array of that name, or several arrays and no name, or it cannot be read.
    /// </exception>
    public NpyArray Read(string? wanted)
    {
        ZipMember member = Choose(wanted);
        CheckLength([member]);
        return Read(member);
    }

    /// <summary>Reads the numbers of one array in full precision.</summary>
    /// <param name="wanted">Its name.</param>
    /// <param name="check">May refuse a shape before memory is allocated.</param>
    /// <exception cref="InvalidInputException">There is no array of that name, or it cannot be read.</exception>
    public NumberArray ReadNumbers(string wanted, Action<int[], long> check)
    {
        ZipMember member = Choose(wanted);
        using ZipContent content = ZipContent.Open(_stream, _directory, member, _file, Shown(member));
        NumberArray array = NpyFile.ReadNumbersSized(content, Shown(member), check);
        content.CheckEnd();
        return array;
    }

    /// <summary>Reads one array as images.</summary>
    /// <param name="wanted">Its name; null for the only one.</param>
    /// <param name="request">How to read it.</param>
    /// <exception cref="InvalidInputException">As for <see cref="Read(string?)"/>, or it holds no images.</exception>
    public ImageSet ReadImages(string? wanted, ReadingRequest request)
    {
        ZipMember member = Choose(wanted);
        CheckLength([member]);
        return Images(member, request).With(name: $"{Path.GetFileName(_file)}:{MessageText.Of(NameOf(member))}");
    }

    /// <summary>Reads the sets of the archive, if its arrays are named as sets (<see cref="NpzRoles"/>).</summary>
    /// <returns>The sets, or null if there are none.</returns>
    /// <exception cref="InvalidInputException">One of them cannot be read, or they differ in size.</exception>
    public ImageParts? ReadParts(ReadingRequest request)
    {
        InvalidInputException Several(string[] trains) => Bad(
            $"the archive holds {trains.Length} sets of training images: {Listed([.. trains.Select(MessageText.Of)])}. To use one alone, "
                + $"name it: {_file}:{MessageText.Of(trains[0])}.");
        if (NpzRoles.Find(Names, Several) is not { } roles)
            return null;
        ZipMember[] members = [.. new[] { roles.Train, roles.Test, roles.Validation }.OfType<string>().Select(name => Find(name)!)];
        CheckLength(members);
        request = request with { AreSets = true };
        ImageSet train = Images(members[0], request);
        ImageSet? test = roles.Test is null ? null : Images(members[1], request);
        ImageSet? validation = roles.Validation is null ? null : Images(members[^1], request);
        foreach ((string? name, ImageSet? other) in new[] { (roles.Test, test), (roles.Validation, validation) })
        {
            if (other is null || (train.Height, train.Width) == (other.Height, other.Width))
                continue;
            throw Bad(
                $"the images of {MessageText.Of(roles.Train)} are {train.Channels}×{train.Height}×{train.Width} and those of "
                + $"{MessageText.Of(name!)} {other.Channels}×{other.Height}×{other.Width} "
                + $"(channels×height×width). Both must be of one size; to use one alone, name it: {_file}:{MessageText.Of(roles.Train)}.");
        }
        ZipMember[] others = _arrays.Except(members).ToArray();
        LeftOut[] leftOut =
        [
            .. others.Take(MostListed).Select(member => new LeftOut { What = MessageText.Of(NameOf(member)) }),
            .. others.Length > MostListed ? [new LeftOut { What = "further arrays", Count = others.Length - MostListed }] : (LeftOut[])[],
        ];
        return new ImageParts(_file, train, test, validation) { LeftOut = leftOut };
    }

    private ImageSet Images(ZipMember member, ReadingRequest request)
    {
        using ZipContent content = ZipContent.Open(_stream, _directory, member, _file, Shown(member));
        ImageSet images = NpyFile.ReadImagesSized(content, Shown(member), request);
        content.CheckEnd();
        return images;
    }

    /// <summary>Whether an array may hold images, by its name, type and shape; labels do not.</summary>
    private bool HoldsImages(ZipMember member)
    {
        string[] words = NameOf(member).ToLowerInvariant().Split('_', '-', '.', ' ');
        if (words.Any(word => word is "y" or "label" or "labels" or "target" or "targets" or "class" or "classes"))
            return false;
        try
        {
            using ZipContent content = ZipContent.Open(_stream, _directory, member, _file, Shown(member));
            NpyHeader header = NpyHeader.Read(content, Shown(member));
            return ElementType.OfNumpy(header.Descr) is not null && header.Shape.Length is >= 2 and <= 4 && !header.Shape.Contains(0)
                && header.Shape is not [_, 1];
        }
        catch (InvalidInputException)
        {
            return false; // the list reports that it cannot be read
        }
    }

    private NpyArray Read(ZipMember member)
    {
        using ZipContent content = ZipContent.Open(_stream, _directory, member, _file, Shown(member));
        NpyArray array = NpyFile.ReadSized(content, Shown(member));
        content.CheckEnd();
        return array;
    }

    private ZipMember Choose(string? wanted)
    {
        if (wanted is null && _arrays.Length == 1)
            return _arrays[0];
        if (wanted is not null && Find(wanted) is { } found)
            return found;
        foreach (string name in Names)
            Find(name); // duplicate names cannot be chosen
        ZipMember? images = _arrays.FirstOrDefault(HoldsImages);
        string example = MessageText.Of(NameOf(images ?? _arrays[0]));
        if (wanted is null)
        {
            throw Bad($"the archive holds {_arrays.Length} arrays: {Described()}. "
                + (images is null
                    ? "None of them looks like images, which have two to four dimensions. Save the images: numpy.savez(path, images=array)."
                    : $"Choose one: {_file}:{example}."));
        }
        string? nearest = NearestName.Find(wanted, Names);
        throw Bad(
            "the archive holds no array "
            + $"'{MessageText.Of(wanted)}'.{(nearest is null ? "" : $" Did you mean '{MessageText.Of(nearest)}'?")} It holds "
            + $"{Described()}. Choose one: {_file}:{(nearest is null ? example : MessageText.Of(nearest))}.");
    }

    /// <summary>An array by its name, with or without <c>.npy</c>, or null.</summary>
    private ZipMember? Find(string wanted)
    {
        foreach (string name in new[] { wanted + Extension, wanted })
        {
            ZipMember[] found = _directory.Members.Where(member => member.Name == name).ToArray();
            if (found.Length == 1)
                return found[0];
            if (found.Length > 1)
            {
                throw InvalidInputException.At(
                    _file, found[1].Place,
                    $"{found.Length} members of the archive are called '{MessageText.Of(name)}'; names must differ. Write it again with "
                        + "numpy.savez.");
            }
        }
        return null;
    }

    /// <summary>
    /// The memory of unpacked content is bounded by the size of the archive without its directory, which is in memory too.
    /// </summary>
    private void CheckLength(ReadOnlySpan<ZipMember> members)
    {
        UInt128 length = 0;
        foreach (ZipMember member in members)
        {
            ZipContent.Find(_stream, _directory, member, _file); // a false claim is reported as damage
            length += MemoryOf(member);
        }
        long most = ReadLimit.Unpacked(_directory.Start);
        if (length <= (UInt128)most)
            return;
        List<string> names = [];
        foreach (ZipMember member in members)
            names.Add(MessageText.Of(NameOf(member)));
        throw InvalidInputException.At(
            _file, members[0].Place,
            $"{string.Join(" and ", names)} would unpack to {length} bytes, and an archive of {_stream.Length} bytes may unpack to {most}. "
            + "Unpack it first: write it with numpy.savez instead of numpy.savez_compressed, or the array alone with numpy.save.");
    }

    /// <summary>The largest memory of a member: 16-bit floats and integers become 32-bit floats.</summary>
    private UInt128 MemoryOf(ZipMember member)
    {
        try
        {
            string name = MessageText.Of(NameOf(member));
            using ZipContent content = ZipContent.Open(_stream, _directory, member, _file, name);
            return (UInt128)member.Length * (ElementType.OfNumpy(NpyHeader.Read(content, name).Descr)?.Size == 2 ? 2u : 1u);
        }
        catch (InvalidInputException)
        {
            return member.Length; // reading it reports what is wrong
        }
    }

    private string Described() => Listed([.. _arrays.Take(MostListed + 1).Select(Described)], _arrays.Length);

    private string Described(ZipMember member)
    {
        string name = MessageText.Of(NameOf(member));
        try
        {
            using ZipContent content = ZipContent.Open(_stream, _directory, member, _file, name);
            NpyHeader header = NpyHeader.Read(content, name);
            return $"{name} {NpyArray.Describe(header.Shape)} of type {ElementType.NameOf(header.Descr)}";
        }
        catch (InvalidInputException)
        {
            return $"{name} (which cannot be read)"; // The list is part of an error that is raised anyway.
        }
    }

    private static string Listed(IReadOnlyList<string> texts, int count = 0) =>
        string.Join(", ", texts.Take(MostListed))
            + (Math.Max(texts.Count, count) is var all and > MostListed ? $" and {all - MostListed} more" : "");

    private static string NameOf(ZipMember member) =>
        member.Name.EndsWith(Extension, StringComparison.Ordinal) ? member.Name[..^Extension.Length] : member.Name;

    private string Shown(ZipMember member) => $"{_file}:{MessageText.Of(NameOf(member))}";

    private InvalidInputException Bad(string problem) => InvalidInputException.At(_file, _directory.Start, problem);
}
