using System.Collections.Immutable;
using KanSharp.Formulas;
using KanSharp.Model;

namespace KanSharp.Training.Objectives;

/// <summary>One or more numbers at each sample of a term, made of a model's outputs and their derivatives there.</summary>
internal abstract class SampleFunction(LossTerm term, DerivativeRequest request, int count)
{
    public LossTerm Term => term;

    public DerivativeRequest Request => request;

    /// <summary>Numbers per sample.</summary>
    public int Count => count;

    /// <summary>Room for one thread.</summary>
    public abstract double[] CreateWorkspace();

    /// <summary>
    /// Number <paramref name="index"/> at the tile's samples. Overwrites the pass's output adjoints with its derivatives by the outputs and
    /// <paramref name="unknownAdjoints"/>, [unknown][sample], with those by the unknown constants; only valid samples are written.
    /// </summary>
    public abstract void Evaluate(int index, JetPass pass, int start, ReadOnlySpan<double> unknowns, double[] workspace, Span<double> values, Span<double> unknownAdjoints);
}

/// <summary>Formulas, translated to tapes that give their derivatives.</summary>
internal sealed class FormulaResiduals : SampleFunction
{
    private const int Samples = JetPass.TileSamples;

    private readonly FormulaTape[] _tapes;

    public FormulaResiduals(LossTerm term, ImmutableArray<Expression> formulas, IReadOnlyDictionary<string, double[]> columns, KanModel model, DerivativeLoss loss)
        : this(term, formulas, new JetNames(term.Name, model, [.. loss.Unknowns.Select(unknown => unknown.Name)], columns, formulas))
    {
    }

    private FormulaResiduals(LossTerm term, ImmutableArray<Expression> formulas, JetNames names) : base(term, names.Request, formulas.Length)
    {
        Formulas = formulas;
        Names = names;
        _tapes = [.. formulas.Select(formula => new FormulaTape(formula, names.Fixed, names.Differentiated))];
    }

    public ImmutableArray<Expression> Formulas { get; }

    /// <summary>What the names in the formulas stand for.</summary>
    public JetNames Names { get; }

    public override double[] CreateWorkspace() => new double[_tapes.Max(tape => 2 * tape.SlotCount * Samples)];

    public override void Evaluate(int index, JetPass pass, int start, ReadOnlySpan<double> unknowns, double[] workspace, Span<double> values, Span<double> unknownAdjoints)
    {
        FormulaTape tape = _tapes[index];
        int count = pass.Count, size = tape.SlotCount * Samples;
        Span<double> slots = workspace.AsSpan(0, size), adjoints = workspace.AsSpan(size, size);
        for (int slot = 0; slot < Names.Fixed.Count; slot++)
            Names.FixedColumn(slot, Term.Inputs).Slice(start, count).CopyTo(slots[(slot * Samples)..]);
        int first = Names.Fixed.Count;
        for (int k = 0; k < Names.Jets.Count; k++)
            pass.Output(Names.Jets[k].Output, Names.Jets[k].Component)[..count].CopyTo(slots[((first + k) * Samples)..]);
        for (int k = 0; k < unknowns.Length; k++)
            slots.Slice((first + Names.Jets.Count + k) * Samples, count).Fill(unknowns[k]);
        tape.LoadConstants(slots, Samples);
        tape.Forward(slots, Samples, count);
        slots.Slice(tape.Result * Samples, count).CopyTo(values);

        tape.Backward(slots, adjoints, Samples, count);
        Array.Clear(pass.OutputAdjoints);
        for (int k = 0; k < Names.Jets.Count; k++)
            adjoints.Slice((first + k) * Samples, count).CopyTo(pass.OutputAdjoint(Names.Jets[k].Output, Names.Jets[k].Component));
        for (int k = 0; k < unknowns.Length; k++)
            adjoints.Slice((first + Names.Jets.Count + k) * Samples, count).CopyTo(unknownAdjoints[(k * Samples)..]);
    }
}

/// <summary>A function that the user has written with its derivatives.</summary>
internal sealed class CustomFunction : SampleFunction
{
    private const int Samples = JetPass.TileSamples;

    private readonly SampleLoss _loss;
    private readonly int _inputs;
    private readonly int _numbers;

    public CustomFunction(LossTerm term, DerivativeRequest request, SampleLoss loss, KanModel model) : base(term, request, 1)
    {
        request.CheckAgainst(model);
        _loss = loss;
        _inputs = model.InputCount;
        _numbers = model.OutputCount * request.ToShape().Components;
    }

    public override double[] CreateWorkspace() => new double[_inputs + 2 * _numbers];

    public override void Evaluate(int index, JetPass pass, int start, ReadOnlySpan<double> unknowns, double[] workspace, Span<double> values, Span<double> unknownAdjoints)
    {
        Span<double> inputs = workspace.AsSpan(0, _inputs), jet = workspace.AsSpan(_inputs, _numbers), adjoint = workspace.AsSpan(_inputs + _numbers, _numbers);
        Array.Clear(pass.OutputAdjoints);
        for (int n = 0; n < pass.Count; n++)
        {
            for (int i = 0; i < _inputs; i++)
                inputs[i] = Term.Inputs[start + n, i];
            for (int k = 0; k < _numbers; k++)
                jet[k] = pass.Outputs[k * Samples + n];
            adjoint.Clear();
            values[n] = _loss(inputs, new SampleJet(jet, pass.Shape.Directions, pass.Shape.Components), new SampleJet(adjoint, pass.Shape.Directions, pass.Shape.Components));
            for (int k = 0; k < _numbers; k++)
                pass.OutputAdjoints[k * Samples + n] = adjoint[k];
        }
        unknownAdjoints.Clear();
    }
}
