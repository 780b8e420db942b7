/**
 * Whether everybody serves the same table: a digest per layer, and the camps that the holders of
 * differing digests form.
 *
 * <p>Decisions: a digest covers a layer's shape and content, not the placement version, since files
 * carry none. It is SHA-256, so that equal digests may be taken for equal layers. A majority is
 * more than half of the holders; without one, every camp is reported beside the others and none is
 * called wrong.
 */
@NullMarked
package io.eplb.core.consistency;

import org.jspecify.annotations.NullMarked;
