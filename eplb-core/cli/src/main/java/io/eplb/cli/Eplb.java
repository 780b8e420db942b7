package io.eplb.cli;

import io.eplb.cli.commands.AdviseCommand;
import io.eplb.cli.commands.AgentCommand;
import io.eplb.cli.commands.BenchCommand;
import io.eplb.cli.commands.CompletionCommand;
import io.eplb.cli.commands.ConfigCommand;
import io.eplb.cli.commands.ConvertCommand;
import io.eplb.cli.commands.DemoCommand;
import io.eplb.cli.commands.DiffCommand;
import io.eplb.cli.commands.EngineCommand;
import io.eplb.cli.commands.GroupCommand;
import io.eplb.cli.commands.PlanCommand;
import io.eplb.cli.commands.PlannerCommand;
import io.eplb.cli.commands.PoliciesCommand;
import io.eplb.cli.commands.RepairCommand;
import io.eplb.cli.commands.RescaleCommand;
import io.eplb.cli.commands.ServeCommand;
import io.eplb.cli.commands.SimulateCommand;
import io.eplb.cli.commands.VerifyCommand;
import io.eplb.cli.commands.ZooKeeperCommand;
import io.eplb.cli.shell.ErrorLine;
import io.eplb.cli.shell.ParentProcess;
import io.eplb.cli.shell.Program;
import io.eplb.cli.shell.ProgramVersion;
import java.io.PrintWriter;
import java.net.URL;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** The command {@code eplb}. */
@Command(
    name = "eplb",
    description = "Expert Parallelism Load Balancer: plans where the experts of a model live.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class,
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:Done. Layers that were rejected are listed.",
      "1:A bug in eplb.",
      "2:The input or the call is wrong; one line says what.",
      "3:The policy failed, or too few slots are left for the experts.",
      "4:The maps that verify compared are valid and differ.",
      "130:Ctrl-C ended a simulation or a demonstration."
    },
    footerHeading = "Environment:%n",
    footer = {
      "  EPLB_POLICY_PATH     Folders of policy jars, as --policy-path; separated as",
      "                         in PATH.",
      "  EPLB_TOKEN           The token that clients of eplb serve and of agents send.",
      "  EPLB_JAVA_OPTS       Options of the virtual machine, such as -Xmx8g for more",
      "                         memory.",
      "  EPLB_NO_BUILD        If set, eplb runs as it was built, though its sources",
      "                         are newer.",
      "  JAVA_HOME            The Java to run on (default: java in PATH)."
    },
    subcommands = {
      PlanCommand.class,
      PoliciesCommand.class,
      VerifyCommand.class,
      DiffCommand.class,
      RepairCommand.class,
      RescaleCommand.class,
      SimulateCommand.class,
      BenchCommand.class,
      AdviseCommand.class,
      ConvertCommand.class,
      ConfigCommand.class,
      ServeCommand.class,
      AgentCommand.class,
      PlannerCommand.class,
      GroupCommand.class,
      ZooKeeperCommand.class,
      EngineCommand.class,
      DemoCommand.class,
      CompletionCommand.class,
      HelpCommand.class
    })
public final class Eplb {
  private static final String LOGGING = "logback.configurationFile";

  /** Creates the command, for picocli; start the program with {@link #main}. */
  public Eplb() {}

  /** Runs the command line and ends the process with its exit code. */
  public static void main(String[] arguments) {
    ParentProcess.follow(System.in);
    configureLogging();
    Program.run((out, err) -> run(arguments, out, err));
  }

  /**
   * Sets the logging of the command line, unless the user configured it. The name is a URL, since
   * on the module path Logback cannot read resources of this package by name.
   */
  private static void configureLogging() {
    URL configuration = Eplb.class.getResource("logback.xml");
    if (configuration != null && System.getProperty(LOGGING) == null) {
      System.setProperty(LOGGING, configuration.toString());
    }
  }

  /**
   * Runs the command line in this process.
   *
   * @return the exit code, one of {@link io.eplb.cli.shell.ExitCode}
   */
  static int run(String[] arguments, PrintWriter out, PrintWriter err) {
    CommandLine commandLine = new CommandLine(new Eplb());
    ErrorLine.install(commandLine);
    commandLine.setOut(out);
    commandLine.setErr(err);
    commandLine.setExpandAtFiles(false); // a file may be called @anything
    try {
      return arguments.length == 0 ? commandLine.execute("--help") : commandLine.execute(arguments);
    } catch (StackOverflowError | OutOfMemoryError exhausted) {
      return ErrorLine.exhausted(exhausted, err);
    } catch (VirtualMachineError broken) {
      return ErrorLine.broken(broken, err);
    }
  }
}
