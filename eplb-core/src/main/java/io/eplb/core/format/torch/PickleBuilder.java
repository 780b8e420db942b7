package io.eplb.core.format.torch;

import java.util.List;

/** Builds the objects that a pickle needs besides plain values. */
interface PickleBuilder {
  /**
   * Returns whether a pickle may name this class or function.
   *
   * @param global its name
   */
  boolean allows(PickleGlobal global);

  /**
   * Returns the result of a call.
   *
   * @throws MalformedPickleException if the arguments are wrong, or nothing of that name is called
   */
  Object call(PickleGlobal global, List<?> arguments) throws MalformedPickleException;

  /**
   * Returns an object that stands outside of the pickle.
   *
   * @throws MalformedPickleException if the id is wrong
   */
  Object external(Object id) throws MalformedPickleException;
}
