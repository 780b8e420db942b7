/**
 * Calls foreign code, which is policies and the libraries that they bring along, and survives its
 * failures.
 *
 * <p>The failures, and the class against each:
 *
 * <ul>
 *   <li>It never returns, or stops, interrupts or renames its thread: {@link
 *       io.eplb.core.foreign.DeclarationCall} runs it on a thread of its own, within a limit.
 *   <li>It throws. Everything is contained, {@link java.lang.StackOverflowError} and {@link
 *       java.lang.OutOfMemoryError} included: its own work caused them and unwinding has undone it.
 *       Other {@link java.lang.VirtualMachineError}s say that the virtual machine itself is broken
 *       and are thrown on. {@link io.eplb.core.foreign.FailureReason} finds the words, and {@link
 *       io.eplb.core.foreign.ForeignFailure} is the copy that may be kept and logged.
 *   <li>It declares a wrong name or wrong options: {@link io.eplb.core.foreign.PolicyDeclaration}
 *       checks name and options once.
 *   <li>It looks for its classes through its thread: {@link io.eplb.core.foreign.ContextLoader}.
 * </ul>
 */
@NullMarked
package io.eplb.core.foreign;

import org.jspecify.annotations.NullMarked;
