namespace KanSharp.Formulas;

/// <summary>
/// The instructions of a formula. Slots hold columns of values: first the variables, then the parameters, then the constants, then
/// the result of each instruction in turn. Kernels run over a block of rows, a slot's rows standing together.
/// </summary>
internal sealed class FormulaTape
{
    /// <summary>Whole exponents up to this are computed by multiplication, larger ones by <see cref="Math.Pow"/>.</summary>
    private const int LargestMultipliedPower = 8;

    private readonly Dictionary<Expression, int> _slots = [];
    private readonly List<double> _constants = [];
    private readonly List<Pending> _pending = [];
    private readonly List<UserCall> _userCalls = [];
    private readonly int _inputCount;
    private readonly Instruction[] _instructions;
    private readonly bool[] _active;

    public FormulaTape(Expression expression, IReadOnlyList<string> variables, IReadOnlyList<string> parameters)
    {
        string[] names = [.. variables, .. parameters];
        _inputCount = names.Length;
        for (int i = 0; i < names.Length; i++)
        {
            if (!_slots.TryAdd(new Variable(names[i]), i))
                throw new KanSharpException($"The name '{names[i]}' is listed twice; every variable and parameter needs a name of its own.");
        }
        foreach (string name in expression.Variables)
        {
            if (!_slots.ContainsKey(new Variable(name)))
                throw new KanSharpException($"The formula uses '{name}', which is not among {string.Join(", ", names.Select(known => $"'{known}'"))}.{NearestName.Hint(name, names)}");
        }
        int result = Lower(expression);
        int firstInstruction = _inputCount + _constants.Count;
        int Resolve(int reference) => reference >= 0 ? reference : firstInstruction + ~reference;
        _instructions = [.. _pending.Select(pending => new Instruction(pending.Operation, Resolve(pending.Left), Resolve(pending.Right), pending.Detail))];
        FirstInstructionSlot = firstInstruction;
        Result = Resolve(result);
        _active = new bool[SlotCount];
        _active.AsSpan(variables.Count, parameters.Count).Fill(true);
        for (int i = 0; i < _instructions.Length; i++)
            _active[firstInstruction + i] = _active[_instructions[i].Left] || _active[_instructions[i].Right];
    }

    private enum Operation { Add, Subtract, Multiply, Divide, Negate, Reciprocal, IntegerPower, Power, Function, UserFunction }

    public int SlotCount => FirstInstructionSlot + _instructions.Length;

    public int Result { get; }

    private int FirstInstructionSlot { get; }

    /// <summary>Writes the constants to their slots, once before the first block.</summary>
    public void LoadConstants(Span<double> slots, int block)
    {
        for (int i = 0; i < _constants.Count; i++)
            slots.Slice((_inputCount + i) * block, block).Fill(_constants[i]);
    }

    /// <summary>Computes every slot from the inputs.</summary>
    public void Forward(Span<double> slots, int block, int count)
    {
        for (int i = 0; i < _instructions.Length; i++)
        {
            Instruction instruction = _instructions[i];
            ReadOnlySpan<double> left = slots.Slice(instruction.Left * block, count), right = slots.Slice(instruction.Right * block, count);
            Span<double> result = slots.Slice((FirstInstructionSlot + i) * block, count);
            switch (instruction.Operation)
            {
                case Operation.Add:
                    for (int r = 0; r < result.Length; r++)
                        result[r] = left[r] + right[r];
                    break;
                case Operation.Subtract:
                    for (int r = 0; r < result.Length; r++)
                        result[r] = left[r] - right[r];
                    break;
                case Operation.Multiply:
                    for (int r = 0; r < result.Length; r++)
                        result[r] = left[r] * right[r];
                    break;
                case Operation.Divide:
                    for (int r = 0; r < result.Length; r++)
                        result[r] = left[r] / right[r];
                    break;
                case Operation.Negate:
                    for (int r = 0; r < result.Length; r++)
                        result[r] = -left[r];
                    break;
                case Operation.Reciprocal:
                    for (int r = 0; r < result.Length; r++)
                        result[r] = 1 / left[r];
                    break;
                case Operation.IntegerPower:
                    for (int r = 0; r < result.Length; r++)
                        result[r] = IntegerPower(left[r], instruction.Detail);
                    break;
                case Operation.Power:
                    for (int r = 0; r < result.Length; r++)
                        result[r] = Math.Pow(left[r], right[r]);
                    break;
                case Operation.Function:
                    var function = (ElementaryFunction)instruction.Detail;
                    for (int r = 0; r < result.Length; r++)
                        result[r] = function.Value(left[r]);
                    break;
                case Operation.UserFunction:
                    UserCall own = _userCalls[instruction.Detail];
                    for (int r = 0; r < result.Length; r++)
                        result[r] = own.Value(left[r]);
                    break;
            }
        }
    }

    /// <summary>
    /// Computes the derivative of the result by every slot that depends on a parameter, from the values <see cref="Forward"/> left.
    /// </summary>
    public void Backward(ReadOnlySpan<double> slots, Span<double> adjoints, int block, int count)
    {
        for (int slot = 0; slot < _active.Length; slot++)
        {
            if (_active[slot])
                adjoints.Slice(slot * block, count).Clear();
        }
        if (!_active[Result])
            return;
        adjoints.Slice(Result * block, count).Fill(1);
        for (int i = _instructions.Length - 1; i >= 0; i--)
        {
            if (!_active[FirstInstructionSlot + i])
                continue;
            Instruction instruction = _instructions[i];
            int target = (FirstInstructionSlot + i) * block;
            ReadOnlySpan<double> adjoint = adjoints.Slice(target, count), value = slots.Slice(target, count);
            ReadOnlySpan<double> left = slots.Slice(instruction.Left * block, count), right = slots.Slice(instruction.Right * block, count);
            if (_active[instruction.Left])
                AddLeft(instruction, adjoint, value, left, right, adjoints.Slice(instruction.Left * block, count));
            if (_active[instruction.Right])
                AddRight(instruction.Operation, adjoint, value, left, right, adjoints.Slice(instruction.Right * block, count));
        }
    }

    private void AddLeft(Instruction instruction, ReadOnlySpan<double> adjoint, ReadOnlySpan<double> value,
        ReadOnlySpan<double> left, ReadOnlySpan<double> right, Span<double> sum)
    {
        switch (instruction.Operation)
        {
            case Operation.Add or Operation.Subtract:
                for (int r = 0; r < sum.Length; r++)
                    sum[r] += adjoint[r];
                break;
            case Operation.Multiply:
                for (int r = 0; r < sum.Length; r++)
                    sum[r] += adjoint[r] * right[r];
                break;
            case Operation.Divide:
                for (int r = 0; r < sum.Length; r++)
                    sum[r] += adjoint[r] / right[r];
                break;
            case Operation.Negate:
                for (int r = 0; r < sum.Length; r++)
                    sum[r] -= adjoint[r];
                break;
            case Operation.Reciprocal:
                for (int r = 0; r < sum.Length; r++)
                    sum[r] -= adjoint[r] * value[r] * value[r];
                break;
            case Operation.IntegerPower:
                int n = instruction.Detail;
                for (int r = 0; r < sum.Length; r++)
                    sum[r] += adjoint[r] * n * IntegerPower(left[r], n - 1);
                break;
            case Operation.Power:
                for (int r = 0; r < sum.Length; r++)
                    sum[r] += adjoint[r] * right[r] * Math.Pow(left[r], right[r] - 1);
                break;
            case Operation.Function:
                var function = (ElementaryFunction)instruction.Detail;
                for (int r = 0; r < sum.Length; r++)
                    sum[r] += adjoint[r] * function.Slope(left[r], value[r]);
                break;
            case Operation.UserFunction:
                UserCall own = _userCalls[instruction.Detail];
                for (int r = 0; r < sum.Length; r++)
                    sum[r] += adjoint[r] * own.Slope(left[r]);
                break;
        }
    }

    // An instruction with one operand repeats it on the right, where there is nothing to add.
    private static void AddRight(Operation operation, ReadOnlySpan<double> adjoint, ReadOnlySpan<double> value,
        ReadOnlySpan<double> left, ReadOnlySpan<double> right, Span<double> sum)
    {
        switch (operation)
        {
            case Operation.Add:
                for (int r = 0; r < sum.Length; r++)
                    sum[r] += adjoint[r];
                break;
            case Operation.Subtract:
                for (int r = 0; r < sum.Length; r++)
                    sum[r] -= adjoint[r];
                break;
            case Operation.Multiply:
                for (int r = 0; r < sum.Length; r++)
                    sum[r] += adjoint[r] * left[r];
                break;
            case Operation.Divide:
                for (int r = 0; r < sum.Length; r++)
                    sum[r] -= adjoint[r] * value[r] / right[r];
                break;
            case Operation.Power:
                for (int r = 0; r < sum.Length; r++)
                    sum[r] += value[r] == 0 ? 0 : adjoint[r] * value[r] * Math.Log(left[r]);
                break;
        }
    }

    private static double IntegerPower(double x, int n)
    {
        double result = n % 2 == 0 ? 1 : x;
        for (n /= 2; n > 0; n /= 2)
        {
            x *= x;
            if (n % 2 == 1)
                result *= x;
        }
        return result;
    }

    private int Lower(Expression expression)
    {
        if (_slots.TryGetValue(expression, out int known))
            return known;
        int slot = expression switch
        {
            Constant constant => LowerConstant(constant.Value),
            NamedConstant constant => LowerConstant(constant.Value),
            Sum sum => LowerSum(sum),
            Product product => LowerProduct(product),
            Power power => LowerPower(power),
            Call call => Emit(Operation.Function, Lower(call.Argument), null, (int)call.Function),
            UserCall call => LowerUserCall(call),
            _ => throw new InvalidOperationException($"Cannot compile {expression.GetType().Name}."),
        };
        _slots[expression] = slot;
        return slot;
    }

    private int LowerUserCall(UserCall call)
    {
        _userCalls.Add(call);
        return Emit(Operation.UserFunction, Lower(call.Argument), null, _userCalls.Count - 1);
    }

    private int LowerConstant(double value)
    {
        _constants.Add(value);
        return _inputCount + _constants.Count - 1;
    }

    private int LowerSum(Sum sum)
    {
        int result = Lower(sum.Terms[0]);
        foreach (Expression term in sum.Terms.AsSpan()[1..])
        {
            result = term is Product { Factors: [Constant { Value: -1 }, .. var rest] }
                ? Emit(Operation.Subtract, result, Lower(Product.Of(rest.AsSpan())))
                : Emit(Operation.Add, result, Lower(term));
        }
        return result;
    }

    // Neighbouring divisors are multiplied first: x/(y*z), as it is printed.
    private int LowerProduct(Product product)
    {
        ReadOnlySpan<Expression> factors = product.Factors.AsSpan();
        bool negative = factors[0] is Constant { Value: -1 };
        int? result = null;
        for (int i = negative ? 1 : 0; i < factors.Length;)
        {
            if (Product.Divisor(factors[i]) is not { } divisor)
            {
                int factor = Lower(factors[i++]);
                result = result is { } product1 ? Emit(Operation.Multiply, product1, factor) : factor;
                continue;
            }
            int denominator = Lower(divisor);
            while (++i < factors.Length && Product.Divisor(factors[i]) is { } next)
                denominator = Emit(Operation.Multiply, denominator, Lower(next));
            result = result is { } numerator ? Emit(Operation.Divide, numerator, denominator) : Emit(Operation.Reciprocal, denominator);
        }
        return negative ? Emit(Operation.Negate, result!.Value) : result!.Value;
    }

    private int LowerPower(Power power)
    {
        if (Product.Divisor(power) is { } divisor)
            return Emit(Operation.Reciprocal, Lower(divisor));
        return power.Exponent is Constant { IsInteger: true, Value: >= 2 and <= LargestMultipliedPower } exponent
            ? Emit(Operation.IntegerPower, Lower(power.Base), null, (int)exponent.Value)
            : Emit(Operation.Power, Lower(power.Base), Lower(power.Exponent));
    }

    /// <summary>Adds an instruction; results are referred to by complement until the number of constants is known.</summary>
    private int Emit(Operation operation, int left, int? right = null, int detail = 0)
    {
        _pending.Add(new Pending(operation, left, right ?? left, detail));
        return ~(_pending.Count - 1);
    }

    private readonly record struct Pending(Operation Operation, int Left, int Right, int Detail);

    private readonly record struct Instruction(Operation Operation, int Left, int Right, int Detail);
}
