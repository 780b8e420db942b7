package io.eplb.cli.arguments;

import io.eplb.api.InvalidInputException;
import io.eplb.core.format.InputSource;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that protect the addresses of a process: its token and its certificate. */
public final class ProtectionArguments {
  /** The variable of the environment that holds the token. */
  static final String TOKEN = "EPLB_TOKEN";

  private static final int LONGEST_TOKEN = 4_096;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      completionCandidates = FileNames.Any.class,
      description =
          "A file with the token that clients have to send; "
              + TOKEN
              + " holds one too. Addresses that other machines reach need it.")
  private @Nullable Path tokenFile;

  @Mixin private final CertificateArguments certificate = new CertificateArguments();

  /**
   * Returns the token that clients have to send, of the file or of the environment.
   *
   * @throws InvalidInputException if the file cannot be read
   */
  public Optional<String> token() {
    return token(tokenFile);
  }

  /** Returns the token of a file, or of the environment. */
  static Optional<String> token(@Nullable Path file) {
    return file == null
        ? Optional.ofNullable(System.getenv(TOKEN)).filter(token -> !token.isEmpty())
        : Optional.of(
            new String(InputSource.of(file).bytes(LONGEST_TOKEN), StandardCharsets.UTF_8).strip());
  }

  /** Returns the certificate of the ports. */
  public CertificateArguments certificate() {
    return certificate;
  }
}
