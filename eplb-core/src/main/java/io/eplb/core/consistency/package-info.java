/**
 * The comparison of the tables that several holders serve: a digest per layer, and the holders of
 * each table.
 *
 * <p>Decisions: a digest covers a layer's shape and content, not the placement version, since files
 * carry none. It is SHA-256, so that equal digests stand for equal layers. A majority is more than
 * half of the holders. Without a majority every table is reported and none is called wrong.
 */
@NullMarked
package io.eplb.core.consistency;

import org.jspecify.annotations.NullMarked;
