using System.CommandLine;
using KanSharp.Cli.Reports;
using KanSharp.Discovery;
using KanSharp.Equations;
using KanSharp.IO;
using KanSharp.Training;

namespace KanSharp.Cli.Commands;

/// <summary><c>kan solve</c>: differential equations from a file.</summary>
internal sealed class SolveVerb : Verb
{
    private readonly Argument<string> _problem = new("P.yaml") { Description = "The problem: inputs, unknowns, equations, conditions" };
    private readonly Option<string> _out = OptionOf.Required("--out", "M.kan", "Where to write the solution, a model");
    private readonly Option<string?> _outDir = OptionOf.Text("--out-dir", "D", "A folder for a report with pictures of solution, residual and error");
    private readonly Option<double> _formulaTime = OptionOf.Number("--formula-time", "Seconds to look for a formula that solves the equations; 0 for no search", 0, 1e6, 20);

    public SolveVerb() : base("solve", "Solves differential equations, and looks for a formula that does.", "kan solve samples/poisson.yaml --out poisson.kan --out-dir poisson-report")
    {
        Add(_problem);
        Add(_out);
        Add(_outDir);
        Add(_formulaTime);
    }

    public override int Run(ParseResult parsed, Session session)
    {
        long start = session.Clock.GetTimestamp();
        string path = parsed.GetValue(_problem)!, model = parsed.GetValue(_out)!;
        EquationProblem problem = EquationFile.Read(path);
        OutputFile.Check(model, path);
        OutputFolder? folder = parsed.GetValue(_outDir) is string name ? new OutputFolder(name, SolutionFiles.Names(problem)) : null;
        folder?.Check(path);
        var gridSeconds = new Dictionary<int, double>();
        EquationSolution solution = ProgressDisplay.Run(session, "Solving", display => EquationSolver.Solve(problem, null, new Relay<EquationProgress>(step =>
        {
            gridSeconds[step.GridIntervals] = session.Clock.GetElapsedTime(start).TotalSeconds;
            display.Report(new ProgressStep((step.Stage + (double)step.Training.Latest.Step / step.Training.Steps) / step.Stages,
                $"grid {step.GridIntervals}, step {step.Training.Latest.Step} of {step.Training.Steps}, loss {step.Training.Latest.TrainLoss:G3}"));
        }), session.Cancellation));
        if (solution.Stages.All(stage => stage.Training.Steps.IsEmpty))
            session.Cancellation.ThrowIfCancellationRequested();
        double seconds = session.Clock.GetElapsedTime(start).TotalSeconds, limit = parsed.GetValue(_formulaTime);
        FormulaSolution? formula = limit > 0 && solution.StopReason != StopReason.Cancelled ? FindFormula(problem, solution, TimeSpan.FromSeconds(limit), session) : null;
        if (solution.StopReason == StopReason.NotFinite)
            session.Warn("Training ended where the residual is not finite; the model is the last good one. Check the equations for poles in the domain.");
        var outcome = new SolutionOutcome(path, problem, solution, formula, seconds, gridSeconds);
        ModelFile.Save(solution.Model, model);
        folder?.Write(SolutionFiles.Of(outcome));
        session.Finish(SolutionSummary.ToJson(outcome, model, folder), output => SolutionSummary.Write(outcome, model, folder, output));
        return solution.StopReason == StopReason.Cancelled ? ExitCode.Cancelled : ExitCode.Done;
    }

    private static FormulaSolution? FindFormula(EquationProblem problem, EquationSolution solution, TimeSpan limit, Session session) =>
        ProgressDisplay.Run(session, "Looking for a formula", display =>
        {
            long start = session.Clock.GetTimestamp();
            using var deadline = new CancellationTokenSource(limit);
            return EquationFormula.Find(problem, solution, new DiscoveryOptions { Deadline = deadline.Token }, new Relay<DiscoveryProgress>(step =>
                display.Report(new ProgressStep(Math.Min(1, session.Clock.GetElapsedTime(start) / limit), $"round {step.Round} of {step.Rounds}, {step.Work}"))), session.Cancellation);
        });
}
