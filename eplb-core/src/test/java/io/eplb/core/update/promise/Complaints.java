package io.eplb.core.update.promise;

/** The first invariant that does not hold; the parts of a cluster complain here. */
final class Complaints {
  private String first = "";

  void add(Object by, String about) {
    if (first.isEmpty()) {
      first = by + ": " + about;
    }
  }

  /** Returns the first complaint, empty if there is none. */
  String first() {
    return first;
  }
}
