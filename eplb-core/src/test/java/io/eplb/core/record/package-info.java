/** Tests of the record, and the contract that every implementation of it keeps. */
@NullMarked
package io.eplb.core.record;

import org.jspecify.annotations.NullMarked;
