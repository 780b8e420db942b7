package io.eplb.core.format.torch;

/**
 * The name of a Python class or function in a pickle.
 *
 * @param module such as {@code collections}
 * @param name such as {@code OrderedDict}
 */
record PickleGlobal(String module, String name) {
  @Override
  public String toString() {
    return module + "." + name;
  }
}
