package io.eplb.server.http;

import io.eplb.api.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The secret that every request has to show: {@code Authorization: Bearer SECRET}. */
public final class BearerToken {
  private static final String SCHEME = "Bearer ";
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

  private final byte[] secret;

  /**
   * Takes a secret.
   *
   * @throws InvalidInputException if a header cannot carry it; the message does not show it
   */
  public BearerToken(String secret) {
    if (!TOKEN.matcher(secret).matches()) {
      throw new InvalidInputException(
          "the token is empty or has characters that a header cannot carry; use letters, digits and . _ ~ + / -");
    }
    this.secret = secret.getBytes(StandardCharsets.US_ASCII);
  }

  /** Returns whether a header shows the secret. The time it takes says nothing about the secret. */
  public boolean admits(@Nullable String authorization) {
    return authorization != null
        && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        && MessageDigest.isEqual(
            secret,
            authorization.substring(SCHEME.length()).strip().getBytes(StandardCharsets.UTF_8));
  }

  /** Hides the secret. */
  @Override
  public String toString() {
    return "BearerToken";
  }
}
