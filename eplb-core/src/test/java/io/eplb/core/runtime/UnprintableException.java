package io.eplb.core.runtime;

/** A listener's failure that fails again when it is logged. */
final class UnprintableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  @Override
  public String getMessage() {
    throw new IllegalStateException("no words for it");
  }

  @Override
  public String toString() {
    throw new IllegalStateException("no words for it");
  }
}
