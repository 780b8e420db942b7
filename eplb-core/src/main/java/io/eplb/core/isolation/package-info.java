/**
 * Runs a policy in a process of its own, so that it can harm nobody but itself.
 *
 * <p>{@link io.eplb.core.isolation.ProcessIsolation} is handed to the registry; its policies are
 * proxies, and everything else is as with policies of this process: {@link
 * io.eplb.core.contract.GuardedPolicy} checks, sets the deadline and counts failures. Decisions:
 *
 * <ul>
 *   <li>The process speaks over its standard input and output, one question and one answer at a
 *       time, in frames with a magic number, a bounded length and a checksum. It makes copies of
 *       both descriptors before it loads the policy. What the policy prints goes to standard error;
 *       what it writes to the descriptor of standard output is recognised, and ends its process.
 *   <li>The process lives as long as its instance. It starts again, with a new instance, after it
 *       has ended.
 *   <li>An interrupt of the thread that waits kills the process and its descendants. This is how a
 *       deadline ends a loop, a suspended thread or an endless shutdown hook.
 *   <li>The process halts when its input ends, and this process kills it when it shuts down.
 *   <li>The process has the Java, the class path, the module path, the environment and the system
 *       properties of this one. Its heap is limited, by default to as much as this one's.
 *   <li>No virtual machine error is fatal here: it is the process's own.
 * </ul>
 */
@NullMarked
package io.eplb.core.isolation;

import org.jspecify.annotations.NullMarked;
