using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using KanSharp.Formulas;

namespace KanSharp.Tests.Formulas;

public class PrintingTests
{
    [Theory]
    [InlineData("exp(x2^2 + sin(3.14159*x1))", @"\exp\left(x_{2}^{2} + \sin\left(3.14159 x_{1}\right)\right)")]
    [InlineData("m_0/sqrt(1 - v^2/c^2)", @"\frac{m_{0}}{\sqrt{1 - \frac{v^{2}}{c^{2}}}}")]
    [InlineData("-2/3*pi*alpha", @"-\frac{2 \pi \alpha}{3}")]
    [InlineData("2*3*x - 1e-7*y", @"2 \cdot 3 x - 1 \cdot 10^{-7} y")]
    [InlineData("1/(x*y)", @"\frac{1}{x y}")]
    [InlineData("(x + 1)*(y - 2)^2", @"\left(x + 1\right) \left(y - 2\right)^{2}")]
    [InlineData("sin(theta_12)^2*e^x", @"\sin^{2}\left(\theta_{12}\right) \mathrm{e}^{x}")]
    [InlineData("log(abs(x))*sgn(y)", @"\ln\left(\left|x\right|\right) \operatorname{sgn}\left(y\right)")]
    [InlineData("`flow rate`*kinetic_energy*`50%`", @"\mathrm{flow\ rate} \mathrm{kinetic\_energy} \mathrm{50\%}")]
    [InlineData("v_max^(-0.5) + k_B", @"\frac{1}{v_{\mathrm{max}}^{0.5}} + k_{B}")]
    [InlineData("x^y^2", @"x^{y^{2}}")]
    [InlineData("(x^2)^y", @"\left(x^{2}\right)^{y}")]
    [InlineData("-x - (y - 1)", @"-x - \left(y - 1\right)")]
    public void Latex_reads_as_a_textbook_sets_it(string text, string latex) => Assert.Equal(latex, Expression.Parse(text).ToLatex());

    [Theory]
    [InlineData("x2^2 - 2*pi", "<msubsup><mi>x</mi><mn>2</mn><mn>2</mn></msubsup><mo>−</mo><mn>2</mn><mo>⁢</mo><mi>π</mi>")]
    [InlineData("sin(theta_a)^2/(1 + b)", "<mfrac><mrow><msup><mi>sin</mi><mn>2</mn></msup><mo>⁡</mo><mrow><mo>(</mo><msub><mi>θ</mi><mi>a</mi></msub><mo>)</mo></mrow></mrow><mrow><mn>1</mn><mo>+</mo><mi>b</mi></mrow></mfrac>")]
    [InlineData("-sqrt(`a<b`)*1e-7*2", "<mo>−</mo><msqrt><mi>a&lt;b</mi></msqrt><mo>·</mo><mrow><mn>1</mn><mo>×</mo><msup><mn>10</mn><mrow><mo>−</mo><mn>7</mn></mrow></msup></mrow><mo>·</mo><mn>2</mn>")]
    public void MathML_reads_as_a_textbook_sets_it(string text, string expected)
    {
        var written = XElement.Parse($"<math>{Expression.Parse(text).ToMathML()}</math>");
        foreach (XElement row in written.Descendants("mrow").Where(row => row.Elements().Count() == 1).ToArray())
            row.ReplaceWith(row.Elements());
        Assert.Equal($"<math>{expected}</math>", written.ToString(SaveOptions.DisableFormatting));
    }

    [Theory]
    [InlineData("exp(x2^2 + sin(3.14159*x1))", "Math.Exp(Math.Pow(x2, 2.0) + Math.Sin(3.14159*x1))")]
    [InlineData("2/3*x - 1/`flow rate`", "2.0/3.0*x - 1.0/flow_rate")]
    [InlineData("sgn(x)/sgn(y)*pi", "(double)Math.Sign(x)/(double)Math.Sign(y)*Math.PI")]
    [InlineData("x/(y*z^2) + arctanh(class)", "x/(y*Math.Pow(z, 2.0)) + Math.Atanh(class_)")]
    [InlineData("1e22*abs(`2x`)", "1e22*Math.Abs(_2x)")]
    public void CSharp_has_doubles_and_valid_identifiers(string text, string code) => Assert.Equal(code, Expression.Parse(text).ToCSharp());

    [Theory]
    [InlineData("exp(x2^2 + sin(3.14159*x1))", "math.exp(x2**2 + math.sin(3.14159*x1))")]
    [InlineData("-x^2/(-2)^y", "-x**2/math.pow(-2, y)")]
    [InlineData("x^1.5 - 1/y^0.3*z", "math.pow(x, 1.5) - 1/math.pow(y, 0.3)*z")]
    [InlineData("pi*e*abs(x)*arcsin(x)*arctanh(y)*log(z)", "math.pi*math.e*math.fabs(x)*math.asin(x)*math.atanh(y)*math.log(z)")]
    [InlineData("sgn(x + 1)*2", "((x + 1 > 0) - (x + 1 < 0))*2")]
    [InlineData("lambda*`flow rate (l/s)`*`2nd`*größe*math*`x²`", "lambda_*flow_rate__l_s_*_2nd*größe*math_*x_")]
    [InlineData("x^-2*`-`", "1/x**2*_")]
    public void Python_uses_math_and_valid_identifiers(string text, string code) => Assert.Equal(code, Expression.Parse(text).ToPython());

    [Fact]
    public void Names_that_become_the_same_identifier_stay_apart()
    {
        Expression formula = Expression.Parse("`a b` - `a-b` + a_b");
        Assert.Equal("a_b_ - a_b__ + a_b", formula.ToPython());
        Assert.Equal("a_b_ - a_b__ + a_b", formula.ToCSharp());
    }

    [Property(MaxTest = 500, Replay = RandomExpressions.Seed)]
    public Property Printed_code_means_the_same_as_the_formula() => Prop.ForAll(
        Arb.From(RandomExpressions.Plain()),
        expression =>
        {
            Same(expression, Regex.Replace(expression.ToCSharp().Replace("(double)", ""), @"Math\.(\w+)", match => match.Groups[1].Value.ToLowerInvariant()));
            if (!expression.ToPython().Contains('>'))
                Same(expression, expression.ToPython().Replace("math.", "").Replace("fabs", "abs"));
        });

    [Fact]
    public void Python_itself_computes_the_same_values_where_it_is_installed()
    {
        Expression[] formulas = [.. RandomExpressions.Plain().Sample(300, new Rnd(1), 40)];
        double[] expected = [.. formulas.Select(formula => formula.Compile("x", "y", "z")([0.7, 1.3, 2.9]))];
        int[] finite = [.. Enumerable.Range(0, formulas.Length).Where(i => double.IsFinite(expected[i]))];
        string program = string.Join('\n', (string[])["import math", "x, y, z = 0.7, 1.3, 2.9", "def show(f):", "    try: print(repr(float(f())))",
            "    except Exception as error: print(type(error).__name__)", .. finite.Select(i => $"show(lambda: {formulas[i].ToPython()})")]);
        if (RunPython(program) is not { } lines)
            return;
        for (int k = 0; k < finite.Length; k++)
        {
            // Python raises where IEEE arithmetic passes through infinity, as in 1/(1/0), and turns complex below a broken power.
            if (lines[k] is "ZeroDivisionError" or "OverflowError" or "ValueError" or "TypeError")
                continue;
            double actual = double.Parse(lines[k], CultureInfo.InvariantCulture), wanted = expected[finite[k]];
            Assert.True(Math.Abs(actual - wanted) <= 1e-9 * Math.Max(1, Math.Abs(wanted)), $"{formulas[finite[k]].ToPython()}: {actual:R}, expected {wanted:R}");
        }
        Assert.True(lines.Take(finite.Length).Count(line => !line.EndsWith("Error", StringComparison.Ordinal)) > finite.Length / 2);
    }

    private static void Same(Expression expression, string code)
    {
        CompiledFormula expected = expression.Compile("x", "y", "z"), actual = Expression.Parse(code).Compile("x", "y", "z");
        foreach (double[] point in (double[][])[[0.7, 1.3, 2.9], [-1.2, 0.4, 0.1]])
            Assert.Equal(expected(point), actual(point));
    }

    private static string[]? RunPython(string program)
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, program);
            using Process process = Process.Start(new ProcessStartInfo("python3", path) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, errors.Result);
            return output.Split('\n');
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
        finally
        {
            File.Delete(path);
        }
    }
}
