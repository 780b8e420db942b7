package io.eplb.cli.arguments;

import io.eplb.api.InvalidInputException;
import io.eplb.core.format.InputSource;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options for the addresses of the service, their protection, and what it keeps. */
public final class ServiceArguments {
  /** The variable of the environment that holds the token. */
  static final String TOKEN = "EPLB_TOKEN";

  private static final int LONGEST_TOKEN = 4_096;

  @Option(
      names = "--listen",
      paramLabel = "ADDRESS",
      description =
          "HOST:PORT, where port 0 takes a free one, or unix:PATH; may be given several times"
              + " (default: 127.0.0.1:7460).")
  private List<String> addresses = List.of();

  @Option(
      names = "--state",
      paramLabel = "DIR",
      completionCandidates = FileNames.Folders.class,
      description =
          "A folder for what survives a restart: histories of load, last plans, decided rounds.")
  private @Nullable Path state;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      completionCandidates = FileNames.Any.class,
      description =
          "A file with the token that clients have to send; "
              + TOKEN
              + " holds one too. Addresses that other machines reach need it.")
  private @Nullable Path tokenFile;

  @Option(
      names = "--tls-certificate",
      paramLabel = "PEM",
      completionCandidates = FileNames.Pem.class,
      description =
          "The certificate of the ports, with its chain; they use TLS then. Addresses that other"
              + " machines reach need it.")
  private @Nullable Path tlsCertificate;

  @Option(
      names = "--tls-key",
      paramLabel = "PEM",
      completionCandidates = FileNames.Pem.class,
      description = "The key of the certificate: PKCS#8, not encrypted.")
  private @Nullable Path tlsKey;

  @Option(
      names = "--max-body",
      paramLabel = "BYTES",
      defaultValue = "67108864",
      converter = WholeNumber.BodyBytes.class,
      description = "The longest body of a request (default: ${DEFAULT-VALUE}).")
  private int maxBody;

  @Option(
      names = "--max-waiting",
      paramLabel = "N",
      defaultValue = "4096",
      converter = WholeNumber.WaitingRequests.class,
      description = "The most requests that wait for an answer (default: ${DEFAULT-VALUE}).")
  private int maxWaiting;

  /** Returns the addresses as given; empty for the default. */
  public List<String> addresses() {
    return addresses;
  }

  /**
   * Returns the folder for what survives a restart.
   *
   * @throws InvalidInputException if its name is empty
   */
  public Optional<Path> state() {
    if (state != null && state.toString().isEmpty()) {
      throw new InvalidInputException("--state is empty; name a folder, such as /var/lib/eplb");
    }
    return Optional.ofNullable(state);
  }

  /**
   * Returns the token that clients have to send, of the file or of the environment.
   *
   * @throws InvalidInputException if the file cannot be read
   */
  public Optional<String> token() {
    return tokenFile == null
        ? Optional.ofNullable(System.getenv(TOKEN)).filter(token -> !token.isEmpty())
        : Optional.of(
            new String(InputSource.of(tokenFile).bytes(LONGEST_TOKEN), StandardCharsets.UTF_8)
                .strip());
  }

  /**
   * Returns the certificate's file; empty without TLS.
   *
   * @throws InvalidInputException if there is a key without it
   */
  public Optional<Path> tlsCertificate() {
    if ((tlsCertificate == null) != (tlsKey == null)) {
      throw new InvalidInputException(
          tlsKey == null
              ? "--tls-certificate needs --tls-key"
              : "--tls-key needs --tls-certificate");
    }
    return Optional.ofNullable(tlsCertificate);
  }

  /** Returns the file of the certificate's key. */
  public Optional<Path> tlsKey() {
    return Optional.ofNullable(tlsKey);
  }

  public int maxBody() {
    return maxBody;
  }

  public int maxWaiting() {
    return maxWaiting;
  }
}
