using System.CommandLine;
using System.Globalization;
using KanSharp.Model;

namespace KanSharp.Cli;

/// <summary>The option --edge: layer, input, output.</summary>
internal static class EdgeOption
{
    public static Option<EdgeIndex> Create() => new("--edge")
    {
        Description = "The edge: its layer, the node it starts from and the one it ends in, all from 0",
        HelpName = "layer,input,output",
        Required = true,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            string[] parts = text.Split(',');
            int[] numbers = new int[3];
            bool valid = parts.Length == 3;
            for (int i = 0; valid && i < 3; i++)
                valid = int.TryParse(parts[i].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]);
            if (!valid)
                result.AddError($"'{text}' is no value for --edge; expected layer,input,output such as 0,1,0.");
            return new EdgeIndex(numbers[0], numbers[1], numbers[2]);
        },
    };
}
