package io.eplb.cli.arguments;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of a process that makes requests to others: its token, and whom it trusts. */
public final class PeerArguments {
  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      completionCandidates = FileNames.Any.class,
      description =
          "A file with the token that the agents ask for, and that GET /metrics asks for here;"
              + " EPLB_TOKEN holds one too. It is not sent to other machines without TLS.")
  private @Nullable Path tokenFile;

  @Option(
      names = "--tls-trust",
      paramLabel = "PEM",
      completionCandidates = FileNames.Pem.class,
      description =
          "The certificates of the agents, or of who signs them (default: as Java trusts).")
  private @Nullable Path trust;

  /**
   * Returns the token, of the file or of the environment.
   *
   * @throws io.eplb.api.InvalidInputException if the file cannot be read
   */
  public Optional<String> token() {
    return ProtectionArguments.token(tokenFile);
  }

  /** Returns the file of trusted certificates. */
  public Optional<Path> trust() {
    return Optional.ofNullable(trust);
  }
}
