package io.eplb.server;

import io.eplb.api.InvalidInputException;
import io.eplb.core.argument.Require;
import io.eplb.server.http.BearerToken;
import io.eplb.server.http.HttpLimits;
import io.eplb.server.listen.ListenAddress;
import io.eplb.server.listen.TlsCertificate;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The settings of a service that stay while it runs. Immutable. */
public final class ServerSettings {
  /** The address unless another is given. */
  public static final String DEFAULT_ADDRESS = "127.0.0.1:7460";

  private final List<ListenAddress> addresses;
  private final @Nullable BearerToken token;
  private final @Nullable TlsCertificate certificate;
  private final int maxBody;
  private final int maxWaiting;
  private final @Nullable Path state;

  private ServerSettings(Builder builder) {
    this.addresses =
        builder.addresses.isEmpty()
            ? List.of(ListenAddress.parse(DEFAULT_ADDRESS))
            : List.copyOf(builder.addresses);
    this.token = builder.token;
    this.certificate = builder.certificate;
    this.maxBody = builder.maxBody;
    this.maxWaiting = builder.maxWaiting;
    this.state = builder.state;
  }

  /** Starts settings with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns the addresses to listen at. */
  List<ListenAddress> addresses() {
    return addresses;
  }

  /** Returns the secret that requests have to show. */
  Optional<BearerToken> token() {
    return Optional.ofNullable(token);
  }

  /** Returns the certificate of the ports. */
  Optional<TlsCertificate> certificate() {
    return Optional.ofNullable(certificate);
  }

  /** Returns the limits of requests. */
  HttpLimits limits() {
    return HttpLimits.of(maxBody, maxWaiting);
  }

  /** Returns the folder of what survives a restart. */
  Optional<Path> state() {
    return Optional.ofNullable(state);
  }

  /** Collects settings. Used by one thread. */
  public static final class Builder {
    private final List<ListenAddress> addresses = new ArrayList<>();
    private @Nullable BearerToken token;
    private @Nullable TlsCertificate certificate;
    private int maxBody = HttpLimits.BODY_BYTES;
    private int maxWaiting = HttpLimits.WAITING;
    private @Nullable Path state;

    private Builder() {}

    /** Adds an address to listen at; without any it is {@value ServerSettings#DEFAULT_ADDRESS}. */
    public Builder listen(ListenAddress address) {
      addresses.add(address);
      return this;
    }

    /**
     * Sets the secret that requests have to show.
     *
     * @throws InvalidInputException if a header cannot carry it
     */
    public Builder token(String secret) {
      this.token = new BearerToken(secret);
      return this;
    }

    /** Sets the certificate of the ports, which then use TLS. */
    public Builder certificate(TlsCertificate tls) {
      this.certificate = tls;
      return this;
    }

    /** Sets the most bytes of a body, 1 to {@value HttpLimits#MOST_BODY_BYTES}. */
    public Builder maxBody(int bytes) {
      this.maxBody = Require.inRange("maxBody", bytes, 1, HttpLimits.MOST_BODY_BYTES);
      return this;
    }

    /** Sets the most requests that wait for an answer, 1 to {@value HttpLimits#MOST_WAITING}. */
    public Builder maxWaiting(int requests) {
      this.maxWaiting = Require.inRange("maxWaiting", requests, 1, HttpLimits.MOST_WAITING);
      return this;
    }

    /** Sets the folder of what survives a restart. */
    public Builder state(Path folder) {
      this.state = folder;
      return this;
    }

    /**
     * Returns the settings.
     *
     * @throws InvalidInputException if others than this machine can reach an address, and token or
     *     certificate are missing
     */
    public ServerSettings build() {
      ServerSettings settings = new ServerSettings(this);
      settings.addresses.forEach(
          address ->
              address.requireProtected(
                  token != null, certificate != null, DEFAULT_ADDRESS + " or unix:PATH"));
      return settings;
    }
  }
}
