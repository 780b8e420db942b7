package io.eplb.core.context;

/**
 * A listener that is told of every update of a context, in the order of the versions and never
 * twice at the same time.
 *
 * <p>It is called on the thread of a writer, often but not always the one whose update it is, and
 * holds up what is told after it, but no reader and no update. It may itself read and update the
 * context. What it throws is logged and has no effect on the update or on other listeners; a {@link
 * VirtualMachineError} alone is thrown on to the writer that is telling, once everybody has been
 * told.
 */
@FunctionalInterface
public interface TableListener {
  /** Takes note of an update; {@link EplbContext#current()} may be further on already. */
  void tableChanged(TableChange change);
}
