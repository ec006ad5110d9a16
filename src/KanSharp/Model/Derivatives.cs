using KanSharp.Numerics;

namespace KanSharp.Model;

/// <summary>A model's outputs at some rows and their derivatives by the inputs, in the user's units. Every matrix has one row per sample, one column per output.</summary>
public sealed class Derivatives
{
    private readonly Matrix[] _components;

    internal Derivatives(DerivativeRequest request, Matrix[] components)
    {
        Request = request;
        _components = components;
    }

    /// <summary>What was asked for.</summary>
    public DerivativeRequest Request { get; }

    /// <summary>The outputs.</summary>
    public Matrix Values => _components[0];

    /// <summary>First derivatives along a direction of the request; for its helpers, direction i is input i.</summary>
    public Matrix First(int direction) => (uint)direction < (uint)Request.Directions.Length
        ? _components[1 + direction]
        : throw new KanSharpException($"Derivatives along {Request.Directions.Length} directions were asked for; there is no direction {direction}.");

    /// <summary>A second-order form of the request; form 0 of <see cref="DerivativeRequest.Laplacian"/> is the Laplacian.</summary>
    public Matrix Form(int form) => (uint)form < (uint)Request.Forms.Length
        ? _components[1 + Request.Directions.Length + form]
        : throw new KanSharpException($"{Request.Forms.Length} second-order forms were asked for; there is no form {form}.");

    /// <summary>Second derivatives along two directions, in either order.</summary>
    public Matrix Second(int first, int second) => Request.FormOf(first, second) is >= 0 and int form
        ? Form(form)
        : throw new KanSharpException($"The second derivative along the directions {first} and {second} was not asked for; DerivativeRequest.Hessian asks for all.");
}
