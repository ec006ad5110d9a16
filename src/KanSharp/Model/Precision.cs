namespace KanSharp.Model;

/// <summary>The numbers that a network is evaluated in.</summary>
public enum Precision
{
    /// <summary>64 bits, about 16 digits.</summary>
    Double,

    /// <summary>32 bits, about 7 digits.</summary>
    Single,
}
