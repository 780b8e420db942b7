/**
 * The state folder: what the service still knows after a kill −9 or a power cut.
 *
 * <p>Two kinds of files, each of one group: a file whose content is replaced as a whole, and a
 * {@link io.eplb.server.state.Journal}, to which records are added at its end. States of a file
 * while it is replaced, and what a reader finds after a crash in each:
 *
 * <pre>
 *   WRITING  the new content goes into a temporary file      the old content
 *   FORCED   the temporary file is on the disk               the old content
 *   RENAMED  the temporary file has the name                 the old or the new content
 *   NAMED    the folder is on the disk                       the new content
 * </pre>
 *
 * <p>Invariants:
 *
 * <ol>
 *   <li>A crash at any point leaves the content before or after an operation, never a mix.
 *   <li>After an operation has returned, its content survives a crash.
 *   <li>A record that could not be added is not found later, or the caller was told that it may be:
 *       {@link io.eplb.server.state.UncertainRecordException}.
 *   <li>One service at a time uses a folder: it holds the lock until its process ends.
 *   <li>Nothing that cannot be read is deleted; it is set aside under another name.
 * </ol>
 *
 * <p>Decisions: failures of the disk are checked exceptions, since every caller has to go on
 * without it. A journal file is opened for each operation, so that nothing is held open and a
 * failed disk that comes back is used again.
 */
@NullMarked
package io.eplb.server.state;

import org.jspecify.annotations.NullMarked;
