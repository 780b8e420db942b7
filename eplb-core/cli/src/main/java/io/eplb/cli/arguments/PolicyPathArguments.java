package io.eplb.cli.arguments;

import io.eplb.core.config.EplbConfig;
import io.eplb.core.config.Settings;
import io.eplb.core.registry.PolicyFolder;
import io.eplb.core.registry.PolicyRegistry;
import io.eplb.core.selection.PolicySelection;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options {@code --policy-path} and {@code --isolate}: where policies come from and run. */
public final class PolicyPathArguments {
  private static final String OPTION = "--policy-path";

  @Option(
      names = OPTION,
      paramLabel = "DIR",
      completionCandidates = FileNames.Folders.class,
      description =
          "A folder of policy jars, each isolated from the others; may be given several times."
              + " EPLB_POLICY_PATH lists more.")
  private List<Path> folders = new ArrayList<>();

  @Option(
      names = "--isolate",
      paramLabel = "none|process",
      converter = IsolationConverter.class,
      description =
          "Run policies in processes of their own, so that a crash, an exit or a loop of theirs ends"
              + " nothing else; the key isolate of a configuration says the same (default: none).")
  private @Nullable Isolation isolation;

  /** The places in which policies run. */
  private enum Isolation {
    NONE,
    PROCESS;

    /** Returns the word as it is typed and completed. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final class IsolationConverter implements ITypeConverter<Isolation> {
    @Override
    public Isolation convert(String text) {
      return switch (text) {
        case "none" -> Isolation.NONE;
        case "process" -> Isolation.PROCESS;
        default -> throw new TypeConversionException("'" + text + "' is neither none nor process");
      };
    }
  }

  /**
   * Returns the folders of policy jars: those of the command line, then those of the environment.
   */
  public List<PolicyFolder> folders() {
    List<PolicyFolder> all = new ArrayList<>();
    folders.forEach(folder -> all.add(new PolicyFolder(folder, OPTION)));
    String variable = PolicyFolder.ENVIRONMENT_VARIABLE;
    all.addAll(PolicyFolder.listed(System.getenv(variable), variable));
    return all;
  }

  /** Returns the configuration with the place of the command line, if that names one. */
  public EplbConfig over(EplbConfig config) {
    return isolation == null ? config : config.with(Settings.ISOLATE, isolation.toString());
  }

  /**
   * Finds the policies; close the registry after the last use of a policy.
   *
   * @param config says whether they run in processes of their own, unless the command line does
   */
  public PolicyRegistry open(EplbConfig config) {
    return PolicySelection.open(folders(), over(config));
  }
}
