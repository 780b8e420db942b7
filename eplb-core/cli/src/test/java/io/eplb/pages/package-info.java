/**
 * The pages for people, held to what the program does: every command of a page runs, in the order
 * of the page, and prints what the page shows; every link leads somewhere.
 *
 * <p>The language of a fenced block says what it is:
 *
 * <ul>
 *   <li>{@code sh}: commands, which succeed. A block {@code text} or {@code json} directly below
 *       shows what they print.
 *   <li>{@code console}: a session. Lines that begin with <code>$ </code> are commands, and the
 *       lines below each are all that it prints. A command may fail if the next one is {@code echo
 *       $?}.
 *   <li>{@code sh} with the first line {@code # Needs …}: commands that run only where that is at
 *       hand. They are not run, and their number is limited.
 *   <li>any other language: no commands.
 * </ul>
 *
 * <p>{@link ExpectedOutput} says how figures that vary are left out. The page of the policy
 * template is run by {@code .ci/check-template}, since it builds for minutes.
 */
@NullMarked
package io.eplb.pages;

import org.jspecify.annotations.NullMarked;
