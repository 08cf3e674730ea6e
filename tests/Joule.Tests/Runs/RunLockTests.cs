using System.Diagnostics;
using Joule.Runs;
using Joule.Tests.Data;
using Xunit;

namespace Joule.Tests.Runs;

public sealed class RunLockTests
{
    private static readonly DateTime Past = new(2020, 2, 3, 4, 5, 6, DateTimeKind.Utc);

    [Fact]
    public void A_second_process_is_told_who_holds_it_until_it_is_released()
    {
        using TempFolder folder = new();
        using (RunLock.Take(folder.Path))
            Refused.With(() => RunLock.Take(folder.Path), "in use",
                $"process {Environment.ProcessId} on {Environment.MachineName}", "since", "UTC");
        Assert.False(File.Exists(folder[RunLock.NoteName]));
        RunLock.Take(folder.Path).Dispose();
    }

    [Fact]
    public void The_lock_of_a_dead_process_is_taken_over()
    {
        using TempFolder folder = new();
        Leave(folder, new RunLock.Holder(int.MaxValue, Environment.MachineName, Past, Past));
        RunLock.Take(folder.Path).Dispose();
        // The process id is in use, but by a newer process.
        Leave(folder, new RunLock.Holder(Environment.ProcessId, Environment.MachineName, Past, Past));
        RunLock.Take(folder.Path).Dispose();
        folder.Write(RunLock.NoteName, "no JSON"u8);
        RunLock.Take(folder.Path).Dispose();
    }

    [Fact]
    public void A_note_of_a_living_process_counts_without_a_lock()
    {
        using TempFolder folder = new();
        Leave(folder, new RunLock.Holder(
            Environment.ProcessId, Environment.MachineName, Past, Process.GetCurrentProcess().StartTime.ToUniversalTime()));
        Refused.With(() => RunLock.Take(folder.Path), "in use", "2020-02-03 04:05:06 UTC");
    }

    [Fact]
    public void For_a_process_on_another_machine_the_error_says_what_to_do()
    {
        using TempFolder folder = new();
        Leave(folder, new RunLock.Holder(17, "elsewhere", Past, Past));
        Refused.With(() => RunLock.Take(folder.Path), "process 17 on elsewhere", "remove " + folder[RunLock.NoteName]);
        File.Delete(folder[RunLock.NoteName]);
        RunLock.Take(folder.Path).Dispose();
    }

    private static void Leave(TempFolder folder, RunLock.Holder holder) =>
        File.WriteAllText(folder[RunLock.NoteName], RunLock.Text(holder));
}
