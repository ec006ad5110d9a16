using System.Collections.Immutable;
using KanSharp.Tutorials.Rows;

namespace KanSharp.Tutorials;

/// <summary>Every row of the table, in its order.</summary>
public static class AllRows
{
    public static ImmutableArray<TutorialRow> Rows { get; } = [.. StartRows.All, .. WorkflowRows.All, .. ExampleRows.All, .. InterpretationRows.All, .. SwapRows.All, .. PhysicsRows.All, .. EquationRows.All, .. CommunityRows.All];
}
