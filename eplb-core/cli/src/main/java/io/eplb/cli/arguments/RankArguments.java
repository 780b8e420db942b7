package io.eplb.cli.arguments;

import io.eplb.core.config.EplbConfig;
import io.eplb.core.config.RankSettings;
import io.eplb.core.config.Settings;
import org.jspecify.annotations.Nullable;
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

  @Option(
      names = "--rank-speed",
      paramLabel = "FILE|1,0.5,…",
      completionCandidates = FileNames.Any.class,
      description =
          "A speed per rank, 1 for a nominal one, or a file of them: a JSON list, or one per line;"
              + " - is stdin. Load divided by speed is balanced and reported.")
  private @Nullable String rankSpeed;

  /** Returns the file of speeds that the option names; null if it names none. */
  public @Nullable String speedFile() {
    return RankSettings.speedFile(over(EplbConfig.defaults())).orElse(null);
  }

  /** Returns the configuration with the options of the command line over it. */
  public EplbConfig over(EplbConfig config) {
    EplbConfig effective = failed == null ? config : config.with(Settings.FAILED_RANKS, failed);
    return rankSpeed == null ? effective : effective.with(Settings.RANK_SPEED, rankSpeed);
  }
}
