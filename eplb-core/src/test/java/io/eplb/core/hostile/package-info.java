/**
 * Damaged inputs by the thousand: valid samples of every format are damaged at random, and what
 * their readers make of them is judged.
 *
 * <p>{@link io.eplb.core.hostile.Damage} changes bytes, and knows the structure of what it changes.
 * {@link io.eplb.core.hostile.Sample} is a valid input of one file or more. {@link
 * io.eplb.core.hostile.HostileRun} damages samples by seed, gives them to a reader and judges the
 * result. To add a format: add its samples and its reader to {@link
 * io.eplb.core.hostile.FileFormats}.
 */
@NullMarked
package io.eplb.core.hostile;

import org.jspecify.annotations.NullMarked;
