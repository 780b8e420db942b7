package io.eplb.core.context;

/**
 * A listener to every update of a context, called in the order of the versions and never twice at
 * the same time.
 *
 * <p>It is called on the thread of a writer, often but not always the writer of that update. It
 * holds up later calls of listeners, but no reader and no update. It may read and update the
 * context itself. Its exceptions are logged and have no effect on the update or on other listeners;
 * only a {@link VirtualMachineError} is thrown to the writer that is telling, after all listeners
 * have been told.
 */
@FunctionalInterface
public interface TableListener {
  /** Takes note of an update; {@link EplbContext#current()} may be further on already. */
  void tableChanged(TableChange change);
}
