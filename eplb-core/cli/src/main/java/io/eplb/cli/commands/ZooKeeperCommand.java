package io.eplb.cli.commands;

import io.eplb.cli.arguments.FileNames;
import io.eplb.cli.arguments.WholeNumber;
import io.eplb.cli.processes.ZooKeeperRun;
import io.eplb.cli.shell.ExitCode;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code eplb zookeeper}: a ZooKeeper server for the processes of one machine. */
@Command(
    name = "zookeeper",
    description =
        "Runs a ZooKeeper server for the processes of this machine until it is ended by Ctrl-C or"
            + " SIGTERM; only this machine reaches it.",
    sortOptions = false)
public final class ZooKeeperCommand extends EplbCommand {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      required = true,
      completionCandidates = FileNames.Folders.class,
      description = "The folder of its data, which it goes on from.")
  private Path data = Path.of(".");

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "2181",
      converter = WholeNumber.Port.class,
      description = "Its port; 0 takes a free one (default: ${DEFAULT-VALUE}).")
  private int port;

  @Override
  public Integer call() throws InterruptedException {
    ZooKeeperRun.serve(data, port, out());
    return ExitCode.DONE;
  }
}
