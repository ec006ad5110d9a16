using System.Diagnostics;
using System.Reflection;
using System.Runtime.Loader;
using KanSharp.IO;
using KanSharp.IO.Interop;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace KanSharp.Tests.IO;

/// <summary>Compiles and runs an exported source file, every warning an error: the values of each row, and the label for a classifier.</summary>
internal static class ExportedProgram
{
    private static readonly MetadataReference[] s_references =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal)).Select(path => MetadataReference.CreateFromFile(path))];

    public static List<(double[] Values, string? Label)> Run(SourceLanguage language, string source, KanModel model, Matrix x) => language switch
    {
        SourceLanguage.CSharp => RunCSharp(source, model, x),
        SourceLanguage.Python => RunPython(source, model, x),
        _ => RunC(source, model, x),
    };

    private static List<(double[], string?)> RunCSharp(string source, KanModel model, Matrix x)
    {
        CSharpCompilation compilation = CSharpCompilation.Create("exported", [CSharpSyntaxTree.ParseText(source, new CSharpParseOptions(LanguageVersion.CSharp7_3))], s_references,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, generalDiagnosticOption: ReportDiagnostic.Error, optimizationLevel: OptimizationLevel.Release));
        using var stream = new MemoryStream();
        var emitted = compilation.Emit(stream);
        Assert.True(emitted.Success, string.Join('\n', emitted.Diagnostics) + "\n" + source);
        stream.Position = 0;
        Type type = new AssemblyLoadContext(null, isCollectible: true).LoadFromStream(stream).GetExportedTypes().Single();
        MethodInfo predict = type.GetMethod("Predict")!;
        Assert.Equal(model.InputCount, predict.GetParameters().Length);
        return [.. Enumerable.Range(0, x.Rows).Select(row =>
        {
            object[] arguments = [.. Row(x, row).Cast<object>()];
            object result = predict.Invoke(null, arguments)!;
            return result is string label ? ((double[])type.GetMethod("Probabilities")!.Invoke(null, arguments)!, label) : (result as double[] ?? [(double)result], (string?)null);
        })];
    }

    private static List<(double[], string?)> RunPython(string source, KanModel model, Matrix x)
    {
        bool isClassifier = !model.Info.Classes.IsEmpty;
        string rows = string.Join(", ", Enumerable.Range(0, x.Rows).Select(row => $"({string.Concat(Row(x, row).Select(value => SourceSyntax.Number(value) + ", "))})"));
        return Execute("python3", "-W error main.py", ("model.py", source), ("main.py", $"""
            import model
            for x in [{rows}]:
                y = {(isClassifier ? "model.probabilities(*x)" : model.OutputCount == 1 ? "(model.predict(*x),)" : "model.predict(*x)")}
                print(" ".join(repr(v) for v in y){(isClassifier ? """ + " " + model.predict(*x).encode().hex()""" : "")})
            """)).ConvertAll(line => Parse(line, isClassifier));
    }

    private static List<(double[], string?)> RunC(string source, KanModel model, Matrix x)
    {
        bool isClassifier = !model.Info.Classes.IsEmpty, isSingle = !isClassifier && model.OutputCount == 1;
        string arguments = string.Join(", ", Enumerable.Range(0, model.InputCount).Select(i => $"X[row][{i}]"));
        string call = isSingle ? $"v[0] = predict({arguments});" : $"{(isClassifier ? "probabilities" : "predict")}({arguments}, v);";
        string label = isClassifier ? $$"""printf(" "); for (const char *c = predict({{arguments}}); *c; c++) printf("%02x", (unsigned char)*c);""" : "";
        string main = $$"""
            #include <stdio.h>
            #include "model.c"
            static const double X[][{{model.InputCount}}] = { {{string.Join(", ", Enumerable.Range(0, x.Rows).Select(row => $"{{ {string.Join(", ", Row(x, row).Select(SourceSyntax.Number))} }}"))}} };
            int main(void)
            {
                for (int row = 0; row < {{x.Rows}}; row++) {
                    double v[{{model.OutputCount}}];
                    {{call}}
                    for (int o = 0; o < {{model.OutputCount}}; o++)
                        printf("%s%.17g", o ? " " : "", v[o]);
                    {{label}}
                    printf("\n");
                }
                return 0;
            }
            """;
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("model.c"), source);
        File.WriteAllText(folder.File("main.c"), main);
        Execute(folder, "gcc", "-std=c99 -Wall -Wextra -Werror -pedantic -o model main.c -lm");
        return Execute(folder, folder.File("model"), "").ConvertAll(line => Parse(line, isClassifier));
    }

    private static (double[], string?) Parse(string line, bool isClassifier)
    {
        string[] parts = line.Split(' ');
        string[] numbers = isClassifier ? parts[..^1] : parts;
        return ([.. numbers.Select(number => number == "nan" ? double.NaN : double.Parse(number))], isClassifier ? System.Text.Encoding.UTF8.GetString(Convert.FromHexString(parts[^1])) : null);
    }

    private static double[] Row(Matrix x, int row) => [.. Enumerable.Range(0, x.Columns).Select(column => x[row, column])];

    private static List<string> Execute(string program, string arguments, params (string Name, string Content)[] files)
    {
        using var folder = new TemporaryFolder();
        foreach ((string name, string content) in files)
            File.WriteAllText(folder.File(name), content);
        return Execute(folder, program, arguments);
    }

    private static List<string> Execute(TemporaryFolder folder, string program, string arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder.Path, RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors.Result);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }
}
