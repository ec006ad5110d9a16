using KanSharp.Model;
using KanSharp.Tests.Support;

namespace KanSharp.Tests.PublicApi;

/// <summary>What users of the library may rely on changes only on purpose: Golden/public-api.txt.</summary>
public class PublicApiTests
{
    [Fact]
    public void The_public_surface_is_the_one_agreed_on() => Golden.Check("public-api.txt", PublicApiText.Write(typeof(KanModel).Assembly));
}
