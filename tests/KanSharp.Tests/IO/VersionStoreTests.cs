using KanSharp.Interpretation;
using KanSharp.IO;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Tests.Support;
using KanSharp.Training;

namespace KanSharp.Tests.IO;

public sealed class VersionStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder.File("m.versions");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Versions_are_numbered_branch_and_are_found_again_bit_for_bit()
    {
        Dataset data = Data();
        KanModel start = KanModel.Create(new KanSpec(2, 3, 1)), trained = Fit(start), pruned = trained.Prune(data.Inputs, 1e-9, 1e-9).Item1;
        VersionStore versions = VersionStore.Create(Path);
        ModelVersion first = versions.Add(start), second = versions.Add(trained, first), third = versions.Add(pruned, second);
        ModelVersion back = versions.Rewind("0.1");

        // Another process.
        versions = VersionStore.Open(Path);
        ModelVersion further = versions.Add(Fit(versions.Load(back.Name)), versions[back.Name]);
        Assert.Equal(["0.0", "0.1", "0.2", "1.1", "1.2"], versions.Versions.Select(version => version.Name));
        Assert.Equal([null, "0.0", "0.1", "0.1", "1.1"], versions.Versions.Select(version => version.Parent));
        Assert.Equal(["trained 2 steps with Lbfgs, penalty 0", "went back to 0.1", "trained 2 steps with Lbfgs, penalty 0"],
            from i in new[] { 1, 3, 4 } select versions.Versions[i].Operation);
        Assert.StartsWith("pruned", third.Operation);
        Assert.Equal(trained.Predict(data.Inputs).Values.Values, versions.Load("1.1").Predict(data.Inputs).Values.Values);
        FixtureModel.AssertSame(pruned, versions.Load("0.2"));
        Assert.Equal(back, versions.Find(trained));
        Assert.Equal(further, versions.Find(versions.Load("1.2")));
        Assert.Equal(further, versions.Find(Fit(trained)));
        Assert.Null(versions.Find(Fit(pruned)));

        // The model of 0.1 and 1.1 is stored once.
        Assert.Equal(4, Directory.EnumerateFiles(Path, "*.kan").Count());
    }

    [Fact]
    public void A_second_child_begins_a_round_of_its_own_and_so_does_a_model_without_parent()
    {
        KanModel start = KanModel.Create(new KanSpec(2, 1));
        VersionStore versions = VersionStore.Create(Path);
        ModelVersion first = versions.Add(start);
        Assert.Equal("0.1", versions.Add(Fit(start), first).Name);
        ModelVersion branch = versions.Add(GridUpdater.Refine(start, 9), first), other = versions.Add(KanModel.Create(new KanSpec(2, 1), 2), operation: "said so");
        Assert.Equal(("1.1", "0.0", "refined to 9 grid intervals"), (branch.Name, branch.Parent, branch.Operation));
        Assert.Equal(("2.0", null, "said so"), (other.Name, other.Parent, other.Operation));
        Assert.Equal(first, versions.Add(start, first));
        Assert.Equal(4, versions.Versions.Length);
    }

    [Fact]
    public void Several_at_a_time_lose_nothing()
    {
        VersionStore.Create(Path);
        KanModel[] models = [.. Enumerable.Range(0, 24).Select(seed => KanModel.Create(new KanSpec(2, 1), (ulong)seed))];
        Parallel.ForEach(models, model => VersionStore.Open(Path).Add(model));
        VersionStore versions = VersionStore.Open(Path);
        Assert.Equal(Enumerable.Range(0, 24).Select(round => $"{round}.0"), versions.Versions.Select(version => version.Name));
        Assert.All(models, model => Assert.NotNull(versions.Find(model)));
    }

    [Fact]
    public void What_is_not_there_is_said()
    {
        Assert.Contains("There is no file", Assert.Throws<KanSharpException>(() => VersionStore.Open(Path)).Message);
        VersionStore versions = VersionStore.Create(Path);
        Assert.Contains("still empty", Assert.Throws<KanSharpException>(() => versions.Load("0.0")).Message);
        versions.Add(KanModel.Create(new KanSpec(2, 1)));
        Assert.Contains("there are 0.0", Assert.Throws<KanSharpException>(() => versions.Rewind("0.1")).Message);
        Assert.Contains("is there already", Assert.Throws<KanSharpException>(() => VersionStore.Create(Path)).Message);
        Assert.Contains("cannot be made", Assert.Throws<KanSharpException>(() => VersionStore.Create(_folder.File("plain", "") + "/below")).Message);
    }

    [Theory]
    [InlineData("", "no readable index")]
    [InlineData("[]", "no readable index")]
    [InlineData("""{"format": "other", "version": 1, "versions": []}""", "its format is 'other'")]
    [InlineData("""{"format": "kansharp-versions", "version": 2, "versions": []}""", "format version 2")]
    [InlineData("""{"format": "kansharp-versions", "version": 1, "versions": [null]}""", "no description")]
    [InlineData("""{"format": "kansharp-versions", "version": 1, "versions": [{"name": "0.0", "parent": null, "operation": "", "sha256": "../../../../etc/passwd"}]}""", "64 hexadecimal digits")]
    [InlineData("""{"format": "kansharp-versions", "version": 1, "versions": [{"name": "00.0", "parent": null, "operation": "", "sha256": ""}]}""", "'00.0' is no version")]
    [InlineData("""{"format": "kansharp-versions", "version": 1, "versions": [{"name": "0.1", "parent": "0.0", "operation": "", "sha256": ""}]}""", "comes before its parent")]
    public void A_damaged_index_is_refused(string text, string expected)
    {
        VersionStore.Create(Path);
        File.WriteAllText(System.IO.Path.Combine(Path, "versions.json"), text);
        Assert.Contains(expected, Assert.Throws<KanFormatException>(() => VersionStore.Open(Path)).Message);
    }

    [Fact]
    public void A_file_that_is_not_the_model_of_its_version_is_refused()
    {
        VersionStore versions = VersionStore.Create(Path);
        versions.Add(KanModel.Create(new KanSpec(2, 1)));
        string file = Directory.EnumerateFiles(Path, "*.kan").Single();
        ModelFile.Save(KanModel.Create(new KanSpec(2, 1), 9), file);
        Assert.Contains("checksum", Assert.Throws<KanFormatException>(() => versions.Load("0.0")).Message);
        File.Delete(file);
        Assert.Contains("There is no file", Assert.Throws<KanSharpException>(() => versions.Load("0.0")).Message);
    }

    private static KanModel Fit(KanModel model) => Trainer.Fit(model, Data(), new TrainingOptions { Steps = 2 }).Model;

    private static Dataset Data()
    {
        var random = new SeededRandom(8);
        Matrix inputs = new(50, 2), targets = new(50, 1);
        for (int row = 0; row < 50; row++)
            targets[row, 0] = Math.Sin(inputs[row, 0] = random.NextDouble(-1, 1)) + (inputs[row, 1] = random.NextDouble(-1, 1));
        return new Dataset(inputs, targets);
    }
}
