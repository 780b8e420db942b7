package io.eplb.cli.arguments;

import io.eplb.core.config.EplbConfig;
import io.eplb.core.config.RankSettings;
import io.eplb.core.config.Settings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option for ranks that are not equally fast. */
public final class SpeedArguments {
  @Option(
      names = "--rank-speed",
      paramLabel = "FILE|1,0.5,…",
      completionCandidates = FileNames.Any.class,
      description =
          "A speed per rank, 1 for a nominal one, or a file of them: a JSON list, or one per line;"
              + " - is stdin. Load divided by speed is balanced and reported.")
  private @Nullable String rankSpeed;

  /** Returns the file of speeds that the option names; null if it names none. */
  public @Nullable String file() {
    return RankSettings.speedFile(over(EplbConfig.defaults())).orElse(null);
  }

  /** Returns the configuration with the option of the command line over it. */
  public EplbConfig over(EplbConfig config) {
    return rankSpeed == null ? config : config.with(Settings.RANK_SPEED, rankSpeed);
  }
}
