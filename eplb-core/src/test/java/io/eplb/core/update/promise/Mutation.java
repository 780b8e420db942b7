package io.eplb.core.update.promise;

/**
 * A fault that is put into the protocol on purpose.
 *
 * @param source the simple name of a class of this package or of the record's
 * @param original a part of its source, which is there once
 * @param replacement the part that takes its place
 * @param why the reason that a schedule has to fail with it
 */
record Mutation(Class<?> source, String original, String replacement, String why) {
  @Override
  public String toString() {
    return source.getSimpleName() + ": " + why;
  }
}
