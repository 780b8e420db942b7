package io.eplb.api;

/** A group whose usable slots are too few for the experts: more ranks have to live. */
public final class InsufficientSlotsException extends EplbException {
  private static final long serialVersionUID = 1L;

  /** Creates an error with a message that names the experts without a slot. */
  public InsufficientSlotsException(String message) {
    super(message, null);
  }

  @Override
  public Blame blame() {
    return Blame.GROUP;
  }
}
