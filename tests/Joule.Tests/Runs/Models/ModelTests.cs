using Joule.Compute;
using Joule.Data;
using Joule.Energies;
using Joule.Networks;
using Joule.Runs;
using Joule.Tests.Data;
using Xunit;

namespace Joule.Tests.Runs;

public sealed class ModelTests
{
    [Fact]
    public void A_saved_model_is_loaded_with_the_same_weights_configuration_and_transform()
    {
        using TempFolder temp = new();
        using Device device = Device.Cpu(1);
        using Model model = Make(device, temp["m.safetensors"]);
        using Model loaded = Model.Load(temp["m.safetensors"], device);
        Assert.All(model.Trained.Tensors, p => Assert.True(TestRows.SameBits(model.Values(p), loaded.Values(p))));
        Assert.Equal(model.Config.ToJson().ToJsonString(), loaded.Config.ToJson().ToJsonString());
        Assert.Equal(model.Transform.ToJson().ToJsonString(), loaded.Transform.ToJson().ToJsonString());
        ModelDescription description = Model.Describe(temp["m.safetensors"]);
        Assert.Equal(model.Energy.Space, description.Space);
    }

    [Fact]
    public void A_folder_stands_for_its_model_and_a_missing_one_is_named()
    {
        using TempFolder temp = new();
        using Device device = Device.Cpu(1);
        Refused.With(() => Model.Find(temp.Path), temp.Path);
        Refused.With(() => Model.Find(temp["none"]), "none");
        Make(device, temp[Model.FileName]).Dispose();
        Assert.Equal(temp[Model.FileName], Model.Find(temp.Path));
    }

    [Fact]
    public void Missing_foreign_and_reshaped_tensors_are_named()
    {
        using TempFolder temp = new();
        using Device device = Device.Cpu(1);
        string file = temp["m.safetensors"], bad = temp["bad.safetensors"];
        Make(device, file).Dispose();
        SafeTensorsContent content = SafeTensors.Read(file);
        Save(content.Tensors.SkipLast(1));
        Refused.With(() => Model.Load(bad, device), bad, content.Tensors[^1].Name);
        Save(content.Tensors.Append(new NamedTensor("odd.weight", [1], new float[1])));
        Refused.With(() => Model.Load(bad, device), bad, "odd.weight");
        NamedTensor first = content.Tensors[0];
        float[] weights = first.Floats!;
        Save(content.Tensors.Skip(1).Prepend(new NamedTensor(first.Name, [1, weights.Length], weights)));
        Refused.With(() => Model.Load(bad, device), bad, first.Name);
        weights[0] = float.NaN;
        Save(content.Tensors);
        Refused.With(() => Model.Load(bad, device), bad, first.Name, "NaN");

        void Save(IEnumerable<NamedTensor> tensors) => SafeTensors.Write(bad, [.. tensors], content.Metadata);
    }

    private static Model Make(Device device, string file)
    {
        RunConfig config = Presets.Load("seed").With(new FlattenLayer(), new DenseLayer { Outputs = 3 }, new SumLayer());
        ImageDataTransform transform = config.Transform(1, 6, 6);
        NetworkEnergy energy = new(new Network(device, transform.Space.Shape, config.Network().Layers), transform.Space);
        energy.Initialize(4);
        Model model = new(energy, config, transform);
        model.Save(file);
        return model;
    }
}
