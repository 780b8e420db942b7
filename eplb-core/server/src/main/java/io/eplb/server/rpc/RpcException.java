package io.eplb.server.rpc;

/** A request to another process that it refused, or did not answer: its effect is not known. */
public final class RpcException extends Exception {
  private static final long serialVersionUID = 1L;

  RpcException(String message) {
    super(message);
  }

  RpcException(String message, Throwable cause) {
    super(message, cause);
  }
}
