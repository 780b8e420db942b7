package io.eplb.cli.arguments;

import io.eplb.api.InvalidInputException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options for the certificate of a process's ports. */
public final class CertificateArguments {
  @Option(
      names = "--tls-certificate",
      paramLabel = "PEM",
      completionCandidates = FileNames.Pem.class,
      description =
          "The certificate of the ports, with its chain; they use TLS then. Addresses that other"
              + " machines reach need it.")
  private @Nullable Path certificate;

  @Option(
      names = "--tls-key",
      paramLabel = "PEM",
      completionCandidates = FileNames.Pem.class,
      description = "The key of the certificate: PKCS#8, not encrypted.")
  private @Nullable Path key;

  /**
   * A certificate and its key.
   *
   * @param certificate the file of the certificate
   * @param key the file of its key
   */
  public record Files(Path certificate, Path key) {}

  /**
   * Returns the files; empty without TLS.
   *
   * @throws InvalidInputException if one of them is missing
   */
  public Optional<Files> files() {
    if (certificate == null && key == null) {
      return Optional.empty();
    }
    if (certificate == null || key == null) {
      throw new InvalidInputException(
          key == null ? "--tls-certificate needs --tls-key" : "--tls-key needs --tls-certificate");
    }
    return Optional.of(new Files(certificate, key));
  }
}
