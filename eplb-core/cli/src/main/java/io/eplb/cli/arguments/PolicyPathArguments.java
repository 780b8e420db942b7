package io.eplb.cli.arguments;

import io.eplb.core.registry.PolicyFolder;
import io.eplb.core.registry.PolicyRegistry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The option that says where else policies are, and the one place where they are looked for. */
public final class PolicyPathArguments {
  private static final String OPTION = "--policy-path";

  @Option(
      names = OPTION,
      paramLabel = "DIR",
      description =
          "A folder of policy jars, each isolated from the others; may be given several times."
              + " EPLB_POLICY_PATH lists more.")
  private List<Path> folders = new ArrayList<>();

  /** Finds the policies; to be closed when the last of them has been used. */
  public PolicyRegistry open() {
    List<PolicyFolder> all = new ArrayList<>();
    for (Path folder : folders) {
      all.add(new PolicyFolder(folder, OPTION));
    }
    String variable = PolicyFolder.ENVIRONMENT_VARIABLE;
    all.addAll(PolicyFolder.listed(System.getenv(variable), variable));
    return PolicyRegistry.open(all);
  }
}
