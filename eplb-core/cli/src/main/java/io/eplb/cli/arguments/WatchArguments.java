package io.eplb.cli.arguments;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options for the address at which operators watch a process that needs none for its work. */
public final class WatchArguments {
  @Option(
      names = "--listen",
      paramLabel = "ADDRESS",
      description =
          "HOST:PORT, where port 0 takes a free one, or unix:PATH, for GET /metrics, /health/live"
              + " and /health/ready (default: nowhere).")
  private @Nullable String listen;

  @Mixin private final CertificateArguments certificate = new CertificateArguments();

  /** Returns the address as given; empty if there is none. */
  public Optional<String> listen() {
    return Optional.ofNullable(listen);
  }

  /** Returns the certificate of the port. */
  public CertificateArguments certificate() {
    return certificate;
  }
}
