namespace KanSharp.Cli.Tests;

public class SmokeTests
{
    [Fact]
    public void The_command_assembly_is_called_kan() =>
        Assert.Equal("kan", typeof(Program).Assembly.GetName().Name);
}
