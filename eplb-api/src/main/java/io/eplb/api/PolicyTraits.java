package io.eplb.api;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The properties of a policy that the core has to know: whether it remembers earlier calls, and
 * what it minimises. Immutable.
 */
public final class PolicyTraits {
  /** A policy without memory that minimises the load ÷ speed of the hottest rank. */
  public static final PolicyTraits DEFAULT = new Builder().build();

  private final boolean stateful;
  private final Objective objective;

  private PolicyTraits(Builder builder) {
    this.stateful = builder.stateful;
    this.objective = builder.objective;
  }

  /** Starts from {@link #DEFAULT}. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Returns whether an answer may depend on earlier calls of the same instance. If not, the same
   * instance gives the same answer to the same question however often it is asked.
   */
  public boolean stateful() {
    return stateful;
  }

  /** Returns what the policy minimises. */
  public Objective objective() {
    return objective;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PolicyTraits that
        && stateful == that.stateful
        && objective == that.objective;
  }

  @Override
  public int hashCode() {
    return Objects.hash(stateful, objective);
  }

  @Override
  public String toString() {
    return "PolicyTraits[%s, %s]".formatted(stateful ? "stateful" : "stateless", objective);
  }

  /** Collects traits. */
  public static final class Builder {
    private boolean stateful;
    private Objective objective = Objective.PEAK_LOAD;

    private Builder() {}

    /** Sets whether an answer may depend on earlier calls of the same instance. */
    public Builder stateful(boolean stateful) {
      this.stateful = stateful;
      return this;
    }

    /** Sets what the policy minimises. */
    public Builder objective(Objective objective) {
      this.objective = Require.notNull("the objective", objective);
      return this;
    }

    /** Returns the traits. */
    public PolicyTraits build() {
      return new PolicyTraits(this);
    }
  }
}
