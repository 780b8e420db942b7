package io.eplb.cli.arguments;

import io.eplb.api.InvalidInputException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options for the addresses of the service, their protection, and what it keeps. */
public final class ServiceArguments {
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

  @Mixin private final ProtectionArguments protection = new ProtectionArguments();

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

  /** Returns the token and the certificate. */
  public ProtectionArguments protection() {
    return protection;
  }

  public int maxBody() {
    return maxBody;
  }

  public int maxWaiting() {
    return maxWaiting;
  }
}
