package io.eplb.cli.arguments;

import io.eplb.core.config.EplbConfig;
import io.eplb.core.format.InputSource;
import java.io.InputStream;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option {@code --config}: a file of settings. */
public final class ConfigArguments {
  private static final String STANDARD_INPUT = "-";

  @Option(
      names = "--config",
      paramLabel = "FILE",
      completionCandidates = FileNames.Settings.class,
      description =
          "Settings in YAML or JSON, with policy_options for the policy that it names; the command"
              + " line wins over them; - is stdin.")
  private @Nullable String config;

  /** Returns the file's name as given; null without the option. */
  public @Nullable String name() {
    return config;
  }

  /** Reads the settings; without a file, returns the defaults. */
  public EplbConfig read(InputStream standardInput) {
    return config == null ? EplbConfig.defaults() : read(config, standardInput);
  }

  /** Reads the settings of a file, or of standard input for {@code -}. */
  public static EplbConfig read(String name, InputStream standardInput) {
    if (name.equals(STANDARD_INPUT)) {
      return EplbConfig.read(InputSource.of(name, standardInput).name(), standardInput);
    }
    return EplbConfig.read(
        InputSource.of(name, standardInput).path().orElseGet(() -> Path.of(name)));
  }
}
