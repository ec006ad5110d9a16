#!/usr/bin/env bash
# The commands of a working day: ./build.sh [build | test | format | publish | bench | sample NAME | tutorials [ROW ..]], further arguments go to dotnet.
set -euo pipefail
cd "$(dirname "$0")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
target=${1:-build}
if (($#)); then shift; fi
case $target in
    build) dotnet build -c Release "$@" ;;
    test) dotnet test -c Release "$@" ;;
    format) dotnet format whitespace "$@" ;;
    publish) dotnet publish -c Release --use-current-runtime --self-contained false -p:PublishReadyToRun=true -o artifacts/kan src/KanSharp.Cli "$@" ;;
    bench) dotnet run -c Release --project benchmarks/KanSharp.Benchmarks -- "${@:---filter=*}" ;;
    sample) dotnet run -c Release --project samples -- "$@" ;;
    tutorials) dotnet run -c Release --project tutorials -- --out docs/tutorials.md "$@" ;;
    *) echo "There is no target '$target'; use build, test, format, publish, bench, sample or tutorials." >&2; exit 2 ;;
esac
