package io.eplb.core.simulation;

/**
 * A contender over another one, under whose names it takes part and which it closes. A subclass
 * says how it plans.
 */
public abstract class ForwardingContender implements Contender {
  private final Contender planner;

  /**
   * Creates a contender over another one.
   *
   * @param planner closed with this
   */
  protected ForwardingContender(Contender planner) {
    this.planner = planner;
  }

  /** Returns the contender below. */
  protected final Contender planner() {
    return planner;
  }

  @Override
  public final String label() {
    return planner.label();
  }

  @Override
  public final String policy() {
    return planner.policy();
  }

  @Override
  public final boolean reference() {
    return planner.reference();
  }

  @Override
  public void close() {
    planner.close();
  }
}
