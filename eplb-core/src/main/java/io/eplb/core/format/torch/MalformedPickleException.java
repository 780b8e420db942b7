package io.eplb.core.format.torch;

/** A pickle that cannot be read; the message continues "the file …". */
final class MalformedPickleException extends Exception {
  private static final long serialVersionUID = 1L;

  MalformedPickleException(String what) {
    super(what);
  }
}
