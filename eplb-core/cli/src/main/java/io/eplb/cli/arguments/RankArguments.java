package io.eplb.cli.arguments;

import io.eplb.core.config.EplbConfig;
import io.eplb.core.config.RankSettings;
import io.eplb.core.config.Settings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options for ranks that have failed or are not equally fast. */
public final class RankArguments {
  @Option(
      names = "--failed",
      paramLabel = "R,…",
      description =
          "The ranks that have failed, such as 3,7, or "
              + RankSettings.NONE
              + " (default: those without an expert in the current map). The map is made to fit"
              + " first; their slots are written as -1.")
  private @Nullable String failed;

  @Mixin private SpeedArguments speedArguments;

  /** Returns the file of speeds that the option names; null if it names none. */
  public @Nullable String speedFile() {
    return speedArguments.file();
  }

  /** Returns the configuration with the options of the command line over it. */
  public EplbConfig over(EplbConfig config) {
    return speedArguments.over(
        failed == null ? config : config.with(Settings.FAILED_RANKS, failed));
  }
}
