package io.eplb.server.cluster;

/** Thrown to a thread that waits when its process is told to end. */
public final class EndedException extends Exception {
  private static final long serialVersionUID = 1L;

  EndedException() {
    super("the process is told to end");
  }
}
