using KanSharp.IO;
using KanSharp.Tests.Support;

namespace KanSharp.Tests.IO;

public class AtomicFileTests
{
    [Fact]
    public void A_file_is_replaced_as_a_whole()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("a.txt", "old and longer");
        AtomicFile.WriteText(path, "new");
        Assert.Equal("new", File.ReadAllText(path));
        Assert.Equal(["a.txt"], folder.Names());
    }

    [Fact]
    public void A_failure_keeps_the_old_file_and_leaves_nothing_behind()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("a.txt", "old");
        var failure = Assert.Throws<KanSharpException>(() => AtomicFile.Write(path, stream =>
        {
            stream.WriteByte(1);
            throw new IOException("No space left on device");
        }));
        Assert.Contains("a.txt cannot be written: No space left on device", failure.Message);
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(path, _ => throw new InvalidOperationException()));
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal(["a.txt"], folder.Names());
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_told_before_and_after_the_work()
    {
        using var folder = new TemporaryFolder();
        string readOnly = folder.File("locked.txt", "old");
        File.SetAttributes(readOnly, FileAttributes.ReadOnly);
        foreach ((string path, string expected) in new[] { (folder.Path, "is a folder"), (folder.File("no/where.txt"), "there is no folder"), ("", "is empty"), (readOnly, "is read-only") })
        {
            Assert.Contains(expected, Assert.Throws<KanSharpException>(() => AtomicFile.EnsureWritable(path)).Message);
            Assert.Contains(expected, Assert.Throws<KanSharpException>(() => AtomicFile.WriteText(path, "new")).Message);
        }
        AtomicFile.EnsureWritable(folder.File("new.txt"));
        Assert.Equal("old", File.ReadAllText(readOnly));
        Assert.Equal(["locked.txt"], folder.Names());
    }

    [Fact]
    public void A_link_stays_a_link_and_a_device_stays_a_device()
    {
        if (OperatingSystem.IsWindows())
            return;
        using var folder = new TemporaryFolder();
        string path = folder.File("a.txt", "old");
        File.CreateSymbolicLink(folder.File("link.txt"), path);
        AtomicFile.WriteText(folder.File("link.txt"), "new");
        Assert.Equal("new", File.ReadAllText(path));
        Assert.NotNull(new FileInfo(folder.File("link.txt")).LinkTarget);
        AtomicFile.WriteText("/dev/null", "gone");
        Assert.Equal("", File.ReadAllText("/dev/null"));
    }

    [Fact]
    public void A_full_disk_is_a_clear_error()
    {
        if (!OperatingSystem.IsLinux())
            return;
        Assert.Contains("/dev/full cannot be written: No space left on device", Assert.Throws<KanSharpException>(() => AtomicFile.WriteText("/dev/full", "x")).Message);
    }
}
