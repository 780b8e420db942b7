package io.eplb.cli.arguments;

import picocli.CommandLine.Option;

/** The option for the size of an expert in the memory of an engine. */
public final class ExpertArguments {
  @Option(
      names = "--expert-bytes",
      paramLabel = "N",
      defaultValue = "1024",
      converter = WholeNumber.ExpertBytes.class,
      description =
          "Bytes of one expert's weights in one layer, a multiple of 8 (default:"
              + " ${DEFAULT-VALUE}).")
  private int bytes;

  /** Returns the bytes of one expert's weights in one layer. */
  public int bytes() {
    return bytes;
  }
}
