package io.eplb.api;

/**
 * A policy's refusal of what the user asks for: a topology, a combination of options or ranks that
 * this policy cannot plan for by design. The user mends it, by another request or another policy.
 * Everything else that a policy throws counts as a fault of the policy.
 *
 * <p>Example: a policy that places whole expert groups on nodes refuses 4 nodes with 2 groups.
 */
public final class UnsupportedRequestException extends EplbException {
  private static final long serialVersionUID = 1L;

  /** Creates a refusal with a message that says what is unsupported and what would be right. */
  public UnsupportedRequestException(String message) {
    super(message, null);
  }

  @Override
  public Blame blame() {
    return Blame.USER;
  }
}
