/**
 * A lock on a file that ends with its process: who holds it is the only living process of its kind.
 */
@NullMarked
package io.eplb.core.lock;

import org.jspecify.annotations.NullMarked;
