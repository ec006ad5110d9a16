using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using KanSharp.Numerics;

namespace KanSharp.Training.Objectives;

/// <summary>Tells whether two trainings see the same rows, to the bit and in the same order.</summary>
internal static class DataFingerprint
{
    /// <summary>SHA-256 over the sizes and values of all rows, as hexadecimal digits.</summary>
    public static string Of(Dataset training, Dataset? validation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (Matrix? values in (ReadOnlySpan<Matrix?>)[training.Inputs, training.Targets, validation?.Inputs, validation?.Targets])
        {
            Append(hash, [values?.Rows ?? 0, values?.Columns ?? 0]);
            for (int j = 0; j < (values?.Columns ?? 0); j++)
                Append(hash, MemoryMarshal.Cast<double, long>(values!.Column(j)));
        }
        foreach (Dataset? data in (ReadOnlySpan<Dataset?>)[training, validation])
        {
            if (data?.RowWeights is { } weights)
                Append(hash, MemoryMarshal.Cast<double, long>(weights));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Append(IncrementalHash hash, ReadOnlySpan<long> numbers)
    {
        if (BitConverter.IsLittleEndian)
        {
            hash.AppendData(MemoryMarshal.AsBytes(numbers));
            return;
        }
        long[] reversed = new long[numbers.Length];
        BinaryPrimitives.ReverseEndianness(numbers, reversed);
        hash.AppendData(MemoryMarshal.AsBytes<long>(reversed));
    }
}
